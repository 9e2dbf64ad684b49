"""pgBackRest's own account of a stanza, as three of its versions give it."""

import json

import pytest

from steward.chain import backup
from steward.chain.backup import Account, Database

from .world import MB16, sample


def test_a_backup_is_read_with_its_positions() -> None:
    (found,) = backup.accounts(sample("info-2.45.json"), "twelve")[1].backups
    assert (found.label, found.kind, found.repository, found.database, found.error) == (
        *("20261121-094839F", "full", 1, 1, False),
    )
    assert (found.first_segment, found.first, found.last) == ("000000010000000000000003", 0x3000028, 0x3000138)
    assert (found.begin, found.end) == (1795254519, 1795254521)
    assert (found.size, found.stored) == (30550897, 3792544)
    assert (found.timeline, found.segment_size, found.references) == (1, MB16, ())


@pytest.mark.parametrize(
    ("version", "stanza", "system", "directory", "newest"),
    [
        ("2.45", "twelve", "7710559376157641122", "15-1", "000000010000000100000015"),
        ("2.55.1", "thirteen", "7710559376735902805", "17-1", "00000001000000010000001B"),
        ("2.60.0", "fourteen", "7710559376601799705", "18-1", "000000010000000100000017"),
    ],
)
def test_every_version_says_whose_wal_it_holds(
    version: str, stanza: str, system: str, directory: str, newest: str
) -> None:
    found = backup.accounts(sample(f"info-{version}.json"), stanza)[1]
    assert (found.status, found.made, found.directory, found.newest_wal) == ("", True, directory, newest)
    assert found.database is not None
    assert found.database.system == system


def test_each_repository_has_backups_of_its_own() -> None:
    found = backup.accounts(sample("info-2.55.1.json"), "thirteen")
    assert {key: [one.label for one in account.backups] for key, account in found.items()} == {
        1: ["20261121-094838F"],
        2: ["20261121-094840F"],
    }


@pytest.mark.parametrize("info", ["", "[]", sample("info-2.45.json")])
def test_a_stanza_that_is_not_there_has_no_repositories(info: str) -> None:
    assert backup.accounts(info, "another") == {}


def test_of_a_repository_that_was_not_spoken_of_nothing_is_believed() -> None:
    nothing = Account()
    assert (nothing.made, nothing.directory, nothing.database) == (False, "", None)
    assert nothing.status == "nothing was said of it"


def test_what_is_wrong_stays_in_pgbackrests_own_words() -> None:
    info = json.loads(sample("info-2.45.json"))
    info[0]["repo"][0]["status"] = {"code": 2, "message": "no valid backups"}
    info[0]["backup"], info[0]["archive"] = [], []
    found = backup.accounts(json.dumps(info), "twelve")[1]
    assert (found.status, found.backups, found.newest_wal) == ("no valid backups", (), "")


def test_page_checksum_errors_and_references_are_read() -> None:
    info = json.loads(sample("info-2.45.json"))
    info[0]["backup"][0] |= {
        "label": "20261121-094839F_20261121-100000D",
        "type": "diff",
        "error": True,
        "reference": ["20261121-094839F"],
    }
    (found,) = backup.accounts(json.dumps(info), "twelve")[1].backups
    assert (found.kind, found.error, found.references) == ("diff", True, ("20261121-094839F",))


def test_the_database_that_archives_now_is_the_last_one() -> None:
    info = json.loads(sample("info-2.45.json"))
    info[0]["db"].insert(0, {"id": 2, "repo-key": 1, "system-id": 42, "version": "16"})
    found = backup.accounts(json.dumps(info), "twelve")[1]
    assert found.database == Database(2, "42", "16")
    assert (found.directory, [one.number for one in found.databases]) == ("16-2", [1, 2])


def test_what_is_not_there_is_seen_as_nothing() -> None:
    assert backup.accounts("", "shop") == {}
    assert backup.accounts("[]", "shop") == {}


def test_a_repository_of_another_cipher_is_told_in_words_and_not_in_what_was_decrypted_in_vain() -> None:
    """As 2.45 says it, with control characters that JSON does not allow."""
    vain = "key/value found outside of section at line 1: JE\x18\x1d\x02 24\x03el\\b0"
    said = f"[FormatError] unable to load info file '/r/backup.info' or '/r/backup.info.copy':\\nFormatError: {vain}"
    repository = f'{{"cipher":"aes-256-cbc","key":1,"status":{{"code":99,"message":"{said}"}}}}'
    info = f'[{{"archive":[],"backup":[],"db":[],"name":"shop","repo":[{repository}]}}]'
    found = backup.accounts(info, "shop")[1]
    assert (found.unreadable, found.made) == (True, False)
    assert "another cipher" in found.status and "JE" not in found.status


def test_a_store_whose_certificate_is_wrong_is_not_taken_for_another_cipher() -> None:
    said = "[CryptoError] unable to load info file '/r/backup.info': unable to set user-defined CA certificate location"
    stanza = {"archive": [], "backup": [], "db": [], "name": "shop"}
    repo = {"cipher": "aes-256-cbc", "key": 1, "status": {"code": 99, "message": said}}
    found = backup.accounts(json.dumps([stanza | {"repo": [repo]}]), "shop")[1]
    assert (found.unreadable, found.status) == (False, said)
