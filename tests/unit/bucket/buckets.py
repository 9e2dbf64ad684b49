"""A bucket for tests of what is said about one."""

from steward.bucket.configuration import bucket
from steward.s3.bucket import Bucket

CONFIGURATION = """
# Written by pgsteward for keep; changes made here are lost.

[global]
repo1-path=/var/lib/pgbackrest
repo1-cipher-pass=near
repo2-type=s3
repo2-path=/main
repo2-s3-endpoint=s3.example.com
repo2-s3-bucket=backups
repo2-s3-region=eu-central-1
repo2-s3-uri-style=path
repo2-s3-key=AKIAEXAMPLE
repo2-s3-key-secret=a#secret=with/signs==
repo2-storage-ca-file=/etc/pgsteward/main/far-store.crt
tls-server-auth=pg1=main
tls-server-auth=pg2=main

[main]
pg1-path=/var/lib/postgresql/17/main
"""


def configured(**changes: str) -> Bucket:
    """The second repository of the configuration, with options changed (`s3_region="…"`); empty ones are left out."""
    lines = CONFIGURATION.splitlines()
    for name, value in changes.items():
        option = f"repo2-{name.replace('_', '-')}="
        lines = [line for line in lines if not line.startswith(option)]
        lines.insert(lines.index("[global]") + 1, f"{option}{value}" if value else "")
    return bucket("\n".join(lines), "main", "far", 2)
