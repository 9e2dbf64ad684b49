"""The pages about a lost primary and a lost standby, followed: each command as it stands there, in its order."""

from collections.abc import Iterator

from lab import faults
from tasks.shell import whole

from ...operator import ROOT, eventually
from ..beside.runbook import commands
from .cluster import Live


class Page:
    """The commands of a page; `pg1` and its like become the nodes that are meant at the moment."""

    def __init__(self, shop: Live, name: str) -> None:
        self.shop, self.name = shop, name
        self.left: Iterator[str] = commands((ROOT / "backup" / "runbooks" / name).read_text(encoding="utf-8"))

    def run(self, **names: str) -> str:
        """Runs the next command; what it says."""
        command = next(self.left)
        for written, meant in names.items():
            command = command.replace(written, meant)
        node, dollar, rest = command.partition("$ ")
        if dollar:
            return self.shop.lab.ssh(node, rest)
        words = command.split()
        if words[0] == "make":
            assert words[1] == "deploy", command
            return self.shop.operator.deploy("--limit", "shop").said
        assert words[:2] == ["pyinfra", "inventories/prod"], command
        done = self.shop.operator.pyinfra(*words[3:], deploy=words[2])
        assert done.code == 0, done.said
        return done.said

    def done(self) -> None:
        assert next(self.left, "") == "", self.name


def test_the_page_of_a_lost_primary_is_followed(shop: Live) -> None:
    page, lab = Page(shop, "primary-lost.md"), shop.lab
    shop.strike(shop.primary)
    shop.edit(page.run())
    shop.operator.deploy("--limit", "shop")
    shop.settled()
    lost = shop.primary
    faults.power_cut(lab.plan, lost)
    shop.edit(page.run(pg1=lost))
    faults.start(lab.plan, lost)
    look = f"systemctl is-failed {shop.unit}"
    eventually(lambda: lab.attempt(lost, look).stdout.strip(), "failed", 60)
    page.run()
    shop.settled()
    fence = whole("sh/fence.sh")
    lab.ssh(shop.primary, f"sh -s 17 shop 'by mistake' <<'EOF'\n{fence}\nEOF")
    page.run(pg1=shop.primary)
    page.run(pg1=shop.primary)
    eventually(lambda: shop.answer(shop.primary, "select pg_is_in_recovery()"), "f", 30)
    shop.settled()
    shop.edit(page.run(pg3=next(name for name in shop.nodes if name != shop.primary)))
    page.done()
    shop.operator.deploy("--limit", "shop")


def test_the_page_of_a_lost_standby_is_followed(shop: Live) -> None:
    page = Page(shop, "standby-lost.md")
    standby = next(name for name in shop.nodes if name != shop.primary)
    shop.lab.ssh(standby, f"systemctl stop {shop.unit}; find /var/lib/postgresql/17/shop -mindepth 1 -delete")
    page.run()
    shop.settled()
    page.run(pg3=standby)
    shop.settled()
    assert "node: good" in page.run(pg3=standby)
    shop.settled()
    page.done()


def test_the_page_of_a_lost_slot_is_followed(shop: Live) -> None:
    page = Page(shop, "slot-lost.md")
    standby = next(name for name in shop.nodes if name != shop.primary)
    query = f"select active from pg_replication_slots where slot_name = '{standby}'"
    shop.lab.ssh(standby, f"systemctl stop {shop.unit}")
    eventually(lambda: shop.sql(shop.primary, query), ["f"], 30)
    shop.sql(shop.primary, f"select pg_drop_replication_slot('{standby}')")
    shop.lab.ssh(standby, f"systemctl start {shop.unit}")
    page.run()
    shop.settled()
    page.done()
