"""Migrations of a database: the folder, and what has to hold before a deploy runs them."""

from pydantic import Field

from .declared import Declared
from .words import Seconds, Text, Why


class Waived(Declared):
    """What need not hold before migrations run, each with the reason."""

    standbys: Why | None = Field(None, examples=["the second site is down for the week"])
    """Standbys may be behind."""
    transactions: Why | None = Field(None, examples=["the nightly export reads for an hour, and locks nothing"])
    """Transactions may be open for long."""
    backup: Why | None = Field(None, examples=["every row can be made again"])
    """There need be no young backup."""


class Migrations(Declared):
    """A folder of plain SQL with sqlx's names; a deploy runs what is pending as the database's owner."""

    folder: Text = Field(examples=["migrations/shop"])
    """The folder; relative to the project."""
    behind: Seconds = Field(60, examples=["60s"])
    """No standby may be further behind when migrations run."""
    transaction: Seconds = Field(300, examples=["5min"])
    """No transaction may be open for longer: it would hold up locks, and everybody behind them."""
    backup: Seconds | None = Field(None, examples=["26h"])
    """The newest backup must be younger. Without it: than two days, where the cluster declares backups."""
    waive: Waived = Field(Waived(), examples=[{"transactions": "the nightly export locks nothing"}])
    """Which of these need not hold, and why."""
    out_of_order: Why | None = Field(None, examples=["branches are merged late, and touch tables of their own"])
    """The reason why a migration may be older than the newest applied one, which is refused otherwise."""
