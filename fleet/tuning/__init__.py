"""What a PostgreSQL server should be set to, and why: `tune` answers from the machine, the version and the workload.

A chapter of the file is a module here (`memory`, `wal`, `replication`, `planner`, `parallel`, `autovacuum`, `clients`,
`logging`, `statistics`, `security`), and a rule is one `yield Setting(name, value, why, CHAPTER)` in it. To change a
setting for everyone, change its rule, and its row in `tests/unit/tuning/rows.py`. The rest is not about one setting:

    given       the machine as it was sold, so that a few MB more or less change nothing
    budget      what the settings may cost at worst: memory (90 %) and the WAL filesystem (80 %)
    declared    overrides, each with its reason; `owned` and `conflicts` are those that are refused
    catalogue   which setting exists in which version, and what it accepts; `known` is its table
    normal      a value in one spelling, to compare what is declared with what a server says
    standby     what recovery compares is never smaller than on the primary
    tuner       the story: read, divide, apply the rules, lay over what is declared, check

It refuses what breaks a budget and shows the arithmetic; it never clamps. It knows nothing of hosts and files.
"""

from .budget import Budget, WalBudget
from .catalogue import needs_restart
from .declared import Override, written
from .given import WORKLOADS, Workload
from .normal import normal
from .standby import COMPARED, for_standby
from .tuner import Tuning, tune

__all__ = [
    "COMPARED",
    "WORKLOADS",
    "Budget",
    "Override",
    "Tuning",
    "WalBudget",
    "Workload",
    "for_standby",
    "needs_restart",
    "normal",
    "tune",
    "written",
]
