"""Dumps come to the operator's machine, from any target that the environment declares. No host is asked."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyinfra import logger
from pyinfra.api import FunctionCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet import dumps
from fleet.environment import Cluster, Environment
from fleet.problem import Problem, Refused, nearest
from steward.dump.away.opener import Age, Gpg, Opener
from steward.dump.away.target import Target
from steward.dump.away.targets import targets_of
from steward.dump.fetch import fetch, listing
from steward.dump.owner import Owner
from steward.progress import Progress

from .environment import local, read
from .secrets import age, secrets_of

KEYS = ("environment", "cluster", "from", "list", "id", "database", "identity", "gpg_home", "into")


class Identity(Age):
    """age, by the library that the project's environment has."""

    def command(self, sealed: Path) -> list[str]:
        return [sys.executable, "-m", "tasks.unseal", str(self.identity), str(sealed)]


@dataclass(frozen=True)
class Order:
    """What an operator wants: a list (no `id`), or the dump of this id, opened and put into a directory. `mine`: of
    whose dumps the latest is meant; its systems are for the places to say."""

    targets: tuple[Target, ...]
    mine: Owner
    id: str
    database: str
    opener: Opener | None
    into: Path


def order(given: Mapping[str, object]) -> Order:
    """Takes the order from pyinfra's `--data`; raises `DeployError` with what is wrong with it."""
    try:
        return _order({key: str(given[key]) for key in KEYS if given.get(key) not in (None, False, "")})
    except Refused as refusal:
        raise DeployError(str(refusal)) from None


def _order(given: Mapping[str, str]) -> Order:
    if "environment" not in given:
        raise _wrong("environment", "is not named", "--data environment=inventories/prod.yml")
    if ("id" in given) == ("list" in given):
        raise _wrong("id", "say what is wanted", "either --data list=yes or --data id=latest --data database=…")
    if "identity" in given and "gpg_home" in given:
        raise _wrong("gpg_home", "is given besides `identity`", "name the one that the dumps are sealed for")
    source = given["environment"]
    environment = read(source)
    found = targets(environment, source, given.get("cluster", ""), given.get("from", ""))
    mine = Owner(Path(source).stem, of(environment, given.get("cluster", "")).name, ())
    into = Path(given.get("into", "dumps")).expanduser()
    return Order(tuple(found), mine, given.get("id", ""), given.get("database", ""), opener(given), into)


def opener(given: Mapping[str, str]) -> Opener | None:
    """What opens a sealed dump; raises `Refused` for an identity that others can read, or that is none."""
    if "gpg_home" in given:
        return Gpg(Path(given["gpg_home"]).expanduser())
    if "identity" not in given:
        return None
    path = Path(given["identity"]).expanduser().absolute()
    age.identities(path)
    return Identity(path)


def targets(environment: Environment, source: str, cluster: str, name: str) -> list[Target]:
    """The cluster's targets, or the one of this name; no secret of another is asked for."""
    one = of(environment, cluster)
    declared = one.dumps.targets if one.dumps else {}
    if not declared:
        raise _wrong("environment", f"{source} declares no targets of dumps for {one.name}", "see docs/reference.md")
    if name and name not in declared:
        raise _wrong("from", f"there is no target {name}", f"there are: {', '.join(declared)}")
    wanted = {key: target for key, target in declared.items() if name in ("", key)}
    assert one.dumps
    chosen = one.model_copy(update={"dumps": one.dumps.model_copy(update={"targets": wanted})})
    secrets = secrets_of(environment, source)
    known = {
        f"{key}/{what}": secrets.get(f"{one.name}/{key}/{what}")
        for key, target in wanted.items()
        for what in target.opened_by
    }
    files = {key: str(local(source, target.authority)) for key, target in wanted.items() if target.authority}
    return targets_of(dumps.targets(chosen, known, authorities=files), one.name, source=source)


def of(environment: Environment, name: str) -> Cluster:
    """The cluster of this name, or the only one."""
    known = environment.clusters
    if name in known:
        return known[name]
    if name or len(known) > 1:
        near = nearest(name, known)
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(known)}"
        what = f"there is no cluster {name}" if name else "say of which cluster: there are several"
        raise _wrong("cluster", what, hint)
    return next(iter(known.values()))


def listed(wanted: Order) -> None:
    """Prints what there is."""
    try:
        print("\n".join(listing(wanted.targets, wanted.database, wanted.mine)))
    except Refused as refusal:
        raise DeployError(str(refusal)) from None


@operation(is_idempotent=False)
def fetched(wanted: Order) -> Iterator[FunctionCommand]:
    """The dump lies in the directory, open, as it was on its host."""
    os.environ["PYINFRA_PROGRESS"] = "off"  # it would write into our own line
    yield FunctionCommand(_fetch, (), {"wanted": wanted})


def _fetch(state: Any, host: Any, wanted: Order) -> bool:
    """What pyinfra calls: with these names it takes the answer for whether that went well."""
    try:
        one = wanted.id, wanted.database, wanted.into, wanted.opener
        path = fetch(wanted.targets, wanted.mine, *one, Progress())
    except Refused as refusal:
        for line in str(refusal).splitlines():
            logger.error(f"{host.print_prefix}{line}")
        return False
    except OSError as error:
        logger.error(f"{host.print_prefix}{error.filename or wanted.into}: {(error.strerror or str(error)).lower()}")
        logger.error(f"{host.print_prefix}    HINT: is the disk full, or not ours?")
        return False
    logger.info(f"{host.print_prefix}{path}")
    return True


def _wrong(where: str, what: str, hint: str) -> Refused:
    return Refused("the fetch", [Problem(where, what, hint)])
