"""Restarts what waits for it: standbys first, the primary last, one at a time, only while replication is healthy.

pyinfra inventories/prod restart.py
"""

from pyinfra import host

from tasks import failures, memory, restarts
from tasks.barrier import barrier
from tasks.member import member

here = member(host)
queues = restarts.queues()

failures.contain()
memory.keep()

# The n-th member of every cluster has its turn at the same time; a node that fails takes its cluster out of the run,
# so that the primary's turn comes only after every standby's has gone well.
for turn in host.loop(range(max(map(len, queues.values())))):
    if queues[here.cluster_name][turn : turn + 1] == [here.name]:
        restarts.restarted(name=f"Turn {turn + 1}: restart what waits for it", member=here)
    barrier(name=f"Turn {turn + 1} is over")
