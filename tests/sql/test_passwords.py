"""Passwords: any text works, an unchanged one is no change, an old one opens nothing."""

import hashlib

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleet import scram

from .server import Server
from .world import SALT, Passwords, apply, changes, clear, sentences, shop

ODD = {
    "a quote": "it's",
    "a double quote": 'say "x"',
    "a backslash at the end": "x\\",
    "an escape": "\\'; drop role shop_app; --",
    "spaces": "  two words  ",
    "dollars": "$body$ $1 ${HOME}",
    "psql's own signs": ":x :'y' \\! ls",
    "a percent sign": "%s %(name)s",
    "an umlaut": "Zoë",
    "an umlaut in two pieces": "Zoe\u0308",
    "a ligature": "ﬁne ⅷ",
    "a space that is none": "a\u00a0b\u3000c",
    "letters that vanish": "soft\u00adhyphen\u200bzero",
    "nothing but a letter that vanishes": "\u00ad",
    "right to left": "סיסמה",
    "both directions": "abc סיסמה",
    "an emoji": "🔑🔒 key",
    "private use": "\ue000",
    "long": "x" * 900,
}


@pytest.fixture(scope="module")
def role(running: Server) -> Server:
    """A server with a role that may log in."""
    clear(running)
    with running.connect() as admin:
        admin.execute("create role someone login")
    return running


@pytest.mark.parametrize("password", ODD.values(), ids=ODD)
def test_a_verifier_of_ours_opens_the_door(role: Server, password: str) -> None:
    with role.connect() as admin:
        admin.execute(f"alter role someone password '{scram.verifier(password, SALT)}'")
    with role.connect("postgres", "someone", password) as session:
        session.execute("select 1")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        role.connect("postgres", "someone", password + "x")


@settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8))
def test_postgresql_computes_the_same_verifier(role: Server, password: str) -> None:
    with role.connect() as admin:
        admin.execute(psycopg.sql.SQL("alter role someone password {}").format(password))
        row = admin.execute("select rolpassword from pg_authid where rolname = 'someone'").fetchone()
    assert row
    iterations, salt = row[0].split("$")[1].split(":")
    assert row[0] == scram.verifier(password, scram.b64decode(salt), int(iterations))
    digest = hashlib.sha256(row[0].encode()).hexdigest()
    assert scram.matches(password, scram.SeenPassword(salt, int(iterations), digest))


def test_an_unchanged_password_is_no_change_and_a_new_one_replaces_it(server: Server) -> None:
    wanted = shop(server.version)
    apply(server, wanted)
    rotated = Passwords(shop_app="the next one").of(wanted)
    assert sentences(changes(server, wanted)) == []
    assert sentences(apply(server, wanted, rotated)) == ["role shop_app: password changed"]
    assert sentences(changes(server, wanted, rotated)) == []
    server.connect("shop", "shop_app", "the next one").close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        server.connect("shop", "shop_app", Passwords()["shop_app"])


def test_a_role_whose_password_is_not_known_here_keeps_it(server: Server) -> None:
    wanted = shop(server.version)
    apply(server, wanted)
    assert sentences(changes(server, wanted, {})) == []
