"""Another node takes over because somebody wants it to: nothing is lost, and the stall is said.

pyinfra inventories/prod backup/switchover.py --data cluster=shop              to the first standby
pyinfra inventories/prod backup/switchover.py --data cluster=shop --data to=pg3

Refused: unless every standby streams and has received what the primary had written when the check began. One that is
gone is left behind by its name: --data unreachable=pg2. At its end it says which lines of the environment's file to
edit.
"""

from pyinfra import host

from tasks import memory
from tasks.live import orders, switchover
from tasks.member import member

here = member(host)
act = orders.switching()

memory.keep()

if here.cluster_name == act.cluster and here.duty != "repository" and here.name not in act.unreachable:
    switchover.of(here, act)
