"""What PostgreSQL runs with is what was declared and tuned, and nothing waits for a restart."""

from fleet import setting

from .conftest import Target


def test_every_setting_of_our_file_is_live(node: Target) -> None:
    file = str(node.layout.settings)
    wanted = setting.values(node.host.file(file).content_string)
    rows = node.sql(f"select name, setting, applied, error from pg_file_settings where sourcefile = '{file}'")
    assert {row["name"]: row["setting"] for row in rows} == wanted
    assert [row for row in rows if not row["applied"] or row["error"]] == []


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
    for name, override in node.cluster.settings.items():
        rows = node.sql(
            f"select setting from pg_file_settings where name = '{name}' and applied order by seqno desc limit 1"
        )
        assert [row["setting"] for row in rows] == [override.text], name


def test_the_version_is_the_declared_one(node: Target) -> None:
    assert node.sql("select current_setting('server_version_num')::int / 10000 as major") == [
        {"major": node.cluster.postgresql}
    ]


def test_data_checksums_are_on(node: Target) -> None:
    assert node.sql("select current_setting('data_checksums') as value") == [{"value": "on"}]


def test_statistics_of_statements_are_collected(node: Target) -> None:
    assert node.sql("select count(*) > 0 as some from pg_stat_statements") == [{"some": True}]
