"""A standby that cannot follow any more is made anew. `backup/runbooks/standby-lost.md` is the runbook.

pyinfra inventories/prod backup/rebuild.py --data cluster=shop --data standby=pg3

It stops, what it has is given up, and the deploy's own story follows: out of a repository where one leads to the
primary (what is the same is not fetched again), else from the primary. Refused: for a server that takes writes, while
its primary takes none, and while the other standbys do not stream or commits would have too few left to wait for.
"""

from pyinfra import host, local

from tasks import failures, memory
from tasks.live import orders, steps
from tasks.member import member

here = member(host)
standby = orders.rebuilding()

failures.contain()
memory.keep()

if here.name == standby:
    steps.given_up(name="Rebuild: the standby stops, to be made anew", member=here)
if standby in here.cluster.nodes:
    local.include("deploy.py")
