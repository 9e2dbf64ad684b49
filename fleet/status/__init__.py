"""PURE: how an environment stands, from what was declared and what its nodes say of themselves.

Every node judges what it sees; here their judgements become one, and what no single node can know is added: a node
that does not answer, two primaries, none. Nothing here is mended.
"""

from .answer import Answer, answer, unreachable
from .finding import STATES, UNSEEN, Finding
from .merged import merged
from .page import page
from .standing import Status

__all__ = ["STATES", "UNSEEN", "Answer", "Finding", "Status", "answer", "merged", "page", "unreachable"]
