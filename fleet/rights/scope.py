"""One database under judgement: what is declared of it, what was found in it, and what follows from both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..environment import Cluster, Database
from .privilege import PUBLIC, Rights
from .seen import Content, Schema
from .statement import shown
from .wanted import ALWAYS, MONITOR, OWN_SCHEMA, grants, sequence_rights, table_rights, wanted_databases

DATABASE_OWNER = "pg_database_owner"  # PostgreSQL's own: the owner of the database it is used in
USE = frozenset({"USAGE"})


@dataclass(frozen=True)
class Scope:
    """The database `name` of a cluster, and its content as seen."""

    name: str
    cluster: Cluster
    seen: Content

    @cached_property
    def database(self) -> Database:
        return wanted_databases(self.cluster)[self.name]

    @property
    def owner(self) -> str:
        return self.database.owner

    @cached_property
    def tables(self) -> Rights:
        return table_rights(self.database)

    @cached_property
    def sequences(self) -> Rights:
        return sequence_rights(self.database)

    @cached_property
    def routines(self) -> Rights:
        """Who may run routines: everybody with a grant, and PUBLIC, as PostgreSQL has it.

        A routine acts with its caller's rights, and only who may use its schema can name it. Finer rights are a matter
        of the migration that makes the routine; for one that acts as its owner, a warning is shown.
        """
        return {name: frozenset({"EXECUTE"}) for name in (*grants(self.database), MONITOR, PUBLIC)}

    @cached_property
    def extensions(self) -> tuple[str, ...]:
        return tuple(sorted({ALWAYS, *self.database.extensions}))

    @property
    def home(self) -> str:
        """The schema of extensions that may be in any: `public`, where it exists."""
        schemas = self.database.schemas
        return "public" if "public" in self.seen.schemas or "public" in schemas else schemas[0]

    @cached_property
    def users(self) -> Mapping[str, Rights]:
        """Who may use which schema: grantees those declared and those of extensions, the monitor its extension's."""
        found = {schema: dict.fromkeys(grants(self.database), USE) for schema in self.database.schemas}
        for extension in self.extensions:
            if extension not in self.seen.fixed:
                schema = self._home_of(extension)
                found.setdefault(schema, {}).update(dict.fromkeys(grants(self.database), USE))
                found[schema].update({MONITOR: USE} if extension == ALWAYS else {})
        return {schema: users for schema, users in found.items() if schema in self.schemas}

    def _home_of(self, extension: str) -> str:
        installed = self.seen.extensions.get(extension)
        return installed.schema if installed else self.home

    @cached_property
    def schemas(self) -> Mapping[str, Schema]:
        """Every schema that is judged: those found, those declared, not pgsteward's own."""
        declared = {name: Schema(self.owner, ()) for name in self.database.schemas}
        return {name: schema for name, schema in (declared | dict(self.seen.schemas)).items() if name != OWN_SCHEMA}

    @property
    def closed(self) -> frozenset[str]:
        """The schemas in which PUBLIC has nothing to look for."""
        return frozenset({*self.database.schemas, "public"})

    def owner_of(self, schema: str) -> str:
        """Who owns a schema when all is done: of those declared the owner, of others whoever does."""
        seen = self.seen.schemas.get(schema)
        if seen and (schema not in self.database.schemas or self._is_owners(seen)):
            return seen.owner
        return self.owner

    def _is_owners(self, schema: Schema) -> bool:
        role = self.cluster.roles.get(self.owner)
        inherits = role is None or role.inherit  # or it would not be the owner without SET ROLE
        return schema.owner == self.owner or (schema.owner == DATABASE_OWNER and inherits)

    def place(self, schema: str) -> str:
        """A schema in a sentence: `shop.public`."""
        return f"{shown(self.name)}.{shown(schema)}"
