"""The whole deploy: what becomes true, on which hosts, in which order.

pyinfra inventories/prod deploy.py --dry        the plan: every change, none made
pyinfra inventories/prod deploy.py              the plan, a question, the run
"""

from pyinfra import host

from tasks import (
    backups,
    certificates,
    dumps,
    failures,
    kernel,
    memory,
    migrations,
    packages,
    refusals,
    replication,
    reports,
    restores,
    rights,
    server,
    steward,
    system,
)
from tasks.barrier import barrier
from tasks.member import member

here = member(host)

failures.contain()
memory.keep("deploy", here.source)
refusals.early(here)

system.quiet()
packages.needed(here)

if here.duty in ("primary", "standby"):
    kernel.of(here)
    replication.password(here)
if here.duty in ("primary", "standby") or here.cluster.backups:
    certificates.of(here)
    steward.of(here)
backups.of(here)
dumps.of(here)

barrier(name="Hosts are ready")

backups.is_ours(here)
restores.of(here)

if here.duty == "primary":
    server.created(name="Primary: the database cluster exists", member=here)
    server.configured(name="Primary: its configuration is in force", member=here)
    kernel.huge_pages(name="Primary: huge pages for its shared memory", member=here)
    server.running(name="Primary: PostgreSQL runs", member=here)
    restores.proved(here)
    steward.beats(here)
    replication.slots(name="Primary: a replication slot for each standby", member=here)
    rights.of(here)

barrier(name="Primaries are ready")

if here.duty == "standby":
    replication.copied(name="Standby: the data is a copy of its primary", member=here)
    server.configured(name="Standby: its configuration is in force", member=here)
    kernel.huge_pages(name="Standby: huge pages for its shared memory", member=here)
    server.running(name="Standby: PostgreSQL runs", member=here)
    replication.streaming(name="Standby: it streams", member=here)
    steward.beats(here)

barrier(name="Clusters are ready")

backups.kept_by(here)
dumps.looked_at(here)
if here.duty in ("primary", "standby") or here.cluster.backups:
    steward.jobs(here)

barrier(name="Backups are ready")

if here.duty == "primary":
    migrations.of(here)

barrier(name="Schemas are ready")

if here.duty in ("primary", "standby"):
    reports.waiting(name="What waits for a restart is said", member=here)
