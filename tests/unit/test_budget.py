"""The bounds of a job are words that every systemd knows that we deploy to, the oldest being 249."""

import shlex

from fleet.budget import within


def test_a_job_runs_as_postgres_within_its_memory_and_after_everybody_else() -> None:
    words = shlex.split(within(1 << 30, "/usr/local/bin/steward drill restore shop"))
    assert words[0] == "systemd-run"
    assert words[-4:] == ["/usr/local/bin/steward", "drill", "restore", "shop"]
    properties = dict(word.removeprefix("--property=").split("=") for word in words if word.startswith("--property="))
    assert properties["User"] == "postgres"
    assert properties["MemoryMax"] == "1073741824"
    assert properties["CPUWeight"] == "1"  # `idle` is of 252
    assert "--nice=19" in words
    assert not any(word.startswith("--unit=") for word in words)


def test_what_somebody_may_have_to_stop_has_a_name() -> None:
    words = shlex.split(within(1 << 30, "/usr/local/bin/steward drill conclude shop", "pgsteward-conclude-shop"))
    assert "--unit=pgsteward-conclude-shop" in words
    assert words[-1] == "shop"
