"""A host with a store behind a weather, and keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from steward.dump.away import s3, upload
from steward.dump.away.opener import Opener
from steward.s3.client import Patience
from tests.steward.stores import certify, serving

from .driver import PART
from .weather import Weather, weather
from .world import Host, age_key


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certify(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Opener, str]:
    """Who opens what is sealed here, and the recipient that it is sealed to."""
    return age_key(tmp_path_factory.mktemp("age"))


@pytest.fixture
def opener(key: tuple[Opener, str]) -> Opener:
    return key[0]


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """The store's bucket, as a directory."""
    path = tmp_path / "store" / "backups"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def sky(bucket: Path, certificate: Path) -> Iterator[Weather]:
    with serving(bucket.parent, certificate) as store, weather(store, certificate) as sky:
        yield sky


@pytest.fixture
def host(tmp_path: Path, sky: Weather, certificate: Path, key: tuple[Opener, str]) -> Host:
    (tmp_path / "dumps" / "main").mkdir(parents=True)
    return Host(tmp_path / "dumps", sky.endpoint, certificate, {"age": [key[1]]})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts as small as a store allows, and less patience with one that is not there."""
    read = s3.LOOK.read
    monkeypatch.setattr(upload, "PART", PART)
    monkeypatch.setattr(s3, "PAUSE", 0.05)
    monkeypatch.setattr(s3, "MOVE", Patience(connect=2, read=read, attempts=5))
    monkeypatch.setattr(s3, "LOOK", Patience(connect=2, read=read, attempts=2))
