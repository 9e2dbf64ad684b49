"""Roles, databases and rights: from what is declared and what was seen to the statements that lie between.

This room decides; it talks to no server. What it never does: drop anything, update an extension, change a database's
locale, or take away what is not declared unless the environment says `revoke_undeclared`. The order of a deploy is
`role_statements`, then `database_statements`, then `content_statements` for each of `wanted_databases`.
"""

from ..configuration import REPLICATOR
from .content import content_statements
from .databases import database_statements
from .roles import role_statements
from .script import script
from .seen import ADMINISTRATOR, Content, Globals, content_seen, globals_seen
from .statement import MAINTENANCE, Changes, Drift, Statement
from .wanted import MONITOR, passworded, wanted_databases, wanted_roles

__all__ = [
    "ADMINISTRATOR",
    "MAINTENANCE",
    "MONITOR",
    "REPLICATOR",
    "Changes",
    "Content",
    "Drift",
    "Globals",
    "Statement",
    "content_seen",
    "content_statements",
    "database_statements",
    "globals_seen",
    "passworded",
    "role_statements",
    "script",
    "wanted_databases",
    "wanted_roles",
]
