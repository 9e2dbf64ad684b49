"""Throw-away Debian hosts on one machine, and the faults that can be done to them.

The hosts are real as far as a deploy can tell: systemd, sshd, cron, apt, a data disk of their own, a network
between them. They come from the environment's own file, so that the lab is deployed like production. What the
lab refuses: to know anything of PostgreSQL, and to touch what it did not make.
"""

from .ground import availability as availability
