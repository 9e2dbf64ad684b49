"""What a shell starts in the background ignores interrupts, and so would the children of tests that it runs."""

import signal


def heard() -> None:
    """As `preexec_fn` of a child that a test is going to interrupt: it hears it, wherever the tests run."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
