"""What the property tests draw from: any machine that a server may stand on, any workload, any version."""

from hypothesis import strategies as st

from fleet.hardware import GIB, MIB, Hardware
from fleet.tuning import WORKLOADS
from fleet.versions import POSTGRESQL


def sizes(least: int, most: int) -> st.SearchStrategy[int]:
    """As many small sizes as large ones, none of them round, and the bounds themselves."""
    drawn = st.floats(least.bit_length() - 1, most.bit_length() - 1).map(lambda power: int(2**power))
    return st.one_of(st.sampled_from([least, most]), drawn.map(lambda size: min(max(size, least), most)))


memories = sizes(512 * MIB, 2048 * GIB)
disks = sizes(1 * GIB, 65536 * GIB)
storages = st.sampled_from(["hdd", "ssd", "san", "nvme"])
machines = st.builds(Hardware, memory=memories, cpus=st.integers(1, 256), storage=storages, disk=disks)
workloads = st.sampled_from(WORKLOADS)
versions = st.sampled_from(POSTGRESQL)
standbys = st.integers(0, 12)
