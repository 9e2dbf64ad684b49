"""A secret is in no repr, no message and no traceback, not even in one with local variables."""

import copy
import os
import pickle
import sys
import traceback
from pathlib import Path
from typing import Any

import pyrage
import pytest

from fleet.problem import Refused
from tasks.environment import read
from tasks.secrets import secrets_of, sheet
from tasks.secrets.secret import Missing, Secret

from .conftest import Declare, opened

VALUE = "hunter2"


def told(error: BaseException) -> str:
    """All that a traceback can tell, with the locals of every frame, of the error and of what led to it."""
    error = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)  # without the test's own frame
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "tasks/secrets/" in text
    return text + repr(error) + str(vars(error))


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret(VALUE)
    assert secret.reveal() == VALUE
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r:>20}", repr([secret]), repr({"a": secret})):
        assert VALUE not in shown
    assert secret == Secret(VALUE) != Secret("other")
    for forbidden in (lambda: pickle.dumps(secret), lambda: hash(secret), lambda: copy.deepcopy(secret)):
        with pytest.raises(TypeError):
            forbidden()


def test_the_secrets_of_an_environment_show_none(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_MAIN_APP", VALUE)
    secrets = opened(declare("{from: environment, prefix: TEST_}"))
    assert secrets.get("main/app") == VALUE
    assert VALUE not in repr(secrets) + str(vars(secrets)) + str(secrets.problems())


SHEETS = [
    f"main/app: {VALUE}\nmain/app: {VALUE}\n",
    f"main/app: '{VALUE}\n",
    f"main/app: [{VALUE}]\n",
    f"- {VALUE}\n",
    f"main/app: {VALUE}\x07\n",
    f"main/app: *{VALUE}\n",
    "main/app: " + "[" * 2000 + VALUE,
]


@pytest.mark.parametrize("text", SHEETS)
def test_no_traceback_of_a_bad_file_tells_one(declare: Declare, text: str) -> None:
    source = declare("{from: file, path: test.yml}")
    Path("test.yml").write_text(text)
    Path("test.yml").chmod(0o600)
    with pytest.raises(Refused) as refused:
        opened(source).missing()
    assert VALUE not in told(refused.value)


@pytest.mark.parametrize("text", SHEETS)
def test_no_traceback_of_a_bad_encrypted_file_tells_one(declare: Declare, text: str) -> None:
    source = declare("{from: age, path: test.age, identity: me.txt}")
    identity = pyrage.x25519.Identity.generate()
    Path("me.txt").write_text(str(identity))
    Path("me.txt").chmod(0o600)
    Path("test.age").write_bytes(pyrage.encrypt(text.encode(), [identity.to_public()]))
    with pytest.raises(Refused) as refused:
        opened(source).missing()
    assert VALUE not in told(refused.value)
    assert str(identity) not in told(refused.value)


def test_no_traceback_tells_an_identity(declare: Declare) -> None:
    source = declare("{from: age, path: test.age, identity: me.txt}")
    Path("test.age").write_bytes(b"x")
    Path("me.txt").write_text(f"AGE-SECRET-KEY-{VALUE}")
    Path("me.txt").chmod(0o600)
    with pytest.raises(Refused) as refused:
        opened(source).missing()
    assert VALUE not in told(refused.value)


def test_no_traceback_of_a_command_tells_one(declare: Declare) -> None:
    source = declare(f"{{from: command, command: [sh, -c, 'echo {VALUE[::-1]} | rev; exit 1', '{{name}}']}}")
    with pytest.raises(Refused) as refused:
        opened(source).get("main/app")
    assert VALUE not in told(refused.value)


def test_no_traceback_of_a_value_of_no_use_tells_it(declare: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PGSTEWARD_MAIN_APP", f"{VALUE}\n{VALUE}")
    with pytest.raises(Refused) as refused:
        opened(declare("{from: environment}")).get("main/app")
    assert VALUE not in told(refused.value)


def test_no_traceback_of_a_sheet_that_cannot_be_added_to_tells_it() -> None:
    with pytest.raises(Refused) as refused:
        sheet.extended(Secret(f"{{a: {VALUE}}}"), {"b": Secret(VALUE)}, "x")
    assert VALUE not in told(refused.value)


def test_secrets_are_opened_once_a_run(declare: Declare) -> None:
    source = declare("{from: environment}")
    assert secrets_of(read(source), source) is secrets_of(read(source), source)
    again = declare("{from: environment, prefix: OTHER_}")
    assert isinstance(secrets_of(read(again), again).answers(["main/app"])["main/app"], Missing)


def test_nothing_is_printed_while_secrets_are_read(declare: Declare, capfd: Any) -> None:
    opened(declare("{from: command, command: [sh, -c, 'echo a; echo b >&2', '{name}']}")).missing()
    assert capfd.readouterr() == ("", "")
    assert sys.stdout is not None
