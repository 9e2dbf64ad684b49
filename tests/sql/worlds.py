"""Random declarations, with names that break careless quoting, and what their roles may then do."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from fleet.environment import Database, Role

ROLES = ("alice", "Bob", 'o"hara', "d'arc", "zoë smith", "back\\slash", "select", "+x,@y")
DATABASES = ("shop", 'It\'s "new" = 1')
SCHEMAS = ("public", "app", 'Odd "schema"')
PREDEFINED = ("pg_read_all_data", "pg_signal_backend")
SETTINGS = (
    ("work_mem", "16MB"),
    ("statement_timeout", "5s"),
    ("search_path", 'app, "Odd ""schema""", public'),
    ("app.note", 'it\'s a \\ "note"'),
    ("default_transaction_read_only", "off"),
)
PASSWORDS = ("plain", 'it\'s \\ "quoted" $x$', "  spaces  ", "Zoë", "Zoe\u0308", "пароль", "🔑 key", "\u00ad\u2002x")

flags = st.fixed_dictionaries({}, optional={name: st.booleans() for name in ("createdb", "createrole", "bypassrls")})


@st.composite
def roles(draw: st.DrawFn) -> dict[str, Any]:
    """Roles by name. A role is a member of those that stand before it only, so that there are no circles."""
    names = draw(st.lists(st.sampled_from(ROLES), unique=True, min_size=2, max_size=5))
    found = {}
    for index, name in enumerate(names):
        groups = st.lists(st.sampled_from([*PREDEFINED, *names[:index]]), unique=True, max_size=2)
        found[name] = draw(flags) | {
            "login": draw(st.booleans()),
            "superuser": draw(st.integers(0, 9)) == 9,
            "inherit": draw(st.integers(0, 3)) > 0,
            "connection_limit": draw(st.sampled_from([-1, 0, 7])),
            "member_of": draw(groups),
            "settings": dict(draw(st.lists(st.sampled_from(SETTINGS), unique_by=lambda pair: pair[0], max_size=2))),
        }
    return found


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """What is declared of a cluster: roles and databases."""
    known = draw(roles())
    databases = {}
    for name in draw(st.lists(st.sampled_from(DATABASES), unique=True, max_size=2)):
        owner = draw(st.sampled_from([*known, "postgres"]))
        grantees = st.sampled_from([one for one in known if one != owner] + ["monitor"])
        databases[name] = {
            "owner": owner,
            "grants": draw(st.dictionaries(grantees, st.sampled_from(["read", "write"]), max_size=3)),
            "schemas": draw(st.lists(st.sampled_from(SCHEMAS), unique=True, min_size=1, max_size=2)),
            "extensions": draw(st.lists(st.sampled_from(["pg_trgm", "citext"]), unique=True, max_size=1)),
            "connection_limit": draw(st.sampled_from([-1, 20])),
        }
    return {"roles": known, "databases": databases}


def passwords() -> st.SearchStrategy[dict[str, str]]:
    """A password for each role that there can be."""
    return st.fixed_dictionaries({name: st.sampled_from(PASSWORDS) for name in (*ROLES, "monitor", "replicator")})


def reach(name: str, roles: Mapping[str, Role]) -> set[str]:
    """The roles whose rights `name` has without SET ROLE; written down anew, not taken from what is tested."""
    found = {name}
    if name in roles and roles[name].inherit:
        for group in roles[name].member_of:
            found |= reach(group, roles)
    return found


def may(name: str, roles: Mapping[str, Role], database: Database, schema: str, owner: str, privilege: str) -> bool:
    """Whether the role may do that with a table or sequence of `owner`, by the declaration alone."""
    mine = reach(name, roles)
    if (name in roles and roles[name].superuser) or owner in mine:
        return True
    if "pg_read_all_data" in mine and privilege == "SELECT":
        return True
    if schema not in database.schemas:
        return False
    grants = {database.grants[one] for one in mine & database.grants.keys()}
    if privilege == "SELECT":
        return bool(grants)
    return privilege in ("INSERT", "UPDATE", "DELETE", "USAGE") and "write" in grants
