"""Buckets of repositories in object stores: looked at by the node that keeps them, and made where that is declared."""

from collections.abc import Iterator

from pyinfra import host, state
from pyinfra.api import StringCommand, operation

from fleet import bucket, pgbackrest
from fleet.environment import S3
from fleet.problem import path

from .facts import AnswersFact
from .member import Member
from .outcome import announce, refusal
from .shell import script


def stores(member: Member, names: tuple[str, ...]) -> dict[str, tuple[int, S3]]:
    """Those of the repositories `names` that are in object stores, each with pgBackRest's number of it."""
    backups = member.cluster.backups
    numbered = pgbackrest.numbered(backups) if backups else {}
    return {name: (number, one.s3) for name, (number, one) in numbered.items() if one.s3 and name in names}


def seen(member: Member, wanted: dict[str, tuple[int, S3]]) -> dict[str, bucket.Seen]:
    """The buckets as this node finds them. A plan only looks; a run writes an object and reads it back."""
    how = "write" if state.is_executing else "look"
    words = [word for name, (number, _) in wanted.items() for word in (name, str(number))]
    answers = host.get_fact(AnswersFact, script="buckets", arguments=(member.cluster_name, how, *words))
    return {name: bucket.seen(answers.get(name, "")) for name in wanted}


@operation()
def ready(member: Member, names: tuple[str, ...]) -> Iterator[StringCommand]:
    """The bucket of each repository that this node keeps in an object store is there, and takes what is written."""
    wanted = stores(member, names)
    found = seen(member, wanted) if wanted else {}
    commands = [command for name in wanted for command in of(member, name, *wanted[name], found[name])]
    if not commands:
        return host.noop("every bucket is ready")
    yield from commands


def of(member: Member, name: str, number: int, s3: S3, found: bucket.Seen) -> Iterator[StringCommand]:
    """What has to be done about one bucket; nothing where it is ready."""
    where = path("clusters", member.cluster_name, "backups", "repositories", name, "s3")
    announce(*(f"{name}: {warning}" for warning in found.warnings))
    problem = bucket.refused(where, s3, found, final=state.is_executing)
    if problem:
        yield refusal(problem)
    elif bucket.made(s3, found):
        announce(f"the bucket {s3.bucket} of {name} is made where it is missing")
        yield script("make-bucket", member.cluster_name, name, number)
