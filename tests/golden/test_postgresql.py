"""The files as they land on a host; `pytest --rewrite` writes them anew, a reviewer reads the diff."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import access, configuration, environment, kernel, setting
from fleet.hardware import GIB, Hardware
from fleet.layout import Layout
from fleet.tuning import COMPARED, tune
from tasks.packages import source_files
from tasks.render import render

HERE = Path(__file__).parent
MACHINES = {
    "small": Hardware(memory=2 * GIB, cpus=2, storage="ssd", disk=40 * GIB),
    "large": Hardware(memory=64 * GIB, cpus=16, storage="nvme", disk=2000 * GIB),
}
Golden = Callable[[Path, str], None]


def cluster(version: int) -> environment.Cluster:
    text = (HERE / "fleet.yml").read_text(encoding="utf-8").replace("postgresql: 17", f"postgresql: {version}")
    return environment.load(text, "fleet.yml").clusters["main"]


def settings(version: int, machine: str, node: str) -> str:
    """The settings file of a node of the cluster in `fleet.yml`."""
    one = cluster(version)
    tuned = tune(MACHINES[machine], version, one.workload, one.connections, standbys=2, overrides=one.settings)
    compared = {setting.name: int(setting.value) for setting in tuned.settings if setting.name in COMPARED}
    layout = Layout(version, "main", one.data)
    chapters = configuration.chapters(configuration.settings(one, layout, node, tuned.settings, compared))
    return render("postgresql/pgsteward.conf.j2", node=node, cluster="main", source="fleet.yml", chapters=chapters)


@pytest.mark.parametrize("version", [14, 15, 16, 17, 18])
@pytest.mark.parametrize("machine", list(MACHINES))
def test_the_settings_of_a_primary(golden: Golden, version: int, machine: str) -> None:
    golden(HERE / "settings" / f"primary-{version}-{machine}.conf", settings(version, machine, "pg1"))


def test_the_settings_of_a_delayed_standby(golden: Golden) -> None:
    golden(HERE / "settings" / "standby-17-small.conf", settings(17, "small", "pg3"))


def test_the_access_rules(golden: Golden) -> None:
    golden(HERE / "pg_hba.conf", access.render(access.rules(cluster(17))))


@pytest.mark.parametrize("machine", list(MACHINES))
def test_the_kernels_values(golden: Golden, machine: str) -> None:
    wanted = kernel.parameters(MACHINES[machine], huge_pages=8400 if machine == "large" else 0)
    golden(HERE / "host" / f"sysctl-{machine}.conf", render("host/sysctl.conf.j2", parameters=wanted.sysctl))
    golden(HERE / "host" / "tmpfiles.conf", render("host/tmpfiles.conf.j2", parameters=wanted.sysfs))
    golden(HERE / "host" / "limits.conf", render("host/limits.conf.j2", parameters=kernel.limits()))


@pytest.mark.parametrize("codename", ["bookworm", "trixie", "noble"])
def test_the_source_of_pgdg(golden: Golden, codename: str) -> None:
    key, source = source_files("pgdg", environment.Apt(), codename)
    assert "BEGIN PGP PUBLIC KEY BLOCK" in key.text
    assert str(source.path) == "/etc/apt/sources.list.d/pgdg.sources"
    golden(HERE / "host" / f"pgdg-{codename}.sources", source.text)


def test_a_mirror_and_a_proxy(golden: Golden) -> None:
    apt = environment.Apt(mirror="https://mirror.example.com/pgdg", proxy="http://proxy.example.com:3128")
    proxy, _, source = source_files("pgdg", apt, "trixie")
    golden(HERE / "host" / "apt-proxy.conf", proxy.text)
    golden(HERE / "host" / "pgdg-mirror.sources", source.text)
    assert source_files("debian", environment.Apt(), "trixie") == []


@pytest.mark.parametrize("version", [14, 15, 16, 17, 18])
def test_the_plan_reads_back_exactly_what_the_template_wrote(version: int) -> None:
    main = cluster(version)
    tuned = tune(MACHINES["small"], version, main.workload, main.connections, standbys=2, overrides=main.settings)
    wanted = configuration.settings(main, Layout(version, "main", main.data), "pg1", tuned.settings, {})
    assert len({one.name for one in wanted}) == len(wanted)
    assert setting.values(settings(version, "small", "pg1")) == {one.name: one.value for one in wanted}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_any_value_is_read_back_as_it_was_written(value: str) -> None:
    assert setting.values(f"name = {setting.quoted(value)}\n") == {"name": value}


def test_the_identities(golden: Golden) -> None:
    golden(HERE / "pg_ident.conf", access.render_identities(access.identities(cluster(17))))
