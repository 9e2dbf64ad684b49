"""After a promotion archiving and backups go on, and nothing had to be edited."""

from ..operator import eventually
from .depot import Depot


def taken(backups: Depot, node: str) -> int:
    """The backups on a node's record; cron's looks at it lie there, too, whenever it finds something."""
    return sum(one["job"] == "backup" for one in backups.jobs(node))


def test_the_new_primary_takes_the_backups_where_every_server_could(backups: Depot) -> None:
    """The bucket alone: jobs lie on both servers, and the primary of the moment does them."""
    assert backups.attempt("s2", "steward backup solo far incr") == (0, "")  # a standby leaves it to the primary
    before = taken(backups, "s1")
    backups.lab.ssh("s1", "systemctl stop postgresql@17-solo; systemctl disable postgresql@17-solo 2>/dev/null; true")
    backups.postgres("s2", "pg_ctlcluster 17 solo promote")
    eventually(lambda: backups.sql("s2", "select pg_is_in_recovery()", "postgres"), ["f"], 30)
    backups.archived("s2")
    backups.postgres("s2", "steward backup solo far full")
    assert backups.jobs("s2")[-1]["exit"] == 0
    assert backups.attempt("s1", "steward backup solo far incr") == (0, "")
    assert taken(backups, "s1") == before
    eventually(
        lambda: backups.sql(
            "s2", "select count(*) > 0 from pgsteward.heartbeat where at > now() - interval '3 s'", "postgres"
        ),
        ["t"],
        30,
    )
    broken = [one for one in backups.check("s2", "solo") if one["where"] != "standby s1"]
    assert broken == []


def test_the_old_primary_does_not_start_and_the_operator_is_told_who_is_primary(backups: Depot) -> None:
    refused = backups.operator.pyinfra("-y", "--limit", "solo")
    assert refused.code != 0
    assert "may not start: s2 is the primary, on timeline 2; this node is on 1" in refused.said
    assert "make the environment file say which node is primary now" in refused.said
