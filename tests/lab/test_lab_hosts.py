"""What a blank host is: every suite, both login users, a hardened sshd, apt, and nothing of PostgreSQL."""

import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab import host, keys, life, s3
from lab.processes import running

from .conftest import MakeLab, RunningLab

SUITES = """
ssh: {user: deploy}
clusters:
  old: {nodes: {twelve: {address: 198.18.244.12}}}
  new: {nodes: {thirteen: {address: 198.18.244.13, ssh: {user: root}}, fourteen: {address: 198.18.244.14}}}
x-lab:
  network: 198.18.244.0/24
  disk: 300MB
  nodes: {twelve: {suite: bookworm, disk: 200MB}, fourteen: {suite: forky, hardened: true}}
  spares: {spare: 198.18.244.20}
  s3: {bucket: vault}
"""
NODES = {"twelve": "12", "thirteen": "13", "fourteen": "forky", "spare": "13"}


@pytest.fixture(scope="module")
def lab(make_lab: MakeLab) -> RunningLab:
    return make_lab("hosts", SUITES)


every_node = pytest.mark.parametrize("node", NODES)


@every_node
def test_a_host_of_every_suite_boots_whole(lab: RunningLab, node: str) -> None:
    assert lab.ssh(node, "systemctl is-system-running --wait; systemctl --failed --quiet") == "running\n"
    assert lab.ssh(node, "systemd-detect-virt") == "systemd-nspawn\n"
    assert NODES[node] in lab.ssh(node, "cat /etc/os-release /etc/debian_version")
    assert lab.ssh(node, "systemctl is-active ssh cron dbus systemd-networkd") == "active\n" * 4


@every_node
def test_a_blank_host_has_nothing_of_postgresql(lab: RunningLab, node: str) -> None:
    assert lab.ssh(node, "dpkg-query -W | grep -i -e postgres -e libpq -e pgbackrest || true") == ""
    assert lab.ssh(node, "getent passwd postgres || true") == ""
    assert lab.ssh(node, "ls /var/lib/postgresql") == "lost+found\n"


@every_node
def test_both_users_become_root_without_a_password(lab: RunningLab, node: str) -> None:
    assert lab.ssh(node, "sudo -n id -u", user="deploy") == "0\n"
    if node != "fourteen":
        assert lab.ssh(node, "id -u", user="root") == "0\n"


@every_node
def test_a_host_has_a_data_disk_of_its_own_size(lab: RunningLab, node: str) -> None:
    size = int(lab.ssh(node, "df --output=size -m /var/lib/postgresql | tail -1"))
    declared = 200 if node == "twelve" else 300
    assert declared * 0.85 < size < declared


@every_node
def test_hosts_know_each_other_and_the_object_store_by_name(lab: RunningLab, node: str) -> None:
    names = [*NODES, "s3"]
    answered = lab.ssh(node, f"for n in {' '.join(names)}; do sudo ping -c 1 -W 2 $n > /dev/null && echo $n; done")
    assert answered.split() == names


@every_node
def test_a_host_installs_packages(lab: RunningLab, node: str) -> None:
    lab.ssh(node, "sudo apt-get update --quiet=2 && sudo apt-get install --yes --quiet=2 hello")
    assert lab.ssh(node, "hello") == "Hello, world!\n"


def test_installing_needs_no_update_first(lab: RunningLab) -> None:
    life.reset(lab.plan, "thirteen")
    lab.ssh("thirteen", "apt-get install --yes --quiet=2 tree")


def test_what_one_host_fetched_another_need_not(lab: RunningLab) -> None:
    """Three fetch the same at once, each under its own apt lock; one made later finds it there."""
    fetch = "sudo apt-get install --yes --quiet --download-only postgresql-common 2>&1"
    with ThreadPoolExecutor() as pool:
        fetched = list(pool.map(lambda node: lab.ssh(node, fetch), ("thirteen", "spare", "twelve")))
    assert all("Download complete" in said for said in fetched)
    life.reset(lab.plan, "spare")
    assert "Need to get 0 B/" in lab.ssh("spare", fetch)
    assert re.search(r"postgresql-common_\S+\.deb", lab.ssh("spare", "ls /var/cache/apt/archives"))


def test_a_host_may_clean_its_packages_without_taking_them_from_others(lab: RunningLab) -> None:
    lab.ssh("thirteen", "apt-get clean && ! ls /var/cache/apt/archives/*.deb 2>/dev/null")
    life.reset(lab.plan, "thirteen")
    assert lab.ssh("thirteen", "ls /var/cache/apt/archives/*.deb") != ""


def test_a_hardened_host_turns_root_passwords_and_forwarding_away(lab: RunningLab) -> None:
    assert "Permission denied" in lab.attempt("fourteen", "true", user="root").stderr
    settings = lab.ssh("fourteen", "sudo sshd -T").lower().splitlines()
    wanted = {"permitrootlogin no", "passwordauthentication no", "allowusers deploy", "disableforwarding yes"}
    assert wanted <= set(settings)
    assert "maxsessions 10" in settings


def test_a_host_that_shows_another_key_is_not_believed(lab: RunningLab) -> None:
    known = lab.directory / "known_hosts"
    original = known.read_text()
    others = original.replace("198.18.244.13,thirteen", "x").replace("198.18.244.12,twelve", "198.18.244.13")
    try:
        known.write_text(others)
        keys.close(lab.plan.name, "thirteen")
        assert "Host key verification failed" in lab.attempt("thirteen", "true").stderr
    finally:
        known.write_text(original)
    assert lab.ssh("thirteen", "true") == ""


def test_hosts_are_apart_in_every_way_but_the_network(lab: RunningLab) -> None:
    """Each systemd sees its own units only: nspawn by itself would put all hosts into one control group."""
    groups = {node: set(running(f"pgsteward-lab/hosts/hosts/{node}")) for node in NODES}
    assert all(groups.values())
    assert sum(map(len, groups.values())) == len(set().union(*groups.values()))
    ids = [lab.ssh(node, "cat /etc/machine-id") for node in NODES]
    assert len(set(ids)) == len(ids)
    assert len({keys.of_host(lab.directory / "hosts" / node, node).read_text() for node in NODES}) == len(ids)


def test_a_host_comes_back_from_a_reboot_of_its_own(lab: RunningLab) -> None:
    lab.ssh("thirteen", "echo kept > /var/lib/postgresql/kept")
    before = host.leader("hosts", "thirteen")
    lab.attempt("thirteen", "systemctl reboot")
    until = time.monotonic() + 20
    while host.leader("hosts", "thirteen") in (before, None) and time.monotonic() < until:
        time.sleep(0.05)
    host.await_answer(lab.plan, lab.plan.host("thirteen"))
    assert lab.ssh("thirteen", "cat /var/lib/postgresql/kept") == "kept\n"


# --- the object store


def object_store(lab: RunningLab, *command: str, authority: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Runs rclone as a client of the lab's store, over TLS."""
    access = s3.access(lab.plan)
    options = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ENDPOINT": f"https://{access.endpoint}",
        "ACCESS_KEY_ID": access.key,
        "SECRET_ACCESS_KEY": access.secret,
        "FORCE_PATH_STYLE": "true",
    }
    environment = {f"RCLONE_CONFIG_LAB_{key}": value for key, value in options.items()}
    environment |= {"RCLONE_CA_CERT": authority or str(access.authority), "RCLONE_CONFIG": "/dev/null"}
    full = [s3.rclone(), "--retries", "1", "--low-level-retries", "1", *command]
    return subprocess.run(full, env=environment, capture_output=True, text=True, check=False, input="content")


def test_the_object_store_keeps_what_it_is_given(lab: RunningLab) -> None:
    assert object_store(lab, "rcat", "lab:vault/a/b").returncode == 0
    assert object_store(lab, "cat", "lab:vault/a/b").stdout == "content"


def test_the_object_store_is_certified_by_the_lab_and_nobody_else(lab: RunningLab) -> None:
    done = object_store(lab, "lsf", "lab:vault", authority="/etc/ssl/certs/ca-certificates.crt")
    assert "certificate signed by unknown authority" in done.stderr


def test_a_host_reaches_the_object_store_by_name_over_tls(lab: RunningLab) -> None:
    authority = (lab.directory / "s3/ca.pem").read_text()
    client = "import ssl,socket; c=ssl.create_default_context(cafile='/tmp/ca.pem'); "
    client += "print(c.wrap_socket(socket.create_connection(('s3',443)),server_hostname='s3').version())"
    command = f"cat > /tmp/ca.pem <<'END'\n{authority}END\npython3 -c \"{client}\""
    assert lab.ssh("thirteen", command) == "TLSv1.3\n"


def test_the_object_stores_secret_is_in_no_process_list(lab: RunningLab) -> None:
    shown = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert s3.access(lab.plan).secret not in shown
