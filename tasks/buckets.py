"""Buckets of repositories and of targets for dumps: looked at by a node that uses them, and made where declared so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyinfra import host, state
from pyinfra.api import StringCommand, operation

from fleet import bucket, pgbackrest
from fleet.environment import S3
from fleet.problem import path

from .facts import AnswersFact
from .member import Member
from .memory import look
from .outcome import announce, refusal
from .shell import script


@dataclass(frozen=True)
class Asked:
    """A bucket that is asked about. `of`: pgBackRest's number of the repository, or `target`."""

    of: str
    s3: S3


def stores(member: Member, names: tuple[str, ...]) -> dict[str, Asked]:
    """Those of the repositories `names` that are in object stores."""
    backups = member.cluster.backups
    numbered = pgbackrest.numbered(backups) if backups else {}
    return {name: Asked(str(number), one.s3) for name, (number, one) in numbered.items() if one.s3 and name in names}


def seen(member: Member, wanted: Mapping[str, Asked]) -> dict[str, bucket.Seen]:
    """The buckets as this node finds them. A plan only looks; a run writes an object and reads it back."""
    how = "write" if state.is_executing else "look"
    words = [word for name, one in wanted.items() for word in (name, one.of)]
    answers = look(host, AnswersFact, script="buckets", arguments=(member.cluster_name, how, *words))
    return {name: bucket.seen(answers.get(name, "")) for name in wanted}


@operation()
def ready(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """The bucket of each repository that this node keeps in an object store is there, and takes what is written."""
    where = ("clusters", member.cluster_name, "backups", "repositories")
    found = list(commands(member, where, stores(member, names)))
    if not found:
        return host.noop("every bucket is ready")
    yield from found


def commands(member: Member, where: tuple[str, ...], wanted: Mapping[str, Asked]) -> Iterator[StringCommand]:
    """What has to be done about the buckets below `where`; nothing where all are ready."""
    found = seen(member, wanted) if wanted else {}
    for name, one in wanted.items():
        yield from of(member, path(*where, name, "s3"), name, one, found[name])


def of(member: Member, where: str, name: str, one: Asked, found: bucket.Seen) -> Iterator[StringCommand]:
    """What has to be done about one bucket; nothing where it is ready."""
    announce(*(f"{name}: {warning}" for warning in found.warnings))
    problem = bucket.refused(where, one.s3, found, final=state.is_executing)
    if problem:
        yield refusal(problem)
    elif bucket.made(one.s3, found):
        announce(f"the bucket {one.s3.bucket} of {name} is made where it is missing")
        yield script("make-bucket", member.cluster_name, name, one.of)
