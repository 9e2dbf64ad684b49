"""What holds on every machine, for every workload, in every version."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.hardware import GIB, MIB, Hardware
from fleet.problem import Refused
from fleet.size import parse_size
from fleet.tuning import COMPARED, Tuning, Workload, catalogue, for_standby, tune
from fleet.tuning.given import nominal, tidy

from .machines import disks, machines, memories, standbys, versions, workloads

SOLD = [size * step // 4 for size in (2**power * MIB for power in range(9, 21)) for step in (4, 5, 6, 7)]
often = settings(max_examples=75, deadline=None)
seldom = settings(max_examples=30, deadline=None)


@often
@given(machines, versions, workloads, standbys)
def test_memory_is_never_exposed_beyond_nine_tenths(
    machine: Hardware, version: int, workload: Workload, standbys: int
) -> None:
    budget = tune(machine, version, workload, standbys=standbys).budget
    assert budget.memory == machine.memory
    assert budget.exposure <= 0.9


@often
@given(machines, versions, workloads)
def test_the_budget_is_that_of_the_settings(machine: Hardware, version: int, workload: Workload) -> None:
    tuning = tune(machine, version, workload)
    backends = int(tuning.value("max_connections")) * parse_size(tuning.value("work_mem"))
    workers = int(tuning.value("autovacuum_max_workers")) * parse_size(tuning.value("autovacuum_work_mem"))
    total = parse_size(tuning.value("shared_buffers")) + backends * 2 + workers
    assert total == tuning.budget.total
    assert total <= machine.memory * 0.9


@often
@given(machines, versions, workloads, st.integers(10, 5000))
def test_work_mem_is_never_below_4_mb_whatever_is_asked(
    machine: Hardware, version: int, workload: Workload, connections: int
) -> None:
    try:
        tuning = tune(machine, version, workload, connections)
    except Refused as refused:
        assert "connections do not fit" in str(refused)
        return
    assert tuning.value("max_connections") == str(connections)
    assert parse_size(tuning.value("work_mem")) >= 4 * MIB
    assert tuning.budget.exposure <= 0.9


@seldom
@given(machines, versions, workloads)
def test_the_largest_number_of_connections_that_a_refusal_names_does_fit(
    machine: Hardware, version: int, workload: Workload
) -> None:
    with pytest.raises(Refused) as refused:
        tune(machine, version, workload, 1_000_000)
    largest = int(refused.value.problems[0].hint.split("at most ")[1].split(" ")[0])
    assert tune(machine, version, workload, largest).budget.exposure <= 0.9
    with pytest.raises(Refused):
        tune(machine, version, workload, largest + 1)


@often
@given(machines, versions, workloads, st.integers(0, 30))
def test_wal_never_fills_more_than_four_fifths_of_its_filesystem(
    machine: Hardware, version: int, workload: Workload, share: int
) -> None:
    tuning = tune(machine, version, workload, archive_queue_share=share)
    sizes = (parse_size(tuning.value(name)) for name in ("max_wal_size", "max_slot_wal_keep_size"))
    assert sum(sizes) + tuning.archive_queue == tuning.wal.total <= machine.disk * 0.8
    assert parse_size(tuning.value("max_wal_size")) >= 2 * parse_size(tuning.value("min_wal_size")) > 0
    assert parse_size(tuning.value("min_wal_size")) >= 32 * MIB


@often
@given(machines, machines, versions, workloads, standbys)
def test_a_standby_is_never_smaller_than_its_primary_and_keeps_its_budget(
    machine: Hardware, other: Hardware, version: int, workload: Workload, standbys: int
) -> None:
    primary = tune(machine, version, workload, standbys=standbys)
    standby = tune(other, version, workload, standbys=standbys)
    runs = {name: int(primary.value(name)) for name in COMPARED}
    values = {setting.name: setting.value for setting in for_standby(standby.settings, runs)}
    assert all(int(values[name]) >= runs[name] for name in COMPARED)
    backends = int(values["max_connections"]) * parse_size(values["work_mem"]) * 2
    assert standby.budget.shared_buffers + backends + standby.budget.autovacuum <= other.memory * 0.9


@often
@given(st.sampled_from(SOLD), st.floats(0.9, 1.025), machines, versions, workloads)
def test_a_few_mb_more_or_less_of_memory_change_nothing(
    sold: int, shown: float, machine: Hardware, version: int, workload: Workload
) -> None:
    exact = tune(replace(machine, memory=sold), version, workload)
    about = tune(replace(machine, memory=int(sold * shown) + 1), version, workload)
    assert about.settings == exact.settings
    assert about.advice == exact.advice


@seldom
@given(st.sampled_from(SOLD[4:]), st.floats(0.9, 1.025), machines, versions, workloads)
def test_a_few_mb_more_or_less_of_disk_change_nothing(
    sold: int, shown: float, machine: Hardware, version: int, workload: Workload
) -> None:
    exact = tune(replace(machine, disk=sold), version, workload)
    assert tune(replace(machine, disk=int(sold * shown) + 1), version, workload).settings == exact.settings


@often
@given(machines, versions, workloads, standbys)
def test_every_setting_exists_in_its_version_and_takes_its_value(
    machine: Hardware, version: int, workload: Workload, standbys: int
) -> None:
    for setting in tune(machine, version, workload, standbys=standbys).settings:
        assert catalogue.unknown(setting.name, version) is None, setting
        assert catalogue.fault(setting.name, setting.value, version) is None, setting


@seldom
@given(machines, versions, workloads)
def test_the_same_in_gives_the_same_out_in_the_same_order(machine: Hardware, version: int, workload: Workload) -> None:
    assert tune(machine, version, workload) == tune(machine, version, workload)


@often
@given(machines, memories, versions, workloads)
def test_more_memory_never_gives_less(machine: Hardware, more: int, version: int, workload: Workload) -> None:
    small, large = sorted([machine.memory, more])
    less, greater = (tune(replace(machine, memory=memory), version, workload) for memory in (small, large))
    for name in ("shared_buffers", "effective_cache_size", "maintenance_work_mem", "wal_buffers"):
        assert parse_size(less.value(name)) <= parse_size(greater.value(name))
    assert less.budget.connections <= greater.budget.connections


@seldom
@given(machines, disks, versions, workloads)
def test_more_disk_never_gives_less(machine: Hardware, more: int, version: int, workload: Workload) -> None:
    small, large = sorted([machine.disk, more])
    less, greater = (tune(replace(machine, disk=disk), version, workload) for disk in (small, large))
    for name in ("max_wal_size", "min_wal_size", "max_slot_wal_keep_size", "temp_file_limit"):
        assert parse_size(less.value(name)) <= parse_size(greater.value(name))
    assert less.archive_queue <= greater.archive_queue


@often
@given(memories)
def test_a_nominal_size_is_at_most_a_ninth_above_and_an_eighth_below_what_is_there(memory: int) -> None:
    sold = nominal(memory)
    assert sold * 9 // 10 <= memory
    assert memory < sold * 1.126 + 1
    assert nominal(sold) == sold
    assert tidy(memory) <= memory


@pytest.mark.parametrize("shown", [7.3, 7.63, 7.7, 7.75, 8.0, 8.1])
def test_an_8_gb_machine_is_one_whatever_it_shows(shown: float) -> None:
    tuning: Tuning = tune(Hardware(int(shown * GIB), 4, "ssd", 100 * GIB), 17, "oltp")
    assert [tuning.value(name) for name in ("shared_buffers", "effective_cache_size")] == ["2GB", "6GB"]


def test_a_container_with_little_is_refused_and_the_least_machine_is_not() -> None:
    assert tune(Hardware(470 * MIB, 1, "ssd", GIB), 14, "oltp").budget.exposure <= 0.9
    with pytest.raises(Refused, match="too little"):
        tune(Hardware(400 * MIB, 1, "ssd", GIB), 14, "oltp")
