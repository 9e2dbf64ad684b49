"""Security that is a setting; certificates, access rules and roles are other rooms."""

from collections.abc import Iterator

from ..setting import Setting
from .given import Given

CHAPTER = "security"


def settings(given: Given) -> Iterator[Setting]:
    """The rules of this chapter."""
    yield Setting("password_encryption", "scram-sha-256", "never md5", CHAPTER)
    yield Setting(
        "ssl_min_protocol_version", "TLSv1.2", "1.0 and 1.1 are broken; 1.3 is taken where both know it", CHAPTER
    )
    if given.version >= 17:
        why = "a value set by ALTER SYSTEM would win over this file, and nobody would know why"
        yield Setting("allow_alter_system", "off", why, CHAPTER)
