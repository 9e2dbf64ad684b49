"""Dumps as they are told of in these tests: values, and directories with a manifest."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from steward.cluster import Chosen, Described, Dumps, Retention
from steward.dump.manifest import File, Manifest
from steward.dump.names import Name

DAY = 86400
NOW = 1_795_219_200  # 2026-11-21 00:00 UTC
POLICY = Retention(last=3, daily=7, weekly=4, monthly=12)
SYSTEM = "7412345678901234567"


def manifest(at: int = NOW, database: str = "shop", sequence: int = 1, **more: Any) -> Manifest:
    """A dump of so many bytes as its one file has."""
    content = more.get("content", "whole")
    one = Manifest(
        id=str(Name(at, database, content)),
        sequence=sequence,
        cluster="main",
        node="pg1",
        duty="primary",
        system=SYSTEM,
        timeline=1,
        lsn=f"0/{sequence:X}",
        database=database,
        content=content,
        tables=(),
        without=(),
        without_rows=(),
        begin=at,
        end=at + 60,
        seconds={"dump": 59.5},
        server_version="15.14",
        pg_dump="15.14",
        kind="directory",
        compression="gzip:6",
        jobs=2,
        owner="shop",
        encoding="UTF8",
        collation="C.UTF-8",
        extensions={"plpgsql": "1.0"},
        size=3,
        database_size=1 << 20,
        passwords=False,
        rows={"public.orders": 7},
        left_out={},
        files={"data/toc.dat": File(3, "0" * 64)},
        locale={"provider": "c", "collate": "C.UTF-8", "ctype": "C.UTF-8"},
    )
    return replace(one, **{key: value for key, value in more.items() if key != "content"})


def told(directory: Path, **more: Any) -> Described:
    """A cluster with dumps below `directory`."""
    declared: dict[str, Any] = {
        "directory": directory,
        "kind": "directory",
        "compression": "gzip:6",
        "jobs": 2,
        "passwords": False,
        "reserve": 0,
        "verify_jobs": 1,
        "verify_memory": 1 << 30,
        "pause": DAY,
        "verify_pause": 7 * DAY,
        "retention": POLICY,
        "databases": {"shop": Chosen(pause=DAY)},
        "order": ("pg1",),
    }
    return Described(
        cluster="main",
        node="pg1",
        server=True,
        version=15,
        port=5432,
        data=directory / "none",
        rpo=60,
        queue=0,
        read_only=False,
        drills={},
        standbys=(),
        peers=(),
        repositories=(),
        jobs=(),
        told=NOW,
        dumps=Dumps(**{**declared, **more}),
    )


def system(data: Path, identifier: str = SYSTEM) -> None:
    """A data directory has this system identifier."""
    (data / "global").mkdir(parents=True, exist_ok=True)
    (data / "global" / "pg_control").write_bytes(int(identifier).to_bytes(8, sys.byteorder) + bytes(8))


def put(directory: Path, one: Manifest) -> Path:
    """The dump of this manifest, as far as there are files in it."""
    path = directory / one.cluster / one.id
    (path / "data").mkdir(parents=True)
    (path / "data" / "toc.dat").write_text("abc")
    (path / "manifest.json").write_text(str(one))
    return path
