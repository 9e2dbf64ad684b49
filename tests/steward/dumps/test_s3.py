"""Dumps in an object store: whole or not there, sent once, and the same when they come back."""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fleet.problem import Refused
from steward.dump import owner
from steward.dump.away import s3
from steward.dump.away.opener import Opener
from steward.dump.away.s3 import S3
from steward.dump.manifest import Sealed
from steward.dump.send import sent
from steward.dump.verified import Verified
from steward.locked import Busy
from steward.s3.client import Client

from ...tiers import ANOTHER_CASE, one_first
from .driver import PART
from .weather import ILL, Asked, Cut, Weather, first
from .world import DAY, NOW, QUIET, Host, age_key, contents, gpg_key, killed, same, until

SEALED = "dump.tar.age"


def objects(bucket: Path) -> list[str]:
    """The names of all objects but the mark whose the place is; rclone keeps the parts of an upload that is under way
    beside them."""
    every = (path for path in bucket.rglob("*") if path.is_file() and path.name != owner.FILE)
    files = (path for path in every if not path.name.startswith(".rclone_temp"))
    return sorted(str(path.relative_to(bucket)) for path in files)


def fetched(sky: Weather) -> int:
    """The bytes of sealed dumps that the store has given."""
    return sum(asked.answered for asked in sky.asked if asked.what == f"GET {SEALED}")


def send(host: Host, name: str = "offsite", now: float = NOW) -> Any:
    return sent(host.told, host.target(name), QUIET, lambda: now)


def delivered(host: Host) -> list[str]:
    """The ids of what was sent, without any trouble."""
    done = send(host)
    assert done.problems == []
    return list(done.dumps)


# --- there and back


def test_a_dump_comes_back_as_it_was(host: Host, bucket: Path, opener: Opener, tmp_path: Path) -> None:
    one, target = host.dump(size=3 * PART), host.s3()
    done = send(host)
    assert (done.dumps, done.problems) == ([one.id], [])
    assert objects(bucket) == [f"offsite/main/{one.id}/{SEALED}", f"offsite/main/{one.id}/manifest.json"]
    assert [kept.id for kept in target.listed()] == [one.id]
    assert target.check(one.id, QUIET) == []
    assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)
    assert [path.name for path in (tmp_path / "back").iterdir()] == [one.id]


def test_nothing_readable_leaves_the_host(host: Host, bucket: Path) -> None:
    one = host.dump()
    host.s3()
    send(host)
    beside = json.loads((bucket / f"offsite/main/{one.id}/manifest.json").read_text())
    assert not {"rows", "files"} & beside.keys()
    secret = (host.root / "main" / one.id / "data" / "toc.dat").read_bytes()[:64]
    assert not any(secret in (bucket / path).read_bytes() for path in objects(bucket))


def test_what_was_sealed_with_gnupg_comes_back(host: Host, bucket: Path, tmp_path: Path) -> None:
    keys = gpg_key(tmp_path / "gnupg")
    opener, public = next(keys)
    try:
        host.encryption = {"gpg": [public]}
        one, target = host.dump(size=PART), host.s3()
        assert send(host).problems == []
        assert f"offsite/main/{one.id}/dump.tar.gpg" in objects(bucket)
        assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)
        with pytest.raises(Refused, match="the key: is missing: the dump was sealed with gpg"):
            target.get(one.id, tmp_path / "again", None, QUIET)
    finally:
        keys.close()
    assert not list(host.staging.glob("gpg-*"))


def other(host: Host) -> Client:
    """Somebody else at the same bucket. rclone does not look at its directories anew for five minutes."""
    target = host.target("offsite")
    assert isinstance(target, S3)
    return Client(target.bucket, s3.LOOK)


def test_a_dump_is_there_with_its_manifest_and_its_sealed_file_and_not_before(host: Host, bucket: Path) -> None:
    one, target = host.dump(), host.s3()
    send(host)
    for name in (SEALED, "manifest.json"):
        key = f"offsite/main/{one.id}/{name}"
        body = (bucket / key).read_bytes()
        other(host).ask("", "delete_object", Key=key)
        assert target.listed() == []
        other(host).ask("", "put_object", Key=key, Body=body[:-1])
        assert target.listed() == []
        other(host).ask("", "put_object", Key=key, Body=body)
        assert [kept.id for kept in target.listed()] == [one.id]


def test_the_manifest_is_what_is_written_last(host: Host, sky: Weather) -> None:
    host.dump(size=PART)
    host.s3()
    send(host)
    written = [one.what for one in sky.asked if one.method in ("PUT", "POST") and owner.FILE not in one.path]
    assert written == ["POST uploads", "part", "part", "POST uploadId", "PUT manifest.json"]


def test_no_sum_is_sent_that_stores_do_not_understand(host: Host, sky: Weather) -> None:
    host.dump(size=PART)
    host.s3()
    send(host)
    assert not any(name.startswith("x-amz-checksum") for one in sky.asked for name in one.headers)
    assert not any("x-amz-sdk-checksum-algorithm" in one.headers for one in sky.asked)
    assert all("content-md5" in one.headers for one in sky.asked if one.method == "PUT")


def test_what_is_declared_of_objects_is_asked_of_the_store(host: Host, sky: Weather) -> None:
    one = host.dump()
    lock = {"mode": "compliance", "days": 30}
    more = {"storage_class": "STANDARD_IA", "server_side_encryption": "aws:kms", "kms_key": "arn:key", "lock": lock}
    host.s3(**more)
    assert send(host).problems == []
    [begun], [beside] = sky.of("POST uploads"), sky.of("PUT manifest.json")
    for asked in (begun, beside):
        assert asked.headers["x-amz-server-side-encryption"] == "aws:kms"
        assert asked.headers["x-amz-server-side-encryption-aws-kms-key-id"] == "arn:key"
        assert asked.headers["x-amz-object-lock-mode"] == "COMPLIANCE"
        assert asked.headers["x-amz-object-lock-retain-until-date"]
    assert begun.headers["x-amz-storage-class"] == "STANDARD_IA"
    assert "x-amz-storage-class" not in beside.headers
    host.target("offsite").mark(one.id, Verified(NOW, True))
    [proof] = sky.of("PUT verified.json")
    assert not any("object-lock" in name for name in proof.headers)  # the next verification replaces it


def test_a_finding_is_kept_beside_the_dump(host: Host) -> None:
    one, target = host.dump(), host.s3()
    send(host)
    assert [kept.verified for kept in target.listed()] == [None]
    found = Verified(NOW, False, {"restore": 1.5}, ("public.orders has 6 rows, not 7",))
    target.mark(one.id, found)
    assert [kept.verified for kept in target.listed()] == [found]


# --- interruptions


def sending_dies(host: Host, sky: Weather, when: Any) -> None:
    """A sender is killed when the store is asked that."""
    came = threading.Event()
    plain = sky.rule

    def rule(asked: Asked) -> None:
        if when(asked):
            came.set()
            raise Cut

    sky.rule = rule
    process = host.started("send")
    until(came.is_set, 60)
    killed(process)
    sky.rule = plain


@pytest.mark.parametrize("answered", one_first([0, 1, 3, 5], 3, reason=ANOTHER_CASE))
def test_parts_that_the_store_has_are_not_sent_again(
    host: Host, sky: Weather, opener: Opener, tmp_path: Path, answered: int
) -> None:
    one, target = host.dump(size=9 * PART), host.s3()
    sending_dies(host, sky, lambda asked: asked.part and len(sky.of("part")) >= answered)
    there = {asked.part for asked in sky.of("part")}
    assert len(there) >= answered
    assert target.listed() == []
    sealed = next(host.staging.glob("*.tar.age")).stat().st_size

    sky.clear()
    assert delivered(host) == [one.id]
    again = sky.of("part")
    assert {asked.part for asked in again}.isdisjoint(there)
    assert sum(asked.size for asked in again) <= sealed - len(there) * PART
    assert sky.of("POST uploads") == []
    assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)


@pytest.mark.parametrize("when", ["POST uploads", "POST uploadId", "PUT manifest.json", f"HEAD {SEALED}"])
def test_a_sender_that_is_killed_at_any_request_leaves_nothing_half(
    host: Host, sky: Weather, bucket: Path, opener: Opener, tmp_path: Path, when: str
) -> None:
    one, target = host.dump(size=2 * PART), host.s3()
    sending_dies(host, sky, lambda asked: asked.what == when)
    assert target.listed() == []
    sky.clear()
    assert delivered(host) == [one.id]
    if when in ("PUT manifest.json", f"HEAD {SEALED}"):
        assert sky.of("part") == []  # all of it was there
    assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)
    assert len(objects(bucket)) == 2


def test_a_sender_that_is_killed_while_it_seals_leaves_nothing_that_counts(host: Host, bucket: Path) -> None:
    one = host.dump(size=60 << 20)
    host.s3()
    process = host.started("send")
    until(lambda: any(path.stat().st_size for path in host.staging.glob("*.new")), 60)
    killed(process)
    assert objects(bucket) == []
    assert delivered(host) == [one.id]
    assert [path.name for path in host.staging.iterdir() if path.suffix != ".job"] == []


def test_a_download_goes_on_where_it_was_killed(host: Host, sky: Weather, opener: Any, tmp_path: Path) -> None:
    one, target = host.dump(size=8 * PART), host.s3()
    send(host)
    sky.clear()
    sky.slow = 0.05
    process = host.started("get", one.id, str(tmp_path / "back"), str(opener.identity))
    path = tmp_path / "back" / f".partial-{one.id}.{SEALED}"
    until(lambda: path.exists() and path.stat().st_size > 2 * PART, 60)
    killed(process)
    before = path.stat().st_size
    assert not (tmp_path / "back" / one.id).exists()

    sky.clear()
    sky.slow = 0.0
    assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)
    [kept] = target.listed()
    assert kept.manifest.sealed
    assert fetched(sky) == kept.manifest.sealed.size - before


def test_what_was_fetched_before_and_is_damaged_is_fetched_again(host: Host, opener: Opener, tmp_path: Path) -> None:
    one, target = host.dump(size=PART), host.s3()
    send(host)
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / f".partial-{one.id}.{SEALED}").write_bytes(b"x" * PART)
    assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)


def test_an_upload_that_the_store_has_forgotten_begins_anew(host: Host, sky: Weather) -> None:
    one = host.dump(size=4 * PART)
    host.s3()
    sending_dies(host, sky, lambda asked: asked.part == 4)
    memory = next(host.staging.glob("*.upload"))
    first_line, *rest = memory.read_text().splitlines()
    memory.write_text("\n".join([json.dumps({**json.loads(first_line), "id": "forgotten"}), *rest, "[1, "]))
    sky.clear()
    assert delivered(host) == [one.id]
    assert len(sky.of("part")) == 5


# --- bad weather


def test_a_store_that_is_ill_for_a_while_is_waited_for(host: Host, sky: Weather) -> None:
    one = host.dump(size=2 * PART)
    host.s3()
    for what in ("GET list-type", "POST uploads", "part", "POST uploadId", "PUT manifest.json"):
        sky.rule = first(1, ILL, what)
        send(host)
    assert [kept.id for kept in host.target("offsite").listed()] == [one.id]


def test_a_store_that_stays_ill_is_told_and_what_was_sent_is_kept(host: Host, sky: Weather, bucket: Path) -> None:
    one = host.dump(size=4 * PART)
    host.s3()
    sky.rule = lambda asked: ILL if asked.part == 3 else None
    [problem] = send(host).problems
    assert "the store is not well: it answers InternalError" in problem.what
    assert objects(bucket) == []
    parts = {asked.part for asked in sky.of("part")}
    assert parts
    sky.clear()
    assert delivered(host) == [one.id]
    assert {asked.part for asked in sky.of("part")}.isdisjoint(parts)


def test_connections_that_break_off_are_made_anew(host: Host, sky: Weather, opener: Opener, tmp_path: Path) -> None:
    one, target = host.dump(size=4 * PART), host.s3()
    seen: set[int] = set()

    def rule(asked: Asked) -> None:
        if asked.part and asked.part not in seen:
            seen.add(asked.part)
            raise Cut

    sky.rule = rule
    assert delivered(host) == [one.id]
    sky.clear()
    sky.cut_after = 3 << 20
    assert same(target.get(one.id, tmp_path / "back", opener, QUIET), host)
    [kept] = target.listed()
    assert kept.manifest.sealed
    got = fetched(sky)
    assert got < kept.manifest.sealed.size + (2 << 20)  # not all of it twice


def test_a_store_that_is_away_costs_one_sentence_and_nothing_is_sealed_for_it(host: Host) -> None:
    host.dump()
    host.endpoint = "127.0.0.1:1"
    host.s3()
    [problem] = send(host).problems
    assert "127.0.0.1:1 refuses connections" in problem.what
    assert not list(host.staging.glob("*.tar.*"))


def test_an_answer_that_was_lost_at_the_very_end_does_not_send_all_again(host: Host, sky: Weather) -> None:
    one = host.dump(size=2 * PART)
    host.s3()
    lost = []

    def after(asked: Asked, headers: dict[str, str]) -> None:
        if asked.what == "POST uploadId" and not lost:
            lost.append(asked)
            raise Cut

    sky.after = after
    assert delivered(host) == [one.id]
    assert len(sky.of("part")) == 3
    assert lost


# --- sums


def test_where_the_stores_own_sums_say_nothing_the_object_is_read_back(host: Host, sky: Weather) -> None:
    """As with keys of KMS: its ETags are no MD5s. rclone's own, of an object in parts, are of another kind, too."""
    one = host.dump(size=2 * PART)
    host.s3()
    sky.after = lambda asked, headers: says(headers, "0123") if asked.method == "HEAD" else None
    assert delivered(host) == [one.id]
    [kept] = host.target("offsite").listed()
    assert kept.manifest.sealed and fetched(sky) == kept.manifest.sealed.size


def test_where_the_stores_own_sum_proves_it_nothing_is_read_back(host: Host, sky: Weather) -> None:
    one = host.dump(size=2 * PART)
    host.s3()
    sky.after = lambda asked, headers: says(headers, composite(host)) if asked.method == "HEAD" else None
    assert delivered(host) == [one.id]
    assert fetched(sky) == 0


def composite(host: Host) -> str:
    """The ETag that AWS has for the one sealed file, sent in parts."""
    text = next(host.staging.glob("*.tar.age")).read_bytes()
    sums = [hashlib.md5(text[at : at + PART]).digest() for at in range(0, len(text), PART)]
    return f"{hashlib.md5(b''.join(sums)).hexdigest()}-{len(sums)}"


def says(headers: dict[str, str], etag: str) -> None:
    """The store has this ETag."""
    for name in [name for name in headers if name.lower() == "etag"]:
        headers[name] = f'"{etag}"'


def test_parts_whose_sums_say_nothing_are_known_by_the_answers_to_their_sending(host: Host, sky: Weather) -> None:
    one = host.dump(size=5 * PART)
    host.s3()
    sky.after = lambda asked, headers: says(headers, f"kms{asked.part}") if asked.part else None
    sky.rule = lambda asked: ILL if asked.part == 6 else None
    assert send(host).problems
    count = len(sky.of("part"))
    assert count
    parts = {asked.part for asked in sky.of("part")}
    text = next(host.staging.glob("*.upload")).read_text()
    assert {json.loads(line)[0] for line in text.splitlines()[1:]} == parts
    assert one


def test_what_is_damaged_on_the_way_does_not_count_as_sent(host: Host, sky: Weather, bucket: Path) -> None:
    host.dump(size=2 * PART)
    host.s3()

    def rule(asked: Asked) -> None:
        if asked.what == f"HEAD {SEALED}":
            flip(next(bucket.rglob(SEALED)))

    sky.rule = rule
    [problem] = send(host).problems
    assert "holds something else than what was sent" in problem.what
    assert objects(bucket) == []


def flip(path: Path) -> None:
    """One bit in the middle of the file is another."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 4]))


def test_a_flipped_bit_is_found_by_a_check_and_refused_by_a_fetch(
    host: Host, bucket: Path, opener: Opener, tmp_path: Path
) -> None:
    one, target = host.dump(size=PART), host.s3()
    send(host)
    flip(bucket / "offsite" / "main" / one.id / SEALED)
    assert [kept.id for kept in target.listed()] == [one.id]
    [said] = target.check(one.id, QUIET)
    assert "what lies at offsite is damaged" in said
    with pytest.raises(Refused, match="is damaged there: its SHA-256"):
        target.get(one.id, tmp_path / "back", opener, QUIET)
    assert not (tmp_path / "back" / one.id).exists()


def test_a_dump_that_this_disk_has_damaged_is_not_sent_and_keeps_no_other(host: Host) -> None:
    bad, good = host.dump(NOW, PART, 2), host.dump(NOW - DAY, 1000, 1)
    host.s3()
    flip(host.root / "main" / bad.id / "data" / "3801.dat.zst")
    done = send(host)
    assert done.dumps == [good.id]
    [problem] = done.problems
    assert (problem.where, problem.what) == (bad.id, "data/3801.dat.zst is not what was dumped")
    assert not list(host.staging.glob("*.tar.*"))


# --- keys


def test_a_wrong_key_is_told_before_all_of_it_has_been_fetched(host: Host, sky: Weather, tmp_path: Path) -> None:
    one, target = host.dump(size=4 * PART), host.s3()
    send(host)
    sky.clear()
    wrong, _ = age_key(tmp_path)
    with pytest.raises(Refused, match=r"is not opened by .*key.txt: .*no identity matched"):
        target.get(one.id, tmp_path / "back", wrong, QUIET)
    assert sum(asked.answered for asked in sky.asked) < 1 << 20
    with pytest.raises(Refused, match="the key: is missing: the dump was sealed with age"):
        target.get(one.id, tmp_path / "back", None, QUIET)


def test_a_recipient_that_is_none_is_told(host: Host, bucket: Path) -> None:
    host.dump()
    host.encryption = {"age": ["age1nobody"]}
    host.s3()
    [problem] = send(host).problems
    assert problem.what.startswith("does not seal: age: error:")
    assert objects(bucket) == []


def test_other_recipients_mean_that_it_is_sealed_anew(host: Host, sky: Weather, opener: Opener, tmp_path: Path) -> None:
    one = host.dump(size=6 * PART)
    host.s3()
    sending_dies(host, sky, lambda asked: asked.part and len(sky.of("part")) >= 1)
    new, recipient = age_key(tmp_path)
    host.encryption = {"age": [recipient]}
    assert delivered(host) == [one.id]
    assert same(host.target("offsite").get(one.id, tmp_path / "back", new, QUIET), host)


def test_a_forged_tar_does_not_write_outside(host: Host, opener: Opener, tmp_path: Path) -> None:
    """Whoever can write to the bucket knows the recipient, too, and can seal whatever he likes."""

    one, target = host.dump(), host.s3()
    send(host)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("../../owned")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    command = ["age", "--encrypt", "--recipient", host.encryption["age"][0]]
    forged = subprocess.run(command, input=out.getvalue(), capture_output=True, check=True).stdout
    place = f"offsite/main/{one.id}"
    told = one.outside(Sealed(SEALED, len(forged), hashlib.sha256(forged).hexdigest()))
    for name, body in ((SEALED, forged), ("manifest.json", str(told).encode())):
        other(host).ask("", "put_object", Key=f"{place}/{name}", Body=body)
    with pytest.raises(Refused, match="which would lie elsewhere"):
        target.get(one.id, tmp_path / "a" / "back", opener, QUIET)
    assert not list(tmp_path.rglob("owned"))


# --- what goes, and what stays


def test_retention_there_is_its_own(host: Host) -> None:
    ids = [host.dump(NOW + day * DAY, sequence=day + 1).id for day in range(5)]
    host.s3()
    done = send(host)
    assert sorted(done.dumps) == ids[2:]  # what would not be kept there is not sent
    new = host.dump(NOW + 9 * DAY, sequence=9)
    assert send(host).gone == [ids[2]]
    assert sorted(kept.id for kept in host.target("offsite").listed()) == [*ids[3:], new.id]
    assert send(host, now=NOW + DAY + 1).dumps == []


def test_the_last_good_and_the_last_verified_dump_stay_whatever_is_declared(host: Host) -> None:
    retention = {"last": 1, "days": 0, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0}
    target = host.s3(retention=retention)
    ids = []
    for day in range(3):
        ids.append(host.dump(NOW + day * DAY, sequence=day + 1).id)
        send(host)
        target.mark(ids[0], Verified(NOW, True))
    assert sorted(kept.id for kept in target.listed()) == [ids[0], ids[2]]
    target.mark(ids[2], Verified(NOW, False))
    done = send(host, now=NOW + 2 * DAY)
    assert (done.dumps, done.gone) == ([ids[1]], [])  # which is the last good one now, and still on the host
    assert sorted(kept.id for kept in target.listed()) == ids


def test_nothing_pending_asks_nobody(host: Host, sky: Weather) -> None:
    host.dump()
    host.s3()
    send(host)
    sky.clear()
    assert send(host, now=NOW + 3600).dumps == []
    assert sky.asked == []


def test_a_dump_that_was_removed_there_behind_our_back_is_sent_again(host: Host, bucket: Path) -> None:
    one = host.dump()
    host.s3()
    send(host)
    other(host).ask("", "delete_object", Key=f"offsite/main/{one.id}/{SEALED}")
    assert send(host, now=NOW + DAY + 1).dumps == [one.id]
    assert len(objects(bucket)) == 2


def test_what_is_somebody_elses_in_the_bucket_is_left_alone(host: Host, bucket: Path) -> None:
    target = host.s3()
    one = host.dump()
    strangers = [
        "letter.txt",
        "offsite/letter.txt",
        "offsite/main/letter.txt",
        "offsite/main/20261120T000000Z-shop.txt",
        f"offsite/main/{one.id}/letter.txt",
        "offsite/main/folder/manifest.json",
        "offsite/mainframe/20261120T000000Z-shop/manifest.json",
        "main/20261120T000000Z-shop/manifest.json",
    ]
    for path in strangers:
        (bucket / path).parent.mkdir(parents=True, exist_ok=True)
        (bucket / path).write_text("{}")
    send(host)
    assert [kept.id for kept in target.listed()] == [one.id]
    assert target.remove(one.id)
    target.tidy(NOW + 999 * DAY)
    assert objects(bucket) == sorted(strangers)


def test_what_a_lock_holds_stays_and_goes_when_it_ends(
    host: Host, bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, ids = host.s3(lock={"mode": "governance", "days": 30}), []
    for day in range(4):
        ids.append(host.dump(NOW + day * DAY, sequence=day + 1).id)
        assert send(host).gone == []
    assert sorted(kept.id for kept in target.listed()) == ids

    real = time.time
    monkeypatch.setattr(s3.time, "time", lambda: real() + 31 * DAY)
    assert target.remove(ids[0])
    assert sorted(kept.id for kept in target.listed()) == ids[1:]


def test_in_a_bucket_with_versions_a_dump_goes_with_all_of_them(host: Host, sky: Weather) -> None:
    one, target = host.dump(), host.s3()
    send(host)

    def rule(asked: Asked) -> Any:
        if asked.what == "GET versions":
            key = asked.query["prefix"][0]
            version = (
                "<{0}><Key>{1}</Key><VersionId>{2}</VersionId><LastModified>2026-11-2{3}T00:00:00Z</LastModified></{0}>"
            )
            kinds = (("Version", "v2", 2), ("Version", "v1", 1), ("DeleteMarker", "m3", 3))
            body = "".join(version.format(kind, key, id, day) for kind, id, day in kinds)
            return 200, f"<ListVersionsResult>{body}</ListVersionsResult>", {}
        if "versionId" in asked.query:
            return 204, "", {}
        return None

    sky.clear()
    sky.rule = rule
    assert target.remove(one.id)
    gone = [
        (asked.path.rpartition("/")[2], asked.query["versionId"][0])
        for asked in sky.asked
        if "versionId" in asked.query
    ]
    assert gone == [("manifest.json", v) for v in ("v1", "v2", "m3")] + [(SEALED, v) for v in ("v1", "v2", "m3")]


def test_uploads_that_nobody_goes_on_with_are_tidied_and_younger_ones_are_not(host: Host, sky: Weather) -> None:

    host.dump(size=2 * PART)
    target = host.s3()
    sending_dies(host, sky, lambda asked: asked.part == 3)
    assert target.tidy(time.time() + 6 * DAY) == []
    sky.clear()
    assert [said.partition(" of ")[2][-5:] for said in target.tidy(time.time() + 8 * DAY)] == ["-shop"]
    assert len(sky.of("DELETE uploadId", 204)) == 1


def test_what_was_sent_of_a_dump_that_never_got_its_manifest_is_tidied(host: Host, bucket: Path) -> None:

    one, target = host.dump(), host.s3()
    send(host)
    other(host).ask("", "delete_object", Key=f"offsite/main/{one.id}/manifest.json")
    assert target.tidy(time.time() + 6 * DAY) == []
    assert len(objects(bucket)) == 1
    assert target.tidy(time.time() + 8 * DAY) == [f"what was sent of {one.id}"]
    assert objects(bucket) == []


def test_an_upload_of_a_dump_that_is_wanted_no_more_ends(host: Host, sky: Weather, bucket: Path) -> None:

    one = host.dump(size=3 * PART)
    host.s3()
    sending_dies(host, sky, lambda asked: asked.part == 4)
    shutil.rmtree(host.root / "main" / one.id)
    new = host.dump(NOW + DAY, sequence=2)
    assert delivered(host) == [new.id]
    assert len(sky.of("DELETE uploadId", 204)) == 1
    assert [path.name for path in host.staging.iterdir() if path.suffix != ".job"] == []


# --- several


def test_two_senders_do_not_do_the_same_twice(host: Host, sky: Weather) -> None:
    one = host.dump(size=4 * PART)
    host.s3()
    held, go = threading.Event(), threading.Event()

    def rule(asked: Asked) -> None:
        if asked.what == "POST uploadId":
            held.set()
            go.wait(20)

    sky.rule = rule
    process = host.started("send")
    until(held.is_set, 60)
    with pytest.raises(Busy):
        send(host)
    go.set()
    assert process.wait(60) == 0, process.stdout
    assert process.stdout
    process.stdout.close()
    assert len(sky.of("part")) == 5
    assert send(host).dumps == []
    assert [kept.id for kept in host.target("offsite").listed()] == [one.id]


def test_a_dump_is_sealed_once_for_two_stores(host: Host, bucket: Path) -> None:
    one = host.dump(size=PART)
    host.s3()
    host.s3("second")
    for name in ("offsite", "second"):
        (host.staging).mkdir(exist_ok=True)
        (host.staging / f"{one.id}.{name}.wanted").touch()
    assert send(host).dumps == send(host, "second").dumps == [one.id]
    first_one, second = sorted(bucket.rglob(SEALED))
    assert first_one.read_bytes() == second.read_bytes()
    assert not list(host.staging.glob("*.tar.*"))


def test_a_dump_that_is_removed_here_meanwhile_is_no_failure(host: Host, sky: Weather) -> None:

    one, two = host.dump(sequence=2), host.dump(NOW - DAY)
    host.s3()

    def rule(asked: Asked) -> None:
        if asked.what == "PUT manifest.json" and two.id not in asked.path:
            shutil.rmtree(host.root / "main" / two.id, ignore_errors=True)

    sky.rule = rule
    done = send(host)
    assert (done.dumps, done.problems) == ([one.id], [])


def test_a_full_disk_leaves_nothing_half_sealed(host: Host, bucket: Path, tmp_path: Path) -> None:
    """A disk of its own, on which the dump fits and its sealed copy does not."""

    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], check=True)
    try:
        (disk / "main").mkdir()
        small = replace(host, root=disk)
        one = small.dump(size=14 << 20)
        target = small.s3()
        [problem] = sent(small.told, target, QUIET).problems
        assert "are free, and" in problem.what
        object.__setattr__(target, "reserve", -(64 << 20))  # as if the disk had filled in the meantime
        [problem] = sent(small.told, target, QUIET).problems
        assert (problem.where, problem.what) == (one.id, "does not fit on this disk sealed")
        assert [path.name for path in small.staging.iterdir() if path.suffix != ".job"] == []
        assert objects(bucket) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_what_is_there_already_is_told_by_what_it_holds(host: Host, opener: Opener, tmp_path: Path) -> None:
    one, target = host.dump(), host.s3()
    send(host)
    first_time = target.get(one.id, tmp_path / "back", opener, QUIET)
    assert contents(first_time).keys() == {"manifest.json", "globals.sql", "data/toc.dat", "data/3801.dat.zst"}
