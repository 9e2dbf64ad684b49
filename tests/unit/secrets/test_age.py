"""Secrets from a file encrypted with age: real keys, real round trips."""

import subprocess
from pathlib import Path

import pyrage
import pytest

from fleet.problem import Refused
from tasks.secrets.__main__ import main

from .conftest import Declare, opened

AGE = "{from: age, path: inventories/test.secrets.age, identity: me.txt}"
FILE = Path("inventories/test.secrets.age")


def age_identity(path: str = "me.txt") -> pyrage.x25519.Identity:
    identity = pyrage.x25519.Identity.generate()
    Path(path).write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    Path(path).chmod(0o600)
    return identity


def ssh_identity(kind: str, path: str = "me.txt", passphrase: str = "") -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", path], check=True)


def test_what_is_generated_can_be_read_and_is_not_in_the_clear(declare: Declare) -> None:
    source = declare(AGE)
    age_identity()
    assert main([source]) == 0
    assert opened(source).missing() == []
    assert FILE.read_bytes().startswith(b"-----BEGIN AGE ENCRYPTED FILE-----")
    assert opened(source).get("main/app").encode() not in FILE.read_bytes()


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_an_ssh_key_will_do(declare: Declare, kind: str) -> None:
    source = declare(AGE)
    ssh_identity(kind)
    assert main([source]) == 0
    assert opened(source).missing() == []


def test_what_is_there_is_kept_and_nothing_is_written_for_nothing(declare: Declare) -> None:
    source = declare(AGE)
    identity = age_identity()
    text = "# ours\nmain/app: 'it''s'\n"
    FILE.write_bytes(pyrage.encrypt(text.encode(), [identity.to_public()]))
    assert main([source]) == 0
    after = FILE.read_bytes()
    assert pyrage.decrypt(after, [identity]).decode().startswith(text)
    assert not after.startswith(b"-----BEGIN")
    assert main([source]) == 0
    assert FILE.read_bytes() == after


def test_the_declared_recipients_can_read_it_too(declare: Declare) -> None:
    age_identity()
    colleague = pyrage.x25519.Identity.generate()
    ssh_identity("ed25519", "ci")
    recipients = f"recipients: ['{colleague.to_public()}', '{Path('ci.pub').read_text().strip()}']"
    source = declare(AGE.replace("}", f", {recipients}}}"))
    assert main([source]) == 0
    content = FILE.read_bytes()
    ci = pyrage.ssh.Identity.from_buffer(Path("ci").read_bytes())
    assert pyrage.decrypt(content, [colleague]) == pyrage.decrypt(content, [ci])


def test_a_file_for_others_is_refused_and_left_alone(declare: Declare) -> None:
    source = declare(AGE)
    age_identity()
    FILE.write_bytes(pyrage.encrypt(b"main/app: x\n", [pyrage.x25519.Identity.generate().to_public()]))
    before = FILE.read_bytes()
    with pytest.raises(Refused, match="cannot be decrypted with"):
        opened(source).missing()
    assert main([source]) == 1
    assert FILE.read_bytes() == before


def test_an_identity_that_is_none_is_refused(declare: Declare) -> None:
    source = declare(AGE)
    FILE.write_bytes(b"x")
    with pytest.raises(Refused, match=r"me\.txt: does not exist"):
        opened(source).missing()
    ssh_identity("ecdsa")
    with pytest.raises(Refused, match="no identity that can be used"):
        opened(source).missing()
    Path("me.txt").unlink()
    ssh_identity("ed25519", passphrase="geheim")
    with pytest.raises(Refused, match="without passphrase"):
        opened(source).missing()
    Path("me.txt").chmod(0o644)
    with pytest.raises(Refused, match="can be read by others"):
        opened(source).missing()


def test_a_recipient_that_is_none_is_refused(declare: Declare) -> None:
    mistyped = f"age1{'q' * 58}"
    source = declare(AGE.replace("}", f", recipients: [{mistyped}]}}"))
    age_identity()
    assert main([source]) == 1
    assert not FILE.exists()


def test_a_damaged_file_is_refused(declare: Declare) -> None:
    source = declare(AGE)
    age_identity()
    assert main([source]) == 0
    FILE.write_bytes(FILE.read_bytes()[:-80])
    with pytest.raises(Refused, match="cannot be decrypted"):
        opened(source).missing()
