"""Names that the kernel keeps short: an interface has 15 characters, and `vb-` is three of a host's."""

from hashlib import sha256

INTERFACE = 15


def bridge(lab: str) -> str:
    return _short(f"pgl-{lab}", INTERFACE)


def table(lab: str) -> str:
    """The nftables tables of the lab: one of family ip (its way out), one of family bridge (what is cut)."""
    return f"pgsteward-lab-{lab}"


def machine(lab: str, host: str) -> str:
    """What nspawn calls the host. A lab's name has no dot, so no two hosts of two labs are called the same."""
    return _short(f"{lab}.{host}", INTERFACE - len("vb-"))


def interface(lab: str, host: str) -> str:
    """This machine's end of the host's cable."""
    return f"vb-{machine(lab, host)}"


def group(lab: str, *member: str) -> str:
    """The control group of the lab, of a host (`hosts`, NAME) or of its object store (`s3`)."""
    return "/".join(("pgsteward-lab", lab, *member))


def _short(name: str, length: int) -> str:
    """The name itself if it fits, or as much of its digest as does."""
    return name if len(name) <= length else "x" + sha256(name.encode()).hexdigest()[: length - 1]
