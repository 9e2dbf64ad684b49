"""The roles in a dump's globals.sql, as statements that a scratch server can run. Tablespaces are left out: they are
directories of production's, and a second server has no business there."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ..migrate.statements import statements

OF_PSQL = re.compile(r"^\\(?:(?:un)?restrict|connect) .*$", re.MULTILINE)
"""Lines that are no SQL."""
FOREIGN = ("tablespace",)
SUPERUSER = "postgres"
"""Who is there already, on every cluster of ours."""


def roles(text: str) -> Iterator[str]:
    """The statements that make the roles what they were."""
    for one in statements(OF_PSQL.sub("", text)):
        about = one.words[1:2]
        granted = one.words[0] in ("grant", "revoke") and ("on", "tablespace") in pairwise(one.words)
        commented = one.words[:3] == ("comment", "on", "tablespace")
        there = one.words[:3] == ("create", "role", SUPERUSER)
        if about != FOREIGN and not granted and not commented and not there:
            yield one.text
