"""After a power cut the archive goes on as promised: by itself PostgreSQL lets up to checkpoint_timeout pass."""

import json

from lab import faults

from ...backups.depot import Depot
from ...operator import eventually


def test_the_archive_of_a_primary_that_lost_its_power_goes_on_within_its_rpo(drills: Depot) -> None:
    drills.archived("d1")
    faults.power_cut(drills.lab.plan, "d1")
    faults.start(drills.lab.plan, "d1")
    eventually(lambda: drills.attempt("d1", "psql -XAtc 'select 1'")[0], 0, 60)

    def late() -> list[str]:
        seen = json.loads(drills.postgres("d1", "steward status shop"))["repositories"]
        return [one["name"] for one in seen if one["holes"] or (one["archive_age_seconds"] or 99) > 15]

    eventually(late, [], 60)
    assert drills.sql("d1", "show checkpoint_timeout", "postgres") == ["15min"]
