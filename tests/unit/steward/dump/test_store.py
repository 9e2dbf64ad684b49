"""The dumps on a host's own disk: there or not there, and never half."""

import fcntl
from dataclasses import replace
from pathlib import Path

import pytest

from fleet.problem import Refused
from steward.dump import store
from steward.dump.verified import Verified, parse

from .world import DAY, NOW, manifest, put, told


def test_a_dump_is_there_when_its_manifest_is(tmp_path: Path) -> None:
    path = put(tmp_path, manifest())
    assert [one.manifest for one in store.dumps(told(tmp_path))] == [manifest()]
    (path / "manifest.json").unlink()
    assert store.dumps(told(tmp_path)) == []
    with pytest.raises(Refused, match="a dump without a manifest does not exist"):
        store.opened(path)


def test_without_a_directory_there_is_none(tmp_path: Path) -> None:
    assert store.dumps(told(tmp_path / "none")) == []
    assert store.tidy(told(tmp_path / "none")) == []


def test_what_is_not_a_dump_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, manifest())
    (tmp_path / "main" / "lost+found").mkdir()
    (tmp_path / "main" / ".sealed").mkdir()
    (tmp_path / "main" / "20261121-by-hand").mkdir()
    assert [one.id for one in store.dumps(told(tmp_path))] == ["20261121T000000Z-shop"]
    assert store.spoilt(told(tmp_path)) == {}


def test_a_manifest_that_cannot_be_read_is_told_and_does_not_hide_the_others(tmp_path: Path) -> None:
    put(tmp_path, manifest())
    (put(tmp_path, manifest(NOW + DAY)) / "manifest.json").write_text("{")
    assert [one.id for one in store.dumps(told(tmp_path))] == ["20261121T000000Z-shop"]
    assert store.spoilt(told(tmp_path)) == {"20261122T000000Z-shop": "the manifest is not JSON"}


def test_what_lies_beside_a_sealed_dump_is_none(tmp_path: Path) -> None:
    path = put(tmp_path, manifest())
    (path / "manifest.json").write_text(str(manifest(files=None, rows=None)))
    with pytest.raises(Refused, match="this is what lies beside a sealed dump"):
        store.opened(path)


def test_a_dump_is_found_by_its_id_or_refused_with_those_that_are_there(tmp_path: Path) -> None:
    put(tmp_path, manifest())
    assert store.dump(told(tmp_path), "20261121T000000Z-shop").data == tmp_path / "main/20261121T000000Z-shop/data"
    with pytest.raises(Refused, match="there is no latest here\n    HINT: the last that are: 20261121T000000Z-shop"):
        store.dump(told(tmp_path), "latest")


def test_where_no_dumps_are_declared_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"are not declared here\n    HINT: declare clusters.main.dumps"):
        store.place(replace(told(tmp_path), dumps=None))


def test_a_finding_lies_beside_the_manifest(tmp_path: Path) -> None:
    put(tmp_path, manifest())
    found = Verified(NOW, False, {"restore": 2.5}, ("public.orders has 6 rows, and not 7",))
    store.mark(store.dumps(told(tmp_path))[0], found)
    assert store.dumps(told(tmp_path))[0].verified == found


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": 1}', '{"at": "x", "sound": true}', '{"at": 1, "sound": 1}'])
def test_a_finding_that_cannot_be_read_proves_nothing(text: str) -> None:
    assert parse(text) is None


def test_a_dump_goes_whole(tmp_path: Path) -> None:
    path = put(tmp_path, manifest())
    assert store.remove(store.opened(path))
    assert list((tmp_path / "main").iterdir()) == []


def test_a_dump_that_is_read_stays(tmp_path: Path) -> None:
    path = put(tmp_path, manifest())
    with store.reading(path):
        assert not store.remove(store.opened(path))
    assert store.opened(path)
    assert store.remove(store.opened(path))
    with pytest.raises(Refused, match="is not there any more"), store.reading(path):
        pass


def test_what_a_killed_job_left_goes_and_what_a_running_one_writes_stays(tmp_path: Path) -> None:
    left, running = (tmp_path / "main" / f".partial-2026112{day}T000000Z-shop" for day in (1, 2))
    for one in (left, running):
        (one / "data").mkdir(parents=True)
    with store.held(running, fcntl.LOCK_EX):
        assert store.tidy(told(tmp_path)) == ["20261121T000000Z-shop"]
    assert [one.name for one in (tmp_path / "main").iterdir()] == [running.name]


def test_a_file_is_replaced_whole_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    store.write(path, "one")
    store.write(path, "two")
    assert path.read_text() == "two\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["manifest.json"]
