"""The words of an environment file that have a shape: names, sizes, durations, addresses, networks."""

import math
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, Strict, WithJsonSchema

from ..bech32 import is_whole
from ..duration import parse_duration
from ..schedule import parse as parse_times
from ..size import parse_size
from ..versions import POSTGRESQL
from .shape import Distinct, Shape, Wrong, shown, text

Network = IPv4Network | IPv6Network | Literal["local"]
# Never a data directory, nor anything below them
SYSTEM_TREES = r"/(bin|boot|dev|etc|lib(|32|64|x32)|proc|root|run|sbin|sys|tmp|usr|var/(cache|log|run|tmp|spool))(/.*)?"
# Never a data directory themselves
SYSTEM_DIRECTORIES = r"/(home|media|mnt|opt|srv|var|var/lib|var/lib/postgresql|var/lib/postgresql/[0-9]+|lost\+found)"
PART = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


def identifier(value: Any) -> str:
    """A name of PostgreSQL's: anything, but no longer than it keeps."""
    if not text(value) or value != value.strip():
        raise Wrong(f"{shown(value)} is not a name", "write at least one letter, and no spaces around it")
    if len(value.encode()) > 63:
        raise Wrong(f"{shown(value)} is longer than PostgreSQL's names", "write at most 63 bytes, or it would be cut")
    return str(value)


def reason(value: Any) -> str:
    """A `why`: the next reader must learn something from it."""
    if not re.search(r"\w.*\w", text(value)):
        raise Wrong(f"{shown(value)} is not a reason", "write a sentence that the next reader understands")
    return str(value).strip()


def size(value: Any) -> int:
    """Bytes of a text such as `8GB`."""
    hint = "write a number and its unit (kB, MB, GB or TB), such as 8GB"
    if not isinstance(value, str):
        raise Wrong(f"{shown(value)} stands where a size is needed", hint)
    try:
        return parse_size(value)
    except ValueError:
        raise Wrong(f"{shown(value)} is not a size", hint) from None


def duration(value: Any) -> int:
    """Whole seconds of a text such as `4h`."""
    hint = "write a whole number and its unit (s, min, h or d), such as 4h"
    if not isinstance(value, str):
        raise Wrong(f"{shown(value)} stands where a duration is needed", hint)
    try:
        seconds, rest = divmod(parse_duration(value), 1000)
    except ValueError:
        raise Wrong(f"{shown(value)} is not a duration", hint) from None
    if rest:
        raise Wrong(f"{shown(value)} is not a whole number of seconds", "write whole seconds, such as 30s")
    return seconds


def times(value: Any) -> str:
    """When a job runs: `daily 01:30`, `sunday 01:30`, `every 4h`."""
    try:
        parse_times(text(value))
    except ValueError as error:
        hint = "write it like daily 01:30, sunday 01:30 or every 4h (UTC)"
        raise Wrong(f"{shown(value)} does not say when: {error}", hint) from None
    return str(value)


def address(value: Any) -> IPv4Address | IPv6Address:
    """An address that other hosts can reach."""
    hint = "write the node's own IPv4 or IPv6 address, such as 192.0.2.11"
    if not isinstance(value, str):
        raise Wrong(f"{shown(value)} stands where an address is needed", hint)
    try:
        found = ip_address(value)
    except ValueError:
        raise Wrong(f"{shown(value)} is not an IP address", hint) from None
    if found.is_unspecified or found.is_multicast or found.is_loopback or getattr(found, "scope_id", None):
        raise Wrong(f"{shown(value)} is no address that other nodes can reach", hint)
    return found


def network(value: Any) -> Network:
    """An address or a network; `local` is the Unix socket."""
    if text(value) == "local":
        return "local"
    try:
        return ip_network(value)
    except ValueError as error:
        raise Wrong(f"{shown(value)} is not a network", _network_hint(value, str(error))) from None


def _network_hint(value: str, error: str) -> str:
    if "host bits" in error:
        return f"write {ip_network(value, strict=False)}, or {value.split('/')[0]} for one address"
    known = {"localhost": "127.0.0.1", "all": "0.0.0.0/0 and ::/0, with a `why`", "socket": "local"}
    anything = "an address, a network such as 10.0.0.0/8, or local for the Unix socket"
    return f"write {known.get(value.lower(), anything)}"


def scalar(value: Any) -> str | int | float | bool:
    """The value of a setting."""
    if not isinstance(value, str | int | float | bool):
        raise Wrong(f"{shown(value)} stands where one value is needed", "write text, a number, true or false")
    if isinstance(value, float) and not math.isfinite(value):
        raise Wrong(f"{shown(value)} is none that PostgreSQL can take", "write a finite number")
    if isinstance(value, int) and abs(value) > 2**63:
        raise Wrong(f"{shown(value)} is none that PostgreSQL can take", "write a smaller one, or a size such as 8GB")
    return text(value) if isinstance(value, str) else value


def setting_text(value: Any) -> str:
    """The value of a role's setting, in PostgreSQL's spelling."""
    found = scalar(value)
    return ("on" if found else "off") if isinstance(found, bool) else str(found)


def listening(value: Any) -> str:
    """Where a server can listen: an address, `localhost`, or `*`."""
    if text(value) in ("*", "localhost"):
        return str(value)
    try:
        return str(ip_address(value))
    except ValueError:
        raise Wrong(f"{shown(value)} is no place to listen", "write an IP address, localhost, or * for all") from None


def version(value: int) -> int:
    """A major version of PostgreSQL that is on the one list."""
    if value not in POSTGRESQL:
        hint = f"write one of {', '.join(map(str, POSTGRESQL))}"
        raise Wrong(f"version {shown(value).removeprefix('the number ')} is not supported", hint)
    return value


def directory(value: Any) -> str:
    """An absolute path that may hold a data directory."""
    if not re.fullmatch(r"(/[A-Za-z0-9_.-]+)+", text(value)):
        hint = "write it from / on, in letters, digits, _, - and ., without a slash at its end: /srv/postgresql/main"
        raise Wrong(f"{shown(value)} is not a directory that can be used", hint)
    if {".", ".."} & set(value.split("/")):
        raise Wrong(f"{shown(value)} goes up and down", "write the path straight, without . and ..")
    if re.fullmatch(SYSTEM_TREES, value) or re.fullmatch(SYSTEM_DIRECTORIES, value):
        raise Wrong(f"{shown(value)} belongs to the system", "write a directory of its own: /srv/postgresql/main")
    return str(value)


def url(value: Any) -> str:
    """The address of a web server, without a password."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text(value)):
        raise Wrong(f"{shown(value)} is not the address of a server", "write http:// or https://, a host, and a path")
    if "@" in value.split("/")[2]:
        raise Wrong("the address holds a user or a password", "leave them out; secrets do not stand in this file")
    return str(value).rstrip("/")


def age_recipient(value: Any) -> str:
    """A public key of age's own, with the checksum that it ends with."""
    hint = "write what `age-keygen` calls the public key: age1 and 58 letters and digits"
    if text(value).startswith("AGE-SECRET-KEY-"):
        raise Wrong(
            "a secret key stands where a public one is needed", f"{hint}; and make a new one, this one is spoilt"
        )
    if not re.fullmatch(r"age1[02-9ac-hj-np-z]{58}", value):
        raise Wrong(f"{shown(value)} is not a public key of age", hint)
    if not is_whole(value):
        raise Wrong(f"{shown(value)} is mistyped: its checksum is wrong", "copy the whole key again")
    return str(value)


def restic_repository(value: Any) -> str:
    """A place of restic's: a directory, or a scheme and what follows; without a password."""
    if not re.fullmatch(r"/\S+|(s3|sftp|rest|b2|azure|gs|swift|rclone):\S+", text(value)):
        hint = (
            "write a directory from / on, or a place such as s3:https://s3.example.com/bucket or sftp:user@host:/path"
        )
        raise Wrong(f"{shown(value)} is not a restic repository", hint)
    if re.search(r"//[^/@\s]*:[^/@\s]*@", value):
        raise Wrong("the repository holds a password", "leave it out and declare `credentials`; they are secrets")
    return str(value)


HOST_NAME = Shape(
    "a node's name",
    rf"{PART}(\.{PART})*",
    "use lower-case letters, digits, dashes and dots, such as pg1 or pg1.example.com",
    longest=63,
)
CLUSTER_NAME = Shape(
    "a cluster's name",
    r"[a-z][a-z0-9_]{0,40}",
    "use at most 41 lower-case letters, digits and _, a letter first",
)
SLOT_NAME = Shape("a slot's name", r"[a-z0-9_]+", "use lower-case letters, digits and _", longest=63)
SETTING_NAME = Shape(
    "a setting's name",
    r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?",
    "use lower-case letters, digits and _, such as work_mem or auto_explain.log_min_duration",
    longest=63,
)
EXTENSION_NAME = Shape(
    "an extension's name", r"[a-z][a-z0-9_-]*", "write it as in CREATE EXTENSION, such as pg_trgm", longest=63
)
LOCALE = Shape("a locale", r"[A-Za-z][A-Za-z0-9_.@-]*", "write it as `locale -a` does, such as de_DE.UTF-8", longest=63)
USER = Shape("a login name", r"[a-z_][a-z0-9_.-]*", "write the name of a Unix user, such as root or admin", longest=32)
RECIPIENT = Shape(
    "a public key that can be encrypted to",
    r"age1[02-9ac-hj-np-z]{58}|ssh-(ed25519|rsa) [A-Za-z0-9+/]+={0,2}( [^\n]*)?",
    "write an age public key (age1…), or an SSH one (ssh-ed25519 … or ssh-rsa …)",
    longest=2000,
)
PREFIX = Shape("a prefix of environment variables", r"[A-Z_][A-Z0-9_]*", "use upper-case letters, digits and _")

OBJECT_PREFIX = Shape(
    "a prefix of objects' names",
    r"([A-Za-z0-9][A-Za-z0-9_.=-]*/)*",
    "use letters, digits, _, ., = and -, and end each part with a slash: dumps/",
)
TABLES = Shape(
    "a table's name, or a pattern of some",
    r"[A-Za-z_*][A-Za-z0-9_$*]*\.[A-Za-z_*][A-Za-z0-9_$*]*",
    "write schema.table, such as public.orders; * stands for anything: public.import_*",
    longest=127,
)
VARIABLE = Shape("a word in upper case", r"[A-Z][A-Z0-9_]*", "use upper-case letters, digits and _")

QUANTITY = {"type": "string", "pattern": r"^ *[0-9]+(\.[0-9]+)? *[A-Za-z]+ *$"}
SIZE = QUANTITY | {"format": "size"}
DURATION = QUANTITY | {"format": "duration"}
ADDRESS = {"type": "string", "format": "address"}
NETWORK = {"type": "string", "format": "network"}
SCALAR = {"type": ["string", "number", "boolean"]}

Several = Distinct()
Text = Annotated[str, BeforeValidator(text), WithJsonSchema({"type": "string"})]
Truth = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Why = Annotated[str, BeforeValidator(reason), WithJsonSchema({"type": "string", "minLength": 2})]
Identifier = Annotated[
    str, BeforeValidator(identifier), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 63})
]
Name = Annotated[str, CLUSTER_NAME]
HostName = Annotated[str, HOST_NAME]
SlotName = Annotated[str, SLOT_NAME]
SettingName = Annotated[str, SETTING_NAME]
ExtensionName = Annotated[str, EXTENSION_NAME]
Locale = Annotated[str, LOCALE]
Bytes = Annotated[int, BeforeValidator(size), WithJsonSchema(SIZE)]
Seconds = Annotated[int, BeforeValidator(duration), WithJsonSchema(DURATION)]
Times = Annotated[str, BeforeValidator(times), WithJsonSchema({"type": "string"})]
Address = Annotated[IPv4Address | IPv6Address, BeforeValidator(address), WithJsonSchema(ADDRESS)]
Source = Annotated[Network, BeforeValidator(network), PlainSerializer(str), WithJsonSchema(NETWORK)]
Scalar = Annotated[str | int | float | bool, BeforeValidator(scalar), WithJsonSchema(SCALAR)]
SettingText = Annotated[str, BeforeValidator(setting_text), WithJsonSchema(SCALAR)]
Listen = Annotated[str, BeforeValidator(listening), WithJsonSchema({"type": "string"})]
Version = Annotated[
    int, Strict(), AfterValidator(version), WithJsonSchema({"type": "integer", "enum": list(POSTGRESQL)})
]
Directory = Annotated[str, BeforeValidator(directory), WithJsonSchema({"type": "string", "pattern": "^/.+[^/]$"})]
Url = Annotated[str, BeforeValidator(url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
AgeRecipient = Annotated[
    str, BeforeValidator(age_recipient), WithJsonSchema({"type": "string", "pattern": "^age1[02-9ac-hj-np-z]{58}$"})
]
ResticRepository = Annotated[str, BeforeValidator(restic_repository), WithJsonSchema({"type": "string"})]
Encoding = Literal[
    "UTF8", "LATIN1", "LATIN2", "LATIN9", "WIN1250", "WIN1251", "WIN1252", "EUC_JP", "EUC_KR", "SQL_ASCII"
]
