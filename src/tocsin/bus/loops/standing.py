"""How a loop stands: its last round, how late it began, what failed; kept in rows that every process can read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from tocsin.bus.models import LoopState

FAILING_AFTER = timedelta(seconds=30)
FAILING_ROUNDS = 3
SILENT_AFTER = timedelta(seconds=60)  # a worker that says nothing for so long is gone, or hangs
FORGOTTEN_AFTER = timedelta(minutes=10)


class Health(StrEnum):
    """What is said of a loop."""

    GOOD = "good"
    STUMBLED = "stumbled"
    """Its last round failed; it tries again by itself."""
    FAILING = "failing"
    """It fails again and again: somebody has to look."""
    SILENT = "silent"
    """Its worker does not say how it stands any more."""
    WAITING = "waiting"
    """Another worker runs it."""


@dataclass
class Standing:
    """The figures of one loop in one worker, as the driver keeps them. Times are the machine's."""

    name: str
    period_s: float
    began_at: datetime | None = None
    took_s: float = 0.0
    lag_s: float = 0.0
    behind: int = 0
    rounds: int = 0
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    waits: bool = False

    def begin(self, *, lag_s: float) -> None:
        """A round begins, so many seconds after it could have begun."""
        self.began_at, self.lag_s, self.waits = timezone.now(), max(self.lag_s, lag_s), False

    def end(self, *, took_s: float) -> bool:
        """The round is done; whether it failed before and does no more."""
        recovered = self.failures > 0
        self.took_s, self.rounds = took_s, self.rounds + 1
        self.failures, self.failing_since, self.error = 0, None, ""
        return recovered

    def fail(self, error: BaseException) -> None:
        """The round failed."""
        self.failures += 1
        self.failing_since = self.failing_since or timezone.now()
        self.error = f"{type(error).__name__}: {error}"[:500]

    @property
    def health(self) -> Health:
        """By the figures alone; the worker speaks, so never silent."""
        return health_of(failures=self.failures, failing_since=self.failing_since, waits=self.waits, now=timezone.now())


def health_of(*, failures: int, failing_since: datetime | None, waits: bool, now: datetime) -> Health:
    """A loop stumbles at once and keeps failing after three rounds and half a minute.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> health_of(failures=9, failing_since=now - timedelta(seconds=31), waits=False, now=now).value
    'failing'
    """
    if failures >= FAILING_ROUNDS and failing_since is not None and now - failing_since >= FAILING_AFTER:
        return Health.FAILING
    if failures:
        return Health.STUMBLED
    return Health.WAITING if waits else Health.GOOD


def write_standings(worker: str, standings: list[Standing]) -> None:
    """The rows of this worker as they are now; rows of workers that have said nothing for long are dropped."""
    now = timezone.now()
    rows = [
        LoopState(
            name=one.name,
            worker=worker,
            period_s=one.period_s,
            began_at=one.began_at,
            took_ms=round(one.took_s * 1000),
            lag_ms=round(one.lag_s * 1000),
            behind=one.behind,
            rounds=one.rounds,
            failures=one.failures,
            failing_since=one.failing_since,
            error=one.error,
            waits=one.waits,
            said_at=now,
        )
        for one in standings
    ]
    fields = [field.name for field in LoopState._meta.concrete_fields if field.name not in ("id", "name", "worker")]
    LoopState.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name", "worker"], update_fields=fields)
    LoopState.objects.filter(said_at__lt=now - FORGOTTEN_AFTER).delete()


def forget_worker(worker: str) -> None:
    """A worker that ends in good order leaves no rows."""
    LoopState.objects.filter(worker=worker).delete()


@dataclass(frozen=True)
class LoopShown:
    """One loop of one worker, as people read it."""

    name: str
    worker: str
    health: Health
    period_s: float
    began_at: datetime | None
    took_ms: int
    lag_ms: int
    behind: int
    rounds: int
    failures: int
    failing_since: datetime | None
    error: str
    said_at: datetime


def loops_shown(*, now: datetime) -> list[LoopShown]:
    """Every loop that a worker has spoken of lately, the worst first."""
    shown = [
        LoopShown(
            name=row.name,
            worker=row.worker,
            health=_health(row, now),
            period_s=row.period_s,
            began_at=row.began_at,
            took_ms=row.took_ms,
            lag_ms=row.lag_ms,
            behind=row.behind,
            rounds=row.rounds,
            failures=row.failures,
            failing_since=row.failing_since,
            error=row.error,
            said_at=row.said_at,
        )
        for row in LoopState.objects.all()
    ]
    return sorted(shown, key=lambda row: (_WORST.index(row.health), row.name, row.worker))


_WORST = (Health.FAILING, Health.SILENT, Health.STUMBLED, Health.GOOD, Health.WAITING)


def _health(row: LoopState, now: datetime) -> Health:
    if now - row.said_at > SILENT_AFTER:
        return Health.SILENT
    return health_of(failures=row.failures, failing_since=row.failing_since, waits=row.waits, now=now)
