"""Dumps: each target is one place of its own, sealed, and what its store locks the retention keeps."""

from collections.abc import Iterator

from ...schedule import parse
from ..cluster import Cluster
from ..dumps import Bucket, Dump, DumpRetention, Dumps, Encryption, Target
from ..finding import ANY, Finding, Path
from ..model import Environment
from ..shape import shown

DAY = 86400
IDENTITY = (("restic", "repository"), ("s3", "endpoint"), ("s3", "bucket"), ("s3", "prefix"))
"""What tells one place from another."""
HERE = "here"
"""What status and programs call the host's own disk."""


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the dumps of a cluster."""
    where: Path = (*place, "dumps")
    for name, database in cluster.databases.items():
        at: Path = (*place, "databases", name, "dump")
        if database.dump and "dump" in database.model_fields_set and not cluster.dumps:
            yield Finding(at, "nothing dumps this cluster", "declare `dumps` of the cluster, or remove it", (where,))
        if database.dump:
            yield from _parts(at, database.dump)
    if cluster.dumps:
        yield from _cluster(where, place, cluster, cluster.dumps)


def _cluster(where: Path, place: Path, cluster: Cluster, wanted: Dumps) -> Iterator[Finding]:
    if not cluster.dumped:
        yield Finding(where, "there is no database to dump", "declare one, or remove `dumps`", ((*place, "databases"),))
    if wanted.form == "custom" and (wanted.jobs or 1) > 1:
        hint = "remove `jobs`, or choose the format directory"
        yield Finding((*where, "jobs"), "the custom format is written by one job", hint, ((*where, "format"),))
    if f"{wanted.directory}/".startswith(f"{cluster.data}/"):
        hint = "choose a directory of its own, best on another disk"
        yield Finding((*where, "directory"), "is inside of the data directory", hint, ((*place, "data_directory"),))
    yield from _retention((*where, "retention"), wanted.retention)
    yield from _encryption(where, wanted)
    yield from _places(where, place, cluster, wanted)
    for name, target in wanted.targets.items():
        yield from _target((*where, "targets", name), name, place, cluster, target)


def _parts(at: Path, one: Dump) -> Iterator[Finding]:
    """What cannot be chosen together."""
    for index, table in enumerate(one.without):
        if table in one.tables:
            needs = ((*at, "tables", ANY),)
            yield Finding((*at, "without", index), f"{shown(table)} is among `tables`, too", "keep one of them", needs)
    if one.content == "schema" and one.without_rows:
        hint = "remove it, or choose another `content`"
        yield Finding((*at, "without_rows"), "there are no rows in a schema", hint, ((*at, "content"),))


def _retention(where: Path, wanted: DumpRetention) -> Iterator[Finding]:
    if not any(wanted.model_dump().values()):
        hint = "let at least one of its numbers be more than 0"
        yield Finding(where, "keeps nothing", hint, tuple((*where, key) for key in type(wanted).model_fields))


def _encryption(where: Path, wanted: Dumps) -> Iterator[Finding]:
    at: Path = (*where, "encryption")
    stores = [name for name, one in wanted.targets.items() if one.s3]
    if stores and wanted.encryption is None:
        what = f"goes into an object store ({', '.join(stores)}) in the clear"
        hint = "declare `encryption`, such as {age: [age1…]}; `age-keygen` makes a key"
        yield Finding(where, what, hint, (at, *((*where, "targets", name) for name in stores)))
    if wanted.encryption is None:
        return
    if not stores:
        hint = "remove it, or declare a target with `s3`; restic encrypts by itself"
        yield Finding(at, "seals nothing: no target is in an object store", hint, ((*where, "targets"),))
    yield from _recipients(at, wanted.encryption)


def _recipients(at: Path, one: Encryption) -> Iterator[Finding]:
    needs: tuple[Path, ...] = ((*at, "age"), (*at, "gpg"))
    if one.age and one.gpg:
        yield Finding(at, "is by age and by gpg at once", "choose one of them", needs)
    if not one.age and not one.gpg:
        yield Finding(at, "is to nobody", "declare public keys: `age`, or files of `gpg`", needs)


def _target(where: Path, name: str, place: Path, cluster: Cluster, target: Target) -> Iterator[Finding]:
    if name == HERE:
        yield Finding(where, f"the name {HERE} is the host's own disk", "give the target another name")
    if cluster.backups and name in cluster.backups.repositories:
        what = "is the name of a repository of `backups`, too; their secrets would be one"
        repository: Path = (*place, "backups", "repositories", name)
        yield Finding(where, what, "give one of them another name", (repository,))
    if target.s3 and target.restic:
        hint = "declare one target for each place"
        yield Finding(where, "is in an object store and in restic at once", hint, ((*where, "s3"), (*where, "restic")))
    if not target.s3 and not target.restic:
        yield Finding(where, "is nowhere", "declare its `s3` or its `restic`", ((*where, "s3"), (*where, "restic")))
    yield from _retention((*where, "retention"), target.retention)
    if target.s3:
        yield from _bucket((*where, "s3"), place, cluster, target.s3, target.retention)


def _bucket(where: Path, place: Path, cluster: Cluster, s3: Bucket, retention: DumpRetention) -> Iterator[Finding]:
    if s3.kms_key and s3.server_side_encryption != "aws:kms":
        key = "server_side_encryption"
        yield Finding((*where, "kms_key"), "is for aws:kms alone", f"declare `{key}: aws:kms`", ((*where, key),))
    if not s3.lock or not cluster.dumps:
        return
    surely = min((_kept(retention, cluster.dumps, one) for one in cluster.dumped.values()), default=s3.lock.days)
    if s3.lock.days > surely:
        what = f"locks every dump for {s3.lock.days} days, but the retention lets the first of them go after {surely}"
        hint = f"declare `retention: {{days: {s3.lock.days}}}` of this target, or fewer days here"
        dumps: Path = (*place, "dumps")
        needs: tuple[Path, ...] = (
            (*where[:-1], "retention", ANY),
            (*dumps, "schedule", "take"),
            (*place, "databases", ANY, "dump", "schedule"),
        )
        yield Finding((*where, "lock", "days"), what, hint, needs)


def _kept(retention: DumpRetention, wanted: Dumps, one: Dump) -> int:
    """For how many days every dump of a database is kept at least, whatever the calendar does."""
    pause = parse(one.schedule or wanted.schedule.take).longest_pause
    found = [retention.days * max(pause, DAY) // DAY, retention.last * pause // DAY]
    found += [retention.daily * pause // DAY] if pause >= DAY else []
    found += [retention.weekly * pause // DAY] if pause >= 7 * DAY else []
    return max(found)


def _places(where: Path, place: Path, cluster: Cluster, wanted: Dumps) -> Iterator[Finding]:
    """Two targets, or a target and pgBackRest, in one place: what one of them removes the other would miss."""
    taken: dict[tuple[str, ...], str] = {}
    repositories = cluster.backups.repositories if cluster.backups else {}
    for name, repository in repositories.items():
        if repository.s3:
            taken[repository.s3.endpoint, repository.s3.bucket, ""] = f"the repository {name} of `backups`"
    for name, target in wanted.targets.items():
        at: Path = (*where, "targets", name)
        if target.s3:
            key: tuple[str, ...] = (target.s3.endpoint, target.s3.bucket, target.s3.prefix)
            hint = "give it another `bucket` or `prefix`"
        elif target.restic:
            key, hint = (target.restic.repository,), "give it another `repository`"
        else:
            continue
        if key in taken:
            needs = [(*where, "targets", ANY, *part) for part in IDENTITY]
            needs += [(*place, "backups", "repositories", ANY, *part) for part in IDENTITY]
            yield Finding(at, f"is in the same place as {taken[key]}", hint, tuple(needs))
        taken.setdefault(key, f"the target {name}")
