"""What was found out about a bucket, for people and for programs, and what of it endangers backups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fleet.problem import Problem, Refused

from ..s3.bucket import Bucket
from ..s3.trouble import Trouble

NOT_KNOWN = "not known"
FROZEN = ("GLACIER", "DEEP_ARCHIVE")
"""Classes of storage that cannot be read until each object has been asked for, hours before."""

Rule = Mapping[str, Any]


@dataclass
class Report:
    """One bucket. `written`: an object went there and came back; `made`: the bucket was not there before."""

    cluster: str
    repository: str
    of: Bucket | None = None
    made: bool = False
    written: bool = False
    versioning: str = NOT_KNOWN
    lock: str = NOT_KNOWN
    lifecycle: str = NOT_KNOWN
    warnings: tuple[Problem, ...] = ()
    trouble: Trouble | None = None

    @property
    def where(self) -> str:
        return f"bucket {self.of.name}" if self.of else "bucket"

    def document(self) -> dict[str, Any]:
        """As JSON has it; `state` is `ready` or that of the trouble."""
        trouble = self.trouble
        return {
            "cluster": self.cluster,
            "repository": self.repository,
            "bucket": self.of.name if self.of else None,
            "state": trouble.state if trouble else "ready",
            "problem": {"what": trouble.what, "hint": trouble.hint} if trouble else None,
            "made": self.made,
            "written": self.written,
            "versioning": self.versioning,
            "object_lock": self.lock,
            "lifecycle": self.lifecycle,
            "warnings": [{"what": f"{one.where}: {one.what}", "hint": one.hint} for one in self.warnings],
        }

    def __str__(self) -> str:
        head = f"{self.cluster}/{self.repository}"
        if self.trouble:
            return str(Refused(head, [Problem(self.where, self.trouble.what, self.trouble.hint)]))
        assert self.of is not None
        done = "listed, written, read back, deleted" if self.written else "listed"
        return "\n".join(
            [
                f"{head}: {self.where} at {self.of.endpoint}, region {self.of.region}: ready",
                f"  {'made, ' if self.made else ''}{done}",
                f"  versioning: {self.versioning}",
                f"  object lock: {self.lock}",
                f"  lifecycle: {self.lifecycle}",
                *(f"  WARNING: {warning}" for warning in self.warnings),
            ]
        )


def lifecycle(rules: Sequence[Rule] | None) -> str:
    """How many rules of the bucket are in force; None where the store does not say."""
    if rules is None:
        return NOT_KNOWN
    count = sum(rule.get("Status") == "Enabled" for rule in rules)
    return f"{count} rule{'s' if count > 1 else ''}" if count else "no rules"


def warnings(rules: Sequence[Rule], bucket: Bucket) -> Iterator[Problem]:
    """The rules in force that would take backups away, or out of reach."""
    hint = f"let it spare {bucket.prefix or 'this bucket'}: what the retention does not keep is deleted anyway"
    for rule in rules:
        if rule.get("Status") == "Enabled" and _meets(rule, bucket.prefix):
            where = f"lifecycle rule {rule.get('ID', 'without a name')}"
            expiry = rule.get("Expiration", {})
            if expiry.get("Days") or expiry.get("Date"):
                yield Problem(where, f"deletes backups {_when(expiry)}", hint)
            for move in rule.get("Transitions", ()):
                if move.get("StorageClass") in FROZEN:
                    what = f"moves backups to {move['StorageClass']} {_when(move)}, where no restore can read them"
                    yield Problem(where, what, hint)


def _meets(rule: Rule, prefix: str) -> bool:
    """Whether some of our objects fall under the rule. Those of pgBackRest bear no tags."""
    chosen = rule.get("Filter", {})
    every = chosen.get("And", chosen)
    if every.get("Tag") or every.get("Tags"):
        return False
    theirs: str = rule.get("Prefix") or every.get("Prefix") or ""
    return theirs.startswith(prefix) or prefix.startswith(theirs)


def _when(action: Mapping[str, Any]) -> str:
    return f"after {action['Days']} days" if "Days" in action else f"on {str(action.get('Date', 'a day'))[:10]}"
