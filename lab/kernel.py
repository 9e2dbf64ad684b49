"""What labs need of this machine's kernel, lent while there are any: all is as before once the last one is gone."""

from pathlib import Path

from . import places
from .lock import locked

NEEDED = {
    Path("/proc/sys/net/ipv4/ip_forward"): 1,
    # A host's systemd takes six and every login three more. Debian's 128 are used up by twelve hosts somebody works on.
    Path("/proc/sys/fs/inotify/max_user_instances"): 8192,
}


def lend() -> None:
    """Raises what is too low; safe to call again."""
    with locked("kernel"):
        for setting, least in NEEDED.items():
            before = setting.read_text().strip()
            if int(before) < least:
                places.KERNEL_WAS.mkdir(parents=True, exist_ok=True)
                (places.KERNEL_WAS / setting.name).write_text(before)
                setting.write_text(str(least))


def give_back() -> None:
    """Once the last lab is gone, the kernel is set as it was before the first."""
    with locked("kernel"):
        if places.labs():
            return
        for setting in NEEDED:
            before = places.KERNEL_WAS / setting.name
            if before.exists():
                setting.write_text(before.read_text())
                before.unlink()
