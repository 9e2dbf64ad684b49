"""A repository that is another cluster's is refused before anything is made; one that is its own never."""

import subprocess
from pathlib import Path

from fleet.stranger import Found, refused
from steward.chain.backup import accounts

HERE = "clusters.shop.backups"
OURS, THEIRS = "7412345678901234567", "7499999999999999999"
INFO = Path(__file__).parents[2] / "templates" / "sh" / "info.sh"


def of(*systems: str, system: str = OURS, status: str = "") -> str:
    problem = refused(HERE, "shop", Found("far", systems, status), system, encrypted=True)
    return str(problem) if problem else ""


def test_what_is_empty_or_its_own_is_not_refused() -> None:
    assert of() == of(OURS) == of(THEIRS, OURS) == of(system="") == ""
    assert of(status="no valid backups") == of(status="[HostConnectError] timeout") == ""


def test_a_strangers_is_refused_by_its_system() -> None:
    assert f"belongs to the system {THEIRS}, and the data here is of {OURS}" in of(THEIRS)
    assert f"holds the stanza shop of the system {THEIRS}, and no data is here" in of(THEIRS, system="")


def test_one_that_cannot_be_decrypted_is_refused_in_a_sentence() -> None:
    said = of(status="[FormatError] unable to load info file '/var/lib/pgbackrest/backup/shop/backup.info'")
    assert said.startswith("clusters.shop.backups.repositories.far: holds a stanza shop that cannot be read")
    assert "shop/far/cipher" in said


def test_bytes_that_pgbackrest_could_not_decrypt_reach_nobody(tmp_path: Path) -> None:
    """As pgBackRest 2.45 prints the account of a repository whose cipher is another."""
    status = b'{"code":99,"message":"[FormatError] key/value found outside: \x9f\xc3\x28\x01<z\\n"}'
    said = b'[{"archive":[],"backup":[],"db":[],"name":"shop","repo":[{"key":1,"status":' + status + b"}]}]"
    (tmp_path / "said").write_bytes(said)
    filtered = next(line.rpartition("| ")[2] for line in INFO.read_text().splitlines() if "tr -cd" in line)
    done = subprocess.run(["sh", "-c", f"cat {tmp_path}/said | {filtered}"], capture_output=True, check=True)
    [account] = accounts(done.stdout.decode("ascii"), "shop").values()
    assert account.status.startswith("[FormatError]") and not account.made
