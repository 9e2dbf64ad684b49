"""`steward <verb> …`: the verbs, each a module with `main(arguments) -> exit code`.

Exit codes: 0 done, 1 refused or failed (the reason is said, with a hint), 2 could not look; 75 the same is under way;
130 interrupted.
"""

import sys
from importlib import import_module
from json import JSONDecodeError

from fleet.problem import Refused

from .locked import BUSY, Busy

VERBS = {
    "amcheck": "steward.amcheck",
    "backup": "steward.backup",
    "beat": "steward.beat",
    "bucket": "steward.bucket",
    "check": "steward.check",
    "drill": "steward.drill",
    "dump": "steward.dump",
    "expire": "steward.expire",
    "guard": "steward.guard",
    "isolated": "steward.isolated",
    "migrate": "steward.migrate",
    "ready": "steward.ready",
    "restore": "steward.restore",
    "status": "steward.status",
    "verify": "steward.verify",
}
SERVER = "does this node's server run, and is there what was named?"
HELP = ("-h", "--help", "help")


def main(arguments: list[str]) -> int:
    """Runs the verb that the first word names."""
    verb, rest = arguments[0] if arguments else "help", arguments[1:]
    if verb not in VERBS:
        print(f"usage: steward {{{'|'.join(VERBS)}}} …", file=sys.stdout if verb in HELP else sys.stderr)
        return 0 if verb in HELP else 1
    try:
        code: int = import_module(VERBS[verb]).main(rest)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"{error.filename or verb}: {error.strerror or error}\n    HINT: is the disk full, or not ours?",
            file=sys.stderr,
        )
        return 1
    except (JSONDecodeError, UnicodeDecodeError) as error:
        hint = "does a file of ours hold something else? it is one in /etc/pgsteward or /var/lib/pgsteward"
        print(f"{verb}: what is kept on this host cannot be read: {error}\n    HINT: {hint}", file=sys.stderr)
        return 1
    except Busy as busy:
        print(f"{busy} is under way already", file=sys.stderr)
        return BUSY
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not of_the_driver(error):
            raise
        print(f"{verb}: {str(error).strip().partition(chr(10))[0]}\n    HINT: {SERVER}", file=sys.stderr)
        return 1
    return code


def of_the_driver(error: Exception) -> bool:
    """Whether psycopg raised it, which only those have loaded who ask a server."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
