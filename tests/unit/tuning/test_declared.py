"""A declared setting holds, or is refused in a sentence with its arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.environment import Override
from fleet.hardware import GIB, Hardware
from fleet.problem import Refused
from fleet.tuning import Tuning, Workload, tune
from fleet.tuning.catalogue import _table
from fleet.tuning.owned import OWNED

from .machines import machines, versions, workloads

Value = str | int | float | bool
MACHINE = Hardware(8 * GIB, 4, "ssd", 100 * GIB)


def declared(connections: int | None = None, version: int = 17, standbys: int = 2, **values: Value) -> Tuning:
    overrides = {
        name.replace("__", "."): Override(value=value, why="measured last week") for name, value in values.items()
    }
    return tune(MACHINE, version, "oltp", connections, standbys=standbys, overrides=overrides, where="clusters.main")


def refusal(connections: int | None = None, version: int = 17, standbys: int = 2, **values: Value) -> str:
    with pytest.raises(Refused) as refused:
        declared(connections, version, standbys, **values)
    return "\n".join(str(problem) for problem in refused.value.problems)


def test_a_declared_value_and_its_reason_take_the_tuners_place() -> None:
    tuning = declared(random_page_cost=1.5)
    found = next(setting for setting in tuning.settings if setting.name == "random_page_cost")
    assert found.value == "1.5"
    assert found.why == "declared: measured last week (the tuner's own value: 1.1)"
    assert found.chapter == "planner and storage"
    assert found.declared


def test_a_setting_without_a_rule_comes_last_in_a_chapter_of_its_own() -> None:
    last = declared(bgwriter_delay="50ms").settings[-1]
    assert (last.name, last.value, last.chapter) == ("bgwriter_delay", "50ms", "declared")


def test_a_setting_of_an_extension_is_taken_as_it_is() -> None:
    assert declared(auto_explain__log_min_duration="3s").value("auto_explain.log_min_duration") == "3s"


@pytest.mark.parametrize("value", ["256", "256.0", "2.56e2", 256, 256.0])
def test_a_count_is_written_in_plain_digits(value: Value) -> None:
    assert declared(max_locks_per_transaction=value).value("max_locks_per_transaction") == "256"


def test_true_and_false_are_on_and_off() -> None:
    tuning = declared(jit=True, wal_compression=False)
    assert (tuning.value("jit"), tuning.value("wal_compression")) == ("on", "off")


def test_a_name_is_known_in_any_case_and_written_as_postgresql_does() -> None:
    assert declared(datestyle="ISO, YMD").value("DateStyle") == "ISO, YMD"


def test_declared_shared_buffers_leave_less_for_connections() -> None:
    tuning = declared(shared_buffers="4GB")
    assert tuning.value("max_connections") == "250"
    assert "put a pooler in front" in tuning.advice[0]
    assert tuning.budget.exposure <= 0.9


def test_declared_connections_share_the_same_budget() -> None:
    few, many = declared(50), declared(400)
    assert few.budget.work_mem > many.budget.work_mem
    assert few.advice == many.advice == ()


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"work_mem": "64MB"},
            "clusters.main.settings.work_mem: 2GB shared_buffers + 300 connections × 64MB work_mem × 2 + 3 autovacuum "
            "workers × 170MB = 40 GB is more than 7.2 GB, 90 % of the 8 GB of memory\n"
            "    HINT: declare at most 8MB of work_mem, or at most 37 connections with a pooler in front of them; "
            "a role or a session can have more work_mem than the server gives to all",
        ),
        (
            {"connections": 600},
            "clusters.main.connections: 600 connections do not fit: 2GB shared_buffers + 3 autovacuum workers × 170MB "
            "+ 600 × 4MB work_mem × 2 (4.69 GB) is more than 6.48 GB, 90 % of the 7.2 GB that a machine sold with 8GB "
            "has at least\n    HINT: declare at most 509 connections, with a pooler in front of them",
        ),
        ({"connections": 9}, "clusters.main.connections: 9 connections are too few"),
        (
            {"connections": 262_144, "work_mem": "64kB"},
            "clusters.main.connections: 262144 connections are more than PostgreSQL takes\n"
            "    HINT: declare at most 262143",
        ),
        (
            {"shared_buffers": "7GB"},
            "clusters.main.settings.shared_buffers: 10 connections do not fit: 7GB shared_buffers + 3 autovacuum",
        ),
        ({"work_mem": "4MB", "shared_buffers": "6GB"}, "= 8.84 GB is more than 7.2 GB"),
        ({"hash_mem_multiplier": 1000}, "10 connections do not fit"),
        ({"autovacuum_work_mem": "4GB"}, "3 autovacuum workers × 4GB"),
        ({"autovacuum_work_mem": -1, "maintenance_work_mem": "3GB"}, "3 autovacuum workers × 3GB"),
        (
            {"max_wal_size": "60GB"},
            "clusters.main.settings.max_wal_size: 60GB max_wal_size + 19GB max_slot_wal_keep_size + 29440MB archive "
            "queue = 108 GB is more than 80 GB, 80 % of the 100 GB that hold the WAL\n    HINT: take 27.8 GB less",
        ),
        ({"max_slot_wal_keep_size": -1}, "a standby that is away would fill the WAL filesystem: no limit is declared"),
        ({"wal_keep_size": "50GB"}, "+ 50GB wal_keep_size +"),
    ],
)
def test_a_broken_budget_is_refused_with_the_arithmetic(values: dict[str, Value], text: str) -> None:
    assert text in refusal(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"work_men": "4MB"}, "work_men is no setting of PostgreSQL 17\n    HINT: did you mean work_mem?"),
        (
            {"io_method": "worker"},
            "io_method is no setting of PostgreSQL 17\n    HINT: it exists from PostgreSQL 18 on",
        ),
        ({"old_snapshot_threshold": "1h"}, "HINT: PostgreSQL 17 took it away"),
        ({"force_parallel_mode": "off"}, "HINT: it is called debug_parallel_query now"),
        ({"pg_stat_statements__mx": 1}, "HINT: did you mean pg_stat_statements.max?"),
        ({"work_mem": 64}, "has no unit: PostgreSQL takes 64 for 64kB\n    HINT: write the unit, one of B, kB, MB"),
        ({"shared_buffers": "1000"}, "has no unit: PostgreSQL takes 1000 for 1000 × 8kB"),
        ({"work_mem": "64mb"}, "has the unknown unit 'mb'"),
        ({"work_mem": "lots"}, "is not a number: 'lots'"),
        ({"work_mem": "1kB"}, "is out of range: 1kB"),
        ({"checkpoint_timeout": "5MB"}, "has the unknown unit 'MB'"),
        ({"random_page_cost": "1.1s"}, "takes no unit"),
        ({"jit": "sometimes"}, "is neither on nor off"),
        ({"wal_compression": "gzip"}, "HINT: write one of lz4, off, on, pglz, zstd"),
        ({"data_checksums": "on"}, "is not set in a configuration file"),
        ({"transaction_read_only": "on"}, "is not set in a configuration file"),
        ({"bgwriter_delay": "50ms", "BGWRITER_DELAY": "60ms"}, "bgwriter_delay is declared twice"),
        ({"max_connections": 100}, "is pgsteward's own\n    HINT: declare it as the cluster's `connections`"),
        ({"PORT": 1}, "port is pgsteward's own"),
        ({"shared_preload_libraries": "pg_cron"}, "pg_stat_statements is not among them"),
        ({"wal_level": "minimal"}, "leaves nothing for standbys"),
        ({"max_wal_senders": 3}, "3 is less than 2 standbys need\n    HINT: write at least 4"),
        ({"max_replication_slots": 1}, "HINT: write at least 2"),
        ({"reserved_connections": 400}, "403 reserved connections leave none of the 300"),
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(values: dict[str, Value], text: str) -> None:
    assert text in refusal(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(OWNED))
def test_what_is_pgstewards_own_is_refused_and_exists(name: str) -> None:
    assert "is pgsteward's own" in refusal(**{name: "x"})  # type: ignore[arg-type]
    assert name in _table()


def test_all_problems_are_told_at_once() -> None:
    text = refusal(connections=900, work_men="4MB", jit="sometimes", max_wal_size="99GB", port=1)
    assert text.count("HINT: ") == 5


@dataclass
class Rough:
    """What no environment would let through."""

    value: str
    why: str


def test_a_reason_of_spaces_is_none() -> None:
    with pytest.raises(Refused, match="work_mem has no reason"):
        tune(MACHINE, 17, "oltp", overrides={"work_mem": Rough("4MB", " ")})


def test_a_value_of_two_lines_is_none() -> None:
    with pytest.raises(Refused, match="holds characters that no line of a file can"):
        tune(MACHINE, 17, "oltp", overrides={"search_path": Rough("a\nport = 1", "why not")})


@pytest.mark.parametrize(
    ("differs", "text"),
    [
        ({"version": 13}, "postgresql: PostgreSQL 13 is not known here"),
        ({"workload": "olap"}, "workload: 'olap' is no workload"),
        ({"hardware": Hardware(GIB, 0, "ssd", 10 * GIB)}, "hardware.cpus: 0 CPUs run nothing"),
        ({"hardware": Hardware(-1, 1, "ssd", 10 * GIB)}, "hardware.memory: 0 B are too little"),
        ({"hardware": Hardware(GIB, 1, "ssd", 1000)}, "hardware.disk: 1000 B are too little"),
        ({"archive_queue_share": 60}, "of the 100 GB that hold the WAL"),
    ],
)
def test_a_machine_that_no_rule_fits_is_refused(differs: dict[str, object], text: str) -> None:
    asked: dict[str, object] = {"hardware": MACHINE, "version": 17, "workload": "oltp"} | differs
    with pytest.raises(Refused) as refused:
        tune(**asked)  # type: ignore[arg-type]
    assert text in str(refused.value)


names = st.one_of(st.sampled_from(sorted(_table())), st.text(max_size=20))
numbers = st.one_of(st.integers(-2, 2**40), st.floats(allow_nan=True), st.booleans())
words = st.one_of(
    st.text(max_size=12),
    st.tuples(
        st.integers(-1, 5000), st.sampled_from(["", "kB", "MB", "GB", "TB", "ms", "s", "min", "h", "d", "8kB"])
    ).map(lambda pair: f"{pair[0]}{pair[1]}"),
    st.sampled_from(["on", "off", "replica", "1e999999", "9" * 5000, "--1", "0x10"]),
)
overrides = st.dictionaries(
    st.one_of(names, st.sampled_from(["work_mem", "shared_buffers", "max_wal_size", "hash_mem_multiplier"])),
    st.builds(Override.model_construct, value=st.one_of(numbers, words), why=st.text(max_size=3)),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(machines, versions, workloads, st.one_of(st.none(), st.integers(-5, 10**7)), overrides)
def test_whatever_is_declared_gives_a_tuning_within_its_budgets_or_a_refusal(
    machine: Hardware,
    version: int,
    workload: Workload,
    connections: int | None,
    overrides: Mapping[str, Override],
) -> None:
    try:
        tuning = tune(machine, version, workload, connections, overrides=overrides)
    except Refused as refused:
        assert refused.problems
        assert all(problem.where and problem.what and problem.hint for problem in refused.problems)
        return
    assert tuning.budget.exposure <= 0.9
    assert tuning.wal.share <= 0.8
    assert {setting.name.lower() for setting in tuning.settings} >= {name.lower() for name in overrides}
