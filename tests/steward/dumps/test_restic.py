"""Dumps in restic repositories, by the real program."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fleet.problem import Refused
from steward.dump.send import sent
from steward.dump.verified import Verified
from tests.steward.stores import KEY, SECRET

from .world import DAY, NOW, PASSWORD, QUIET, Host, killed, same, until


def send(host: Host, now: float = NOW) -> Any:
    return sent(host.told, host.target("vault"), QUIET, lambda: now)


def restic(host: Host, *words: str) -> Any:
    """What restic itself says of the repository."""
    environment = os.environ | {"RESTIC_REPOSITORY": str(host.root / "vault"), "RESTIC_PASSWORD": PASSWORD}
    command = ["restic", "--no-cache", "--json", *words]
    said = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    return json.loads(said.splitlines()[-1])


def test_a_dump_comes_back_as_it_was(host: Host, tmp_path: Path) -> None:
    one, target = host.dump(size=1 << 20), host.restic(made=False)
    assert target.listed() == []
    done = send(host)
    assert (done.dumps, done.problems) == ([one.id], [])
    [kept] = target.listed()
    assert (kept.id, kept.manifest.rows, kept.verified) == (one.id, one.rows, None)
    assert target.check(one.id, QUIET) == []
    assert same(target.get(one.id, tmp_path / "back", None, QUIET), host)
    [snapshot] = restic(host, "snapshots", "--tag", "pgsteward")
    assert (snapshot["tags"], snapshot["hostname"]) == (["pgsteward", "main", one.id], "main")


def test_a_finding_is_kept_and_the_newest_counts(host: Host) -> None:
    one, target = host.dump(), host.restic()
    send(host)
    target.mark(one.id, Verified(NOW, True))
    target.mark(one.id, Verified(NOW + DAY, False))
    [kept] = target.listed()
    assert kept.verified == Verified(NOW + DAY, False)
    [snapshot] = restic(host, "snapshots", "--tag", "pgsteward")
    assert snapshot["tags"] == ["pgsteward", "main", one.id, f"unsound-{NOW + DAY}"]


def test_retention_there_is_its_own_and_spares_what_others_keep_there(host: Host, tmp_path: Path) -> None:
    host.restic()
    host.dump()
    send(host)
    (tmp_path / "letter").write_text("mine")
    restic(host, "backup", "--tag", "pgsteward,other", str(tmp_path / "letter"))
    ids = [host.dump(NOW + day * DAY, sequence=day + 1).id for day in range(1, 5)]
    done = send(host)
    assert (sorted(done.dumps), len(done.gone)) == (ids[1:], 1)
    assert sorted(kept.id for kept in host.target("vault").listed()) == ids[1:]
    assert len(restic(host, "snapshots")) == 5  # one says whose the dumps are


def test_a_dump_that_was_removed_there_behind_our_back_is_sent_again(host: Host) -> None:
    one = host.dump()
    host.restic()
    send(host)
    [snapshot] = restic(host, "snapshots", "--tag", "pgsteward")
    subprocess.run(
        ["restic", "--no-cache", "forget", snapshot["id"]],
        env=os.environ | {"RESTIC_REPOSITORY": str(host.root / "vault"), "RESTIC_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
    )
    assert send(host, NOW + 2 * DAY).dumps == [one.id]


def test_a_sender_that_is_killed_leaves_no_snapshot_and_no_lock(host: Host, tmp_path: Path) -> None:
    one = host.dump(size=120 << 20)
    host.restic()
    process = host.started("send")
    until(lambda: any((host.root / "vault" / "data").glob("*/*")), 60)
    child = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    killed(process)
    for pid in child:  # restic itself, as a host that loses its power would
        subprocess.run(["kill", "-9", pid], check=False, capture_output=True)
    assert host.target("vault").listed() == []
    assert send(host).dumps == [one.id]
    assert host.target("vault").remove(one.id)
    assert host.target("vault").listed() == []


def test_damage_in_the_repository_is_found_by_a_check_and_refused_by_a_fetch(host: Host, tmp_path: Path) -> None:
    one, target = host.dump(size=1 << 20), host.restic()
    send(host)
    pack = max((host.root / "vault" / "data").glob("*/*"), key=lambda path: path.stat().st_size)
    pack.chmod(0o600)
    with pack.open("r+b") as file:
        file.seek(1000)
        file.write(b"\xff\x00\xff")
    [said] = target.check(one.id, QUIET)
    assert said.startswith("what lies at vault: ")
    with pytest.raises(Refused):
        target.get(one.id, tmp_path / "back", None, QUIET)
    assert not (tmp_path / "back" / one.id).exists()


def test_a_wrong_password_is_told(host: Host) -> None:
    host.dump()
    host.restic()
    send(host)
    with pytest.raises(Refused, match="the password does not open the repository") as refusal:
        host.restic(made=False, password="another").listed()
    assert "HINT: correct main/vault/password" in str(refusal.value)


def test_what_opens_a_repository_is_not_told(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by what steward shows of it, nor on a command line, nor in what restic complains of."""
    place, words = "rest:http://user:sesame@127.0.0.1:1/", []
    target = host.restic(repository=place, environment={"RESTIC_REST_PASSWORD": "opensesame"})
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **more: (words.extend(command), real(command, **more))[1])
    monkeypatch.setattr("steward.dump.away.restic.LOOK", 3)
    with pytest.raises(Refused) as refusal:
        target.listed()
    assert words[:2] == ["restic", "--no-cache"]
    shown = f"{target!r} {words} {refusal.value}"
    assert not any(secret in shown for secret in (PASSWORD, "sesame"))


def test_a_repository_in_the_store_is_one_too(host: Host, tmp_path: Path) -> None:
    one = host.dump(size=1 << 20)
    target = host.restic(
        repository=f"s3:https://{host.endpoint}/backups/restic",
        environment={"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET},
        authority=str(host.authority),
    )
    assert send(host).dumps == [one.id]
    assert same(target.get(one.id, tmp_path / "back", None, QUIET), host)
