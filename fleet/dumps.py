"""What hosts are told of logical dumps: which, how and how long in steward.json, where to in targets.json.

The second document opens the targets: it is a secret as a whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import schedule
from .environment import Bucket, Cluster, Dump, DumpRetention, Dumps, Encryption, Restic, Target
from .layout import Layout

Document = dict[str, Any]

ZSTD_SINCE = 16
"""The first version whose pg_dump compresses with zstd."""
DIRECTORY_JOBS = 2


def told(cluster: Cluster) -> Document | None:
    """The part `dumps` of steward.json; None where nothing is dumped."""
    wanted = cluster.dumps
    if wanted is None:
        return None
    return {
        "directory": wanted.directory,
        "kind": wanted.form,
        "compression": compression(cluster.postgresql),
        "jobs": jobs(wanted),
        "passwords": wanted.passwords,
        "reserve": wanted.reserve,
        "verify": wanted.verify.model_dump(),
        "pause": schedule.parse(wanted.schedule.take).longest_pause,
        "verify_pause": schedule.parse(wanted.schedule.verify).longest_pause if wanted.schedule.verify else 0,
        "retention": retention(wanted.retention),
        "databases": {name: of_database(wanted, one) for name, one in cluster.dumped.items()},
        "order": list(order(cluster)),
    }


def compression(version: int) -> str:
    """pg_dump's words for the best that it can do at little cost."""
    return "zstd:3" if version >= ZSTD_SINCE else "gzip:6"


def jobs(wanted: Dumps) -> int:
    """How many tables are dumped at once; one file has one writer."""
    return wanted.jobs or (DIRECTORY_JOBS if wanted.form == "directory" else 1)


def of_database(wanted: Dumps, one: Dump) -> Document:
    return {
        "content": one.content,
        "tables": [pattern(word) for word in one.tables],
        "without": [pattern(word) for word in one.without],
        "without_rows": [pattern(word) for word in one.without_rows],
        "pause": schedule.parse(times(wanted, one)).longest_pause,
    }


def pattern(word: str) -> str:
    """A declared table in pg_dump's words, to which a name in upper case is one in lower case unless it is quoted."""
    parts = (re.findall(r"\*|[^*]+", part) for part in word.split("."))
    return ".".join(
        "".join(one if re.fullmatch(r"\*|[a-z0-9_$]+", one) else f'"{one}"' for one in part) for part in parts
    )


def times(wanted: Dumps, one: Dump) -> str:
    """When a database is dumped."""
    return one.schedule or wanted.schedule.take


def retention(wanted: DumpRetention) -> dict[str, int]:
    """How many of each kind are kept."""
    found: dict[str, int] = wanted.model_dump()
    return found


def order(cluster: Cluster) -> Iterator[str]:
    """The servers in the order in which they are asked: standbys that do not stay behind on purpose, the primary."""
    yield from cluster.prompt_standbys
    yield cluster.primary[0]


def targets(
    cluster: Cluster, known: Mapping[str, str], keys: Sequence[str] = (), authorities: Mapping[str, str] | None = None
) -> Document:
    """targets.json. `known`: the secrets by `<target>/<what>`; `keys`: the texts of the declared files of GnuPG;
    `authorities`: the files that targets are verified by, by target, where they are not those of a host."""
    declared = cluster.dumps.targets if cluster.dumps else {}
    files = authorities if authorities is not None else hosts_authorities(cluster)
    return {
        "encryption": encryption(cluster.dumps.encryption if cluster.dumps else None, keys),
        "targets": [target(name, one, known, files.get(name)) for name, one in declared.items()],
    }


def encryption(wanted: Encryption | None, keys: Sequence[str]) -> Document:
    """To whom dumps are sealed; empty where they are not."""
    if wanted is None:
        return {}
    return {"age": list(wanted.age)} if wanted.age else {"gpg": list(keys)}


def target(name: str, one: Target, known: Mapping[str, str], authority: str | None) -> Document:
    if one.s3:
        return {"name": name, "kind": "s3", **bucket(name, one.s3, known, authority), **kept(one)}
    assert one.restic is not None
    return {"name": name, "kind": "restic", **restic(name, one.restic, known, authority), **kept(one)}


def kept(one: Target) -> Document:
    return {"retention": retention(one.retention)}


def bucket(name: str, s3: Bucket, known: Mapping[str, str], authority: str | None) -> Document:
    return {
        "endpoint": s3.endpoint,
        "bucket": s3.bucket,
        "prefix": s3.prefix,
        "region": s3.region,
        "path_style": s3.path_style,
        "authority": authority,
        "key": known[f"{name}/s3_key"],
        "secret": known[f"{name}/s3_secret"],
        "storage_class": s3.storage_class,
        "server_side_encryption": s3.server_side_encryption,
        "kms_key": s3.kms_key,
        "lock": s3.lock.model_dump() if s3.lock else None,
    }


def restic(name: str, one: Restic, known: Mapping[str, str], authority: str | None) -> Document:
    credentials = {variable: known[f"{name}/{variable}"] for variable in one.credentials}
    if one.in_store:
        credentials |= {
            "AWS_ACCESS_KEY_ID": known[f"{name}/s3_key"],
            "AWS_SECRET_ACCESS_KEY": known[f"{name}/s3_secret"],
        }
    return {
        "repository": one.repository,
        "password": known[f"{name}/password"],
        "environment": credentials,
        "authority": authority,
    }


def hosts_authorities(cluster: Cluster) -> dict[str, str]:
    """Where these files lie on a host."""
    declared = cluster.dumps.targets if cluster.dumps else {}
    own = Layout(cluster.postgresql, cluster.name, cluster.data).own
    return {name: str(own / f"{name}-store.crt") for name, one in declared.items() if one.authority}


def directories(cluster: Cluster) -> Iterator[str]:
    """The directories of a server that are postgres' alone: for dumps, and for restic repositories that lie there."""
    if cluster.dumps:
        yield cluster.dumps.directory
        places = (one.restic.repository for one in cluster.dumps.targets.values() if one.restic)
        yield from (place for place in places if place.startswith("/"))


def key_fault(text: str) -> str:
    """Why a file cannot be a public key of GnuPG to seal with; empty where it can."""
    if re.search(r"PRIVATE KEY BLOCK|AGE-SECRET-KEY", text):
        return "holds a private key"
    return "" if "-----BEGIN PGP PUBLIC KEY BLOCK-----" in text else "holds no public key in ASCII armor"
