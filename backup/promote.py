"""The primary is lost: the most advanced standby takes the writes. `backup/runbooks/primary-lost.md` is the runbook.

pyinfra inventories/prod backup/promote.py --data cluster=shop
    the old primary is stopped and kept from starting; a standby is promoted, and the others follow it
pyinfra inventories/prod backup/promote.py --data cluster=shop --data unreachable=pg1
    the old primary's host is gone, and says so by name: make sure that it is off, or cut off from its clients

Refused: while the primary answers (backup/switchover.py is for that), while a standby that may have more is not asked,
and where acknowledged rows could be lost, unless --data loss=accepted. At its end it says which lines of the
environment's file to edit.
"""

from pyinfra import host

from tasks import failures, memory
from tasks.live import orders, promotion
from tasks.member import member

here = member(host)
act = orders.promoting()

failures.contain()
memory.keep()

if here.cluster_name == act.cluster and here.duty != "repository" and here.name not in act.unreachable:
    promotion.of(here, act)
