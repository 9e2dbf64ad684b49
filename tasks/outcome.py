"""What an operation tells the operator: the changes it is about to make, or why it refuses."""

from pyinfra import host, logger, state
from pyinfra.api import QuoteString, StringCommand

from fleet.problem import Problem


def announce(*sentences: str) -> None:
    """Says what is about to change, once a run: in the plan, or where there is none (`-y`) while it runs."""
    if state.is_executing == state.should_check_for_changes():
        return
    for sentence in sentences:
        logger.info(f"{host.print_prefix}{sentence}")


def refusal(problem: Problem) -> StringCommand:
    """A command that fails on this host alone; an exception here would end the run of the whole fleet."""
    return StringCommand("echo", QuoteString(str(problem)), ">&2; exit 1")
