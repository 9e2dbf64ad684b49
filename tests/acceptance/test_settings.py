"""What PostgreSQL runs with is what was declared and tuned, and nothing waits for a restart."""

from typing import Any

from fleet import setting
from fleet.tuning import COMPARED, normal, written

from .conftest import Target


def test_every_setting_of_our_file_is_live(node: Target) -> None:
    wanted = setting.values(node.read(node.layout.settings))
    rows = in_file(node)
    assert {row["name"]: row["written"] for row in rows} == wanted
    assert [row for row in rows if not row["applied"] or row["error"]] == []
    assert [row for row in rows if not is_live(row)] == []


def test_no_setting_waits_for_a_restart(node: Target) -> None:
    assert node.sql("select name from pg_settings where pending_restart") == []


def test_nothing_overrides_what_was_declared(node: Target) -> None:
    """ALTER SYSTEM writes to a file that is read last: what stands there is nobody's declaration."""
    rows = node.sql(
        "select name, setting from pg_file_settings where sourcefile like '%/postgresql.auto.conf'"
        " and name not in ('primary_conninfo', 'primary_slot_name')"
    )
    assert rows == []


def test_every_declared_override_is_live(node: Target) -> None:
    """However it is spelled: PostgreSQL has its own way to write a name, a size or a truth."""
    rows = {row["name"].lower(): row for row in in_file(node)}
    for name, override in node.cluster.settings.items():
        row = rows[name.lower()]
        wanted, found = (spelled(row, text) for text in (written(override.value), row["written"]))
        more = node.node.duty == "standby" and row["name"] in COMPARED and int(found) >= int(wanted)
        assert wanted == found or more, row
        assert is_live(row), row


def in_file(node: Target) -> list[dict[str, Any]]:
    """What stands in our file, and what PostgreSQL made of it; `live` is null where no library knows the setting.

    A socket has no keepalives, whatever is set: so it is what sessions begin with, not what this one shows.
    """
    return node.sql(
        "select f.name, f.setting as written, f.applied, f.error, s.reset_val as live, s.vartype, s.unit, s.source"
        " from pg_file_settings f left join pg_settings s on lower(s.name) = lower(f.name)"
        f" where f.sourcefile = '{node.layout.settings}'"
    )


def is_live(row: dict[str, Any]) -> bool:
    """Whether the value in force is the file's; where the server or psql has its own, the file's was taken."""
    if row["live"] is None or row["source"] in ("override", "client"):
        return bool(row["applied"])
    same = row["vartype"] == "string" or spelled(row, row["written"]) == spelled(row, row["live"])
    return row["source"] == "configuration file" and same


def spelled(row: dict[str, Any], text: str) -> str:
    return normal(row["name"], text, row["vartype"] or "string", row["unit"])


def test_the_version_is_the_declared_one(node: Target) -> None:
    assert node.sql("select current_setting('server_version_num')::int / 10000 as major") == [
        {"major": node.cluster.postgresql}
    ]


def test_data_checksums_are_on(node: Target) -> None:
    assert node.sql("select current_setting('data_checksums') as value") == [{"value": "on"}]


def test_statistics_of_statements_are_collected(node: Target) -> None:
    assert node.sql("select count(*) > 0 as some from public.pg_stat_statements") == [{"some": True}]
