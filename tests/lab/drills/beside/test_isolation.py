"""An owner's code in a copy or a restored dump runs as a user that owns nothing, sees nothing, and is gone."""

from ...backups.depot import Depot
from .reports import drill, nothing_left, wrong
from .traps import short_lived, trap


def test_a_view_behind_an_assertion_runs_shut_in(drills: Depot) -> None:
    with trap(drills):
        code, found = drill(drills, "restore")
    assert code == 1
    said = {what: text for what, text in wrong(found).items() if "orders.sql" in what}
    assert len(said) == 1 and short_lived(next(iter(said.values()))), found["proof"]
    assert nothing_left(drills)


def test_nothing_of_the_isolated_server_is_left(drills: Depot) -> None:
    units = "systemctl list-units --all --no-legend 'pgsteward-isolated*' | grep -vc '[.]socket'; true"
    assert drills.lab.ssh("d2", units) == "0\n"
    assert drills.lab.ssh("d2", "ls /run/pgsteward-isolated 2>/dev/null | wc -l") == "0\n"
    assert drill(drills, "restore")[0] == 0
    assert drills.lab.ssh("d2", units) == "0\n"
