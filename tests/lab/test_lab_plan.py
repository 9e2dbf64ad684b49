"""What the lab reads of an environment's file, and everything that it refuses, at once and in the house's words."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import lab
from fleet.problem import Refused
from lab import ground, image, names
from lab.__main__ import main
from lab.plan import Host, read

ROOT = Path(__file__).parents[2]
GOOD = """
ssh: {user: deploy}
clusters:
  main:
    nodes:
      pg1: {address: 198.18.9.11, ssh: {user: root}}
      pg2: {address: 198.18.9.12}
x-lab: {network: 198.18.9.0/24}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "some.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_hosts_are_the_nodes_of_all_clusters_and_the_spares(write: Write) -> None:
    x_lab = "{suite: forky, disk: 1GB, nodes: {pg2: {suite: bookworm}}, spares: {s: 198.18.9.20}, network"
    plan = read(write(GOOD.replace("{network", x_lab)))
    assert plan.name == "some"
    assert plan.gateway == "198.18.9.1"
    assert plan.hosts == (
        Host("pg1", "198.18.9.11", "root", "forky", 1 << 30, False, False),
        Host("pg2", "198.18.9.12", "deploy", "bookworm", 1 << 30, False, False),
        Host("s", "198.18.9.20", "deploy", "forky", 1 << 30, False, False),
    )
    assert plan.store is None


def test_a_lab_may_be_called_otherwise_than_its_file(write: Write) -> None:
    assert read(write(GOOD), "other").directory == Path("/var/lib/pgsteward-lab/labs/other")


def test_what_the_lab_does_not_read_may_still_be_wrong(write: Write) -> None:
    assert len(read(write(GOOD + "setings: [1, 2]\n")).hosts) == 2


def test_the_projects_own_lab_can_be_read() -> None:
    assert [host.name for host in read(ROOT / "inventories/lab.yml").hosts][:3] == ["pg1", "pg2", "pg3"]


# What of the good file is replaced, with what, and what is said of it. `x-lab` gets keys where it begins.
LAB, PG2 = "{network", "{address: 198.18.9.12}"
REFUSED = [
    ("network: 198.18.9.0/24", "", "x-lab.network: is missing"),
    ("9.0/24", "9.7/24", "x-lab.network: '198.18.9.7/24' is not a network"),
    ("9.0/24", "9.8/30", "x-lab.network: 198.18.9.8/30 has no room for hosts"),
    ("network:", "nettwork:", "x-lab.nettwork: is no key of the lab's\n    HINT: did you mean network?"),
    (LAB, "{suite: trixi, network", "HINT: did you mean trixie?"),
    (LAB, "{suite: noble, network", "there are bookworm, trixie, forky"),
    (LAB, "{disk: 4, network", "x-lab.disk: '4' is not a size"),
    (LAB, "{disk: 1MB, network", "x-lab.disk: 1MB is not a size for a disk"),
    (LAB, "{hardened: maybe, network", "'maybe' is neither true nor false"),
    (LAB, "{hardened: true, network", "pg1.ssh.user: root may not log in to a hardened host"),
    (LAB, "{nodes: {pg3: {}}, network", "x-lab.nodes.pg3: is no node of the environment"),
    (LAB, "{nodes: {pg1: {disc: 1GB}}, network", "x-lab.nodes.pg1.disc: is no key"),
    (LAB, "{nodes: {pg1: {disk: x}}, network", "x-lab.nodes.pg1.disk: 'x' is not a size"),
    (LAB, "{nodes: [pg1], network", "x-lab.nodes: is not a mapping"),
    (LAB, "{spares: {pg1: 198.18.9.20}, network", "two hosts have the name pg1"),
    (LAB, "{spares: {s: 10.0.0.1}, network", "x-lab.spares.s: 10.0.0.1 is not in the lab's network"),
    (LAB, "{s3: {key: ab}, network", "x-lab.s3.key: is not made of 16 or more letters and digits"),
    (LAB, "{s3: {address: 198.18.9.9}, network", "x-lab.s3.address: 198.18.9.9 is not this machine's"),
    (LAB, "{s3: {bucket: A}, network", "x-lab.s3.bucket: 'A' cannot be a bucket"),
    (LAB, "{s3: 1, network", "x-lab.s3: is not a mapping"),
    (PG2, "{}", "clusters.main.nodes.pg2.address: is missing"),
    (PG2, "{address: 198.18.9.11}", "two hosts have the address 198.18.9.11"),
    (PG2, "{address: 198.18.9.1}", "198.18.9.1 is the network's or this machine's own"),
    (PG2, "{address: db.example.com}", "'db.example.com' is not an IPv4 address"),
    (PG2, "{address: '2001:db8::1'}", "'2001:db8::1' is not an IPv4 address"),
    (PG2, "198.18.9.12", "clusters.main.nodes.pg2: is not a mapping"),
    ("user: deploy", "user: admin", "pg2.ssh.user: 'admin' is not on the lab's hosts"),
    ("user: deploy", "port: 2222", "pg1.ssh.port: is 2222, but the lab's hosts listen on 22"),
    ("pg2:", "pg_2:", "clusters.main.nodes.pg_2: cannot be the name of a host"),
    (GOOD, "clusters: {main: {nodes: {}}}\nx-lab: {network: 198.18.9.0/24}", "clusters: has no nodes"),
    (GOOD, "clusters: []\nx-lab: {network: 198.18.9.0/24}", "clusters: is not a mapping"),
    (GOOD, "- a\n- b\n", "the file: is not a mapping"),
    (GOOD, "", "the file: is not a mapping"),
    (GOOD, "clusters: {main: [}\n", "line 1: this is not YAML"),
]


@pytest.mark.parametrize(("replaced", "by", "expected"), REFUSED)
def test_a_wrong_file_is_refused_in_a_sentence_with_a_hint(write: Write, replaced: str, by: str, expected: str) -> None:
    assert replaced in GOOD
    with pytest.raises(Refused) as refused:
        read(write(GOOD.replace(replaced, by)))
    assert expected in str(refused.value)
    assert "HINT: " in str(refused.value)


def test_all_problems_are_said_at_once(write: Write) -> None:
    text = GOOD.replace("{network", "{suite: x, disk: y, bogus: 1, network").replace("9.12", "8.12")
    with pytest.raises(Refused) as refused:
        read(write(text))
    places = {problem.where for problem in refused.value.problems}
    assert places == {"x-lab.suite", "x-lab.disk", "x-lab.bogus", "clusters.main.nodes.pg2.address"}


def test_no_file_gives_a_traceback(write: Write) -> None:
    """Every value of a good file, replaced by what does not belong there."""
    good = yaml.safe_load(GOOD.replace("{network", "{nodes: {pg1: {}}, spares: {s: 198.18.9.20}, s3: {}, network"))
    for wrong in (None, 1, 1.5, "x", [], {}, [{}], {"a": {}}, True):
        for document in replaced(good, wrong):
            try:
                read(write(yaml.safe_dump(document)))
            except Refused as refused:
                assert refused.problems


def replaced(document: object, wrong: object) -> list[object]:
    """The document, each time with another of its parts replaced."""
    variants: list[object] = [wrong]
    if isinstance(document, dict):
        for key, value in document.items():
            variants += [{**document, key: variant} for variant in replaced(value, wrong)]
    return variants


def test_an_unknown_host_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match=r"pg11: is no host of it\s+HINT: did you mean pg1\?"):
        read(ROOT / "inventories/lab.yml").host("pg11")


# --- the command


def test_the_command_refuses_without_a_traceback(write: Write) -> None:
    command = [sys.executable, "-m", "lab", "--environment", str(write("x-lab: {}")), "status"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "x-lab.network: is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_refused() -> None:
    command = [sys.executable, "-m", "lab", "--environment", "nowhere.yml", "up"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "nowhere.yml: 1 problem\n  the file: no such file or directory\n    HINT: name it with --environment\n"
    )


def test_where_there_can_be_no_lab_the_command_says_so_and_exits_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ground.platform, "system", lambda: "Darwin")
    assert lab.availability() == "the lab needs Linux, this is Darwin"
    assert main(["status"]) == 2
    assert capsys.readouterr().err == ("the lab needs Linux, this is Darwin\n    HINT: run in any Linux VM, as root\n")


def test_without_root_there_is_no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.os, "geteuid", lambda: 1000)
    assert lab.availability() == "the lab needs root"


def test_without_tools_and_without_apt_there_is_no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.os, "geteuid", lambda: 0)
    monkeypatch.setattr(ground.shutil, "which", lambda tool, path=None: None)
    assert "mmdebstrap" in (lab.availability() or "")


# --- names


@pytest.mark.parametrize("lab_name", ["a", "lab", "a-name-of-thirty-one-characters"])
@pytest.mark.parametrize("host", ["pg1", "database-number-one.example.com"])
def test_interfaces_have_names_that_the_kernel_takes(lab_name: str, host: str) -> None:
    assert len(names.bridge(lab_name)) <= 15
    assert len(names.interface(lab_name, host)) <= 15


def test_no_two_hosts_are_called_the_same() -> None:
    pairs = [("a", "b-c"), ("a-b", "c"), ("a", "b.c"), ("long-name-of-a-lab", "pg1"), ("long-name-of-a-lab", "pg2")]
    assert len({names.machine(*pair) for pair in pairs}) == len(pairs)


# --- the base image's recipe


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("sources.list", "deb http://ftp.example.org/debian/ bookworm main\n", "http://ftp.example.org/debian"),
        ("sources.list", "deb [arch=amd64] https://m.example/x/debian trixie main\n", "https://m.example/x/debian"),
        (
            "sources.list.d/debian.sources",
            "Types: deb\nURIs: http://m.example/debian\nSuites: trixie\n\nTypes: deb\nURIs: http://m.example/debian-security\n",
            "http://m.example/debian",
        ),
        ("sources.list", "deb http://archive.ubuntu.com/ubuntu noble main\n", image.DEFAULT_MIRROR),
    ],
)
def test_hosts_use_the_mirror_that_this_machine_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, expected: str
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    monkeypatch.setattr(image, "APT_SOURCES", tmp_path)
    assert image.mirror() == expected


def test_another_recipe_is_another_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = image.recipe("trixie")
    assert image.recipe("forky") != before
    monkeypatch.setattr(image, "PACKAGES", (*image.PACKAGES, "less"))
    assert image.recipe("trixie") != before


def test_an_image_with_the_packages_of_a_deploy_is_another_one() -> None:
    assert image.recipe("trixie", installed=True) != image.recipe("trixie")
    assert {"postgresql-15", "pgbackrest"} <= set(image.packages("bookworm", installed=True))
