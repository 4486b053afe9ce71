"""How a platform that tells of firms stands: silence is not health."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tocsin.federation.rules.outcomes import Reason


class Standing(StrEnum):
    """What there is to say of a platform, the worst first."""

    DEAD = "dead"  # nothing new for so long that verdicts do without it
    FAILING = "failing"  # the last try failed
    LATE = "late"  # nothing new for longer than it should take
    WAITING = "waiting"  # joined a while ago, nothing has come yet
    ALIVE = "alive"
    PARTED = "parted"  # no longer in the settings


COLOURS = {
    Standing.DEAD: "red",
    Standing.FAILING: "yellow",
    Standing.LATE: "yellow",
    Standing.WAITING: "grey",
    Standing.ALIVE: "green",
    Standing.PARTED: "grey",
}


@dataclass(frozen=True)
class PlatformVerdict:
    """How it stands, and for how many hours nothing new has come (since it was joined, where nothing ever came)."""

    standing: Standing
    silent_h: float

    @property
    def colour(self) -> str:
        """green, yellow, red, or grey."""
        return COLOURS[self.standing]


def verdict_on(
    *,
    joined_at: datetime,
    last_good_at: datetime | None,
    failed: bool,
    is_set_up: bool,
    late_h: float,
    dead_h: float,
    now: datetime,
) -> PlatformVerdict:
    """How a platform stands at `now`; both limits belong to the worse verdict.

    What counts is when something new came, not what it was stamped: a platform that delivers the day before every morning is
    alive, one that sends the same records again and again is not.
    """
    silent_h = max(0.0, (now - (last_good_at or joined_at)).total_seconds() / 3600.0)
    if not is_set_up:
        standing = Standing.PARTED
    elif silent_h >= dead_h:
        standing = Standing.DEAD
    elif failed:
        standing = Standing.FAILING
    elif silent_h >= late_h:
        standing = Standing.LATE
    else:
        standing = Standing.ALIVE if last_good_at is not None else Standing.WAITING
    return PlatformVerdict(standing, silent_h)


class Found(StrEnum):
    """What one step of a trial came to."""

    GOOD = "good"
    NOTE = "note"  # nothing wrong, but worth knowing
    WRONG = "wrong"


@dataclass(frozen=True)
class Step:
    """One thing that was looked at."""

    found: Found
    reason: Reason


@dataclass(frozen=True)
class TriedRecord:
    """One record as it would be taken: its place, the fields that were read of it, or why it would be refused."""

    position: int
    written: str
    fields: tuple[tuple[str, str], ...]
    refused: Reason | None


@dataclass
class DryRun:
    """What a platform answered. `sample`: paths of its first record with their values. `problem`: why nothing could be read, and
    `beginning` how the answer begins then. `rows`, `good`: all records, and those that would be taken.
    """

    rows: int = 0
    good: int = 0
    sample: list[tuple[str, str]] = field(default_factory=list)
    records: list[TriedRecord] = field(default_factory=list)
    problem: Reason | None = None
    beginning: str = ""
