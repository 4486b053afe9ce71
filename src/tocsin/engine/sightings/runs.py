"""Many events of one camera and kind become one sighting: enough strong ones in a window, a least dwell, and a calm that ends it.

Hysteresis: an event of `keep_score` keeps a run alive, one of `least_score` is strong and may raise it. Inertia: the run ends
when nothing counted for `clear_ms`, not with the first event that is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto


@dataclass(frozen=True)
class RunRule:
    """When a run is a sighting. Scores from 0 to 1, times in milliseconds."""

    least_score: float
    keep_score: float
    needed: int
    within_ms: int
    dwell_ms: int
    clear_ms: int


@dataclass(frozen=True)
class Run:
    """A run of events. `strong`: times of the last `needed` strong ones; `raised_ms`: when it became a sighting."""

    first_ms: int
    last_ms: int
    count: int
    strong: tuple[int, ...] = ()
    raised_ms: int | None = None
    best_score: float = 0.0
    best_ms: int = 0

    def is_over(self, now_ms: int, rule: RunRule) -> bool:
        """Whether nothing counted for so long that whatever comes begins another run."""
        return now_ms - self.last_ms > rule.clear_ms


class Step(Enum):
    """What an event did. WEAK: below what counts. LATE: older than the newest of the run. BEGAN: another run. ON: it goes on.
    RAISED: the run is a sighting from here on (it may have begun with the same event).
    """

    WEAK = auto()
    LATE = auto()
    BEGAN = auto()
    ON = auto()
    RAISED = auto()


def advance(run: Run | None, at_ms: int, score: float, rule: RunRule) -> tuple[Run | None, Step]:
    """The run after one more event, and what it did.

    >>> rule = RunRule(0.6, 0.4, 2, 10_000, 0, 60_000)
    >>> run, step = advance(None, 0, 0.7, rule)
    >>> step, advance(run, 5_000, 0.8, rule)[1]
    (<Step.BEGAN: 3>, <Step.RAISED: 5>)
    """
    if score < rule.keep_score:
        return run, Step.WEAK
    if run is not None and at_ms < run.last_ms:
        return run, Step.LATE
    began = run is None or run.is_over(at_ms, rule)
    if run is None or began:
        run = Run(at_ms, at_ms, 0)
    strong = (*run.strong, at_ms)[-rule.needed :] if score >= rule.least_score else run.strong
    better = score > run.best_score
    run = replace(
        run,
        last_ms=at_ms,
        count=run.count + 1,
        strong=strong,
        best_score=score if better else run.best_score,
        best_ms=at_ms if better else run.best_ms,
    )
    if run.raised_ms is None and score >= rule.least_score and _is_enough(run, at_ms, rule):
        return replace(run, raised_ms=at_ms), Step.RAISED
    return run, Step.BEGAN if began else Step.ON


def runs_of(events: Iterable[tuple[int, float]], rule: RunRule) -> list[Run]:
    """All runs of events in the order in which they came, the last as it stands."""
    found: list[Run] = []
    run: Run | None = None
    for at_ms, score in events:
        after, step = advance(run, at_ms, score, rule)
        if step in (Step.WEAK, Step.LATE) or after is None:
            continue
        if run is None or after.first_ms != run.first_ms or after.count == 1:
            found.append(after)
        found[-1] = run = after
    return found


def _is_enough(run: Run, at_ms: int, rule: RunRule) -> bool:
    full = len(run.strong) == rule.needed and at_ms - run.strong[0] <= rule.within_ms
    return full and at_ms - run.first_ms >= rule.dwell_ms
