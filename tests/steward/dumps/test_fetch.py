"""An operator fetches dumps with pyinfra, and no host of the environment answers: all of them are lost."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from steward.dump.send import sent
from steward.dump.verified import Verified
from tests.steward.stores import KEY, SECRET

from .driver import PART
from .test_s3 import SEALED, flip
from .weather import Weather
from .world import NOW, PASSWORD, QUIET, ROOT, Host, age_key, same

PYINFRA = (sys.executable, "-m", "pyinfra")
ENVIRONMENT = """
secrets: {{from: environment, prefix: DUMPS_}}
clusters:
  main:
    postgresql: 17
    nodes:
      pg1: {{address: 192.0.2.11, duty: primary}}
    databases:
      shop: {{owner: app}}
    roles:
      app: {{login: true}}
    dumps:
      encryption: {{age: [{recipient}]}}
      targets:
        offsite:
          s3: {{endpoint: "{endpoint}", bucket: backups, prefix: offsite/, path_style: true, authority: "{authority}"}}
        vault:
          restic: {{repository: {vault}}}
"""


@pytest.fixture
def environment(host: Host, tmp_path: Path) -> Path:
    """An environment whose two targets hold a dump each."""
    host.dump(size=PART)
    host.s3()
    host.restic()
    for name in ("offsite", "vault"):
        assert sent(host.told, host.target(name), QUIET, lambda: NOW).problems == []
    (tmp_path / "inventories").mkdir()
    path = tmp_path / "inventories" / "lost.yml"
    more = {"recipient": host.encryption["age"][0], "endpoint": host.endpoint, "authority": host.authority}
    path.write_text(ENVIRONMENT.format(vault=host.root / "vault", **more))
    return path


def fetch(environment: Path, **data: Any) -> "subprocess.CompletedProcess[str]":
    """backup/fetch.py with these data; whatever it says shows neither secrets nor a traceback."""
    words = [word for key, value in data.items() for word in ("--data", f"{key.strip('_')}={value}")]
    secrets = {"S3_KEY": KEY, "S3_SECRET": SECRET}
    known = {f"DUMPS_MAIN_OFFSITE_{key}": value for key, value in secrets.items()} | {
        "DUMPS_MAIN_VAULT_PASSWORD": PASSWORD
    }
    done = subprocess.run(
        [*PYINFRA, "-y", "@local", "backup/fetch.py", "--data", f"environment={environment}", *words],
        cwd=ROOT,
        env=os.environ | known,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    said = done.stdout + done.stderr
    assert not any(secret in said for secret in (SECRET, PASSWORD, "Traceback", "AGE-SECRET-KEY"))
    return done


def test_what_there_is_is_listed(environment: Path, host: Host) -> None:
    host.target("offsite").mark("20261121T000000Z-shop", Verified(NOW, True))
    done = fetch(environment, list="yes")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if not line.startswith(" ") and line] == ["offsite:", "vault:"]
    assert "  id                     database  content  size     PostgreSQL  verified" in lines
    assert any(line.startswith("  20261121T000000Z-shop  shop      whole") for line in lines)
    assert any("2026-11-21 00:00" in line for line in lines)


def test_the_latest_dump_comes_back_as_it_was(environment: Path, host: Host, opener: Any, tmp_path: Path) -> None:
    for source in ("offsite", "vault", ""):
        here, more = tmp_path / f"from-{source}", {"from": source} if source else {}
        done = fetch(environment, id="latest", database="shop", identity=opener.identity, into=here, **more)
        assert done.returncode == 0, done.stderr
        assert same(here / "20261121T000000Z-shop", host)
        assert str(here / "20261121T000000Z-shop") in done.stderr
        assert [path.name for path in here.iterdir()] == ["20261121T000000Z-shop"]


def test_one_target_is_enough_where_another_is_lost(environment: Path, host: Host, opener: Any, tmp_path: Path) -> None:
    environment.write_text(environment.read_text().replace(host.endpoint, "127.0.0.1:1"))
    listed = fetch(environment, list="yes")
    assert listed.returncode == 0, listed.stderr
    assert "127.0.0.1:1 refuses connections" in listed.stdout
    done = fetch(environment, id="latest", identity=opener.identity, into=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here" / "20261121T000000Z-shop" / "manifest.json").exists()


WRONG: list[tuple[dict[str, str], str]] = [
    ({}, "id: say what is wanted"),
    ({"list": "yes", "id": "latest"}, "id: say what is wanted"),
    ({"list": "yes", "from": "nowhere"}, "there are: offsite, vault"),
    ({"list": "yes", "cluster": "mian"}, "did you mean main?"),
    ({"id": "latest", "identity": "/nowhere/key.txt"}, "/nowhere/key.txt: does not exist"),
    ({"id": "20200101T000000Z-shop", "from": "vault"}, "the last that are there: 20261121T000000Z-shop"),
    ({"id": "latest", "database": "shoe", "from": "vault"}, "has no latest of shoe"),
    ({"id": "latest", "from": "offsite"}, "the key: is missing: the dump was sealed with age"),
]


def test_what_is_wrong_is_told(environment: Path, tmp_path: Path) -> None:
    for data, said in WRONG:
        done = fetch(environment, into=tmp_path / "here", **data)
        assert done.returncode == 1, data
        assert said in done.stdout + done.stderr
        assert "HINT: " in done.stdout + done.stderr


def test_no_environment_is_told() -> None:
    done = subprocess.run(
        [*PYINFRA, "-y", "@local", "backup/fetch.py", "--data", "list=yes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    assert "environment: is not named\n" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_key_and_one_that_others_can_read_are_told(
    environment: Path, opener: Any, tmp_path: Path, sky: Weather
) -> None:
    wrong: Any = age_key(tmp_path)[0]
    sky.clear()
    done = fetch(environment, id="latest", identity=wrong.identity, into=tmp_path / "here", **{"from": "offsite"})
    assert done.returncode == 1
    assert f"is not opened by {wrong.identity}" in done.stderr
    wrong.identity.chmod(0o644)
    done = fetch(environment, id="latest", identity=wrong.identity, into=tmp_path / "here")
    assert done.returncode == 1
    assert "can be read by others" in done.stderr


def test_damage_at_one_target_is_told_and_the_next_is_asked(
    environment: Path, host: Host, bucket: Path, opener: Any, tmp_path: Path
) -> None:
    flip(bucket / "offsite" / "main" / "20261121T000000Z-shop" / SEALED)
    done = fetch(environment, id="latest", identity=opener.identity, into=tmp_path / "here", **{"from": "offsite"})
    assert done.returncode == 1
    assert "is damaged there" in done.stderr
    done = fetch(environment, id="latest", identity=opener.identity, into=tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert same(tmp_path / "here" / "20261121T000000Z-shop", host)


def test_a_plan_fetches_nothing(environment: Path, opener: Any, tmp_path: Path) -> None:
    given = {"environment": environment, "id": "latest", "from": "vault", "into": tmp_path / "here"}
    words = [word for key, value in given.items() for word in ("--data", f"{key}={value}")]
    done = subprocess.run(
        [*PYINFRA, "--dry", "--json", "@local", "backup/fetch.py", *words],
        cwd=ROOT,
        env=os.environ | {"DUMPS_MAIN_VAULT_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert "Dumps: latest is fetched" in done.stdout
    assert not (tmp_path / "here").exists()
