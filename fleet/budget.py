"""What a job may take of a host that has better things to do: a command line within bounds that systemd keeps."""


def within(memory: int, command: str, unit: str = "") -> str:
    """The command as postgres in a unit of its own, run by root: at most `memory` bytes with what it caches, CPU and
    disk when nobody else wants them. When its first process ends, or is killed, nothing of it is left running.
    `unit`: its name, where somebody else may have to stop it.
    """
    properties = (
        "User=postgres",
        "WorkingDirectory=/",
        f"MemoryMax={memory}",
        "MemorySwapMax=0",
        "CPUWeight=1",
        "IOSchedulingClass=idle",
        "IOWeight=1",
        "OOMPolicy=continue",
    )
    words = " ".join(f"--property={one}" for one in properties)
    named = f"--unit={unit} " if unit else ""
    return f"systemd-run --quiet --wait --collect --pipe --nice=19 {named}{words} {command}"
