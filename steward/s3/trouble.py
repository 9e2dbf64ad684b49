"""Why a bucket is not fit for backups, or why nobody can tell."""

CODES = {"missing": 1, "refused": 1, "unreachable": 2, "unknown": 2}


class Trouble(Exception):
    """Why a bucket is not fit, or nobody can tell.

    `state`: `missing` (there is no such bucket), `refused` (the store says no), `unreachable` (it was not reached, or
    not verified) or `unknown` (it was not asked). `answer`: the store's own code, where it gave one.
    """

    def __init__(self, state: str, what: str, hint: str, answer: str = "") -> None:
        self.state, self.what, self.hint, self.answer = state, what, hint, answer
        super().__init__(f"{what}. HINT: {hint}")

    @property
    def code(self) -> int:
        """The exit code."""
        return CODES[self.state]
