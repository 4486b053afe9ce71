"""What of a firm a stop is about, as one row of quarters."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, WHOLE, Firm
from tocsin.engine.work.load.model import Line, Load, Running, Shares
from tocsin.engine.work.load.orders import Stop
from tocsin.engine.work.production.clutter import clutter_of, idle_quarters
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR
from tocsin.engine.work.production.unmetered import line_without_meter

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scope:
    """Of quarters: `running` uint8 (`Running`), `share` float32 of the normal level of the scope, `test_hours` bool: hours in
    which a line may be tried out. `joint` bool: several lines ran. `guarded` bool: a line's protective device ran and its meter
    showed no work, `guard` float32: its share of its usual power. `mixed` bool: only a curve speaks on which other loads hang
    too, and `clutter` float32 is what those seldom pass. `of_all` float32: share of the normal level of the whole firm by its
    connection.
    """

    running: NDArray[np.uint8]
    share: Shares
    test_hours: Flags
    joint: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    guarded: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    mixed: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    guard: Shares = field(default_factory=lambda: np.zeros(0, np.float32))
    clutter: Shares = field(default_factory=lambda: np.zeros(0, np.float32))
    of_all: Shares = field(default_factory=lambda: np.zeros(0, np.float32))
    by_step: bool = False

    def __post_init__(self) -> None:
        """Rows that were not given say nothing."""
        size = len(self.share)
        for name in ("joint", "guarded", "mixed"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.zeros(size, np.bool_))
        for name, nothing in (("guard", 0.0), ("clutter", 0.0), ("of_all", np.nan)):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.full(size, nothing, np.float32))


def scope_of_stop(firm: Firm, load: Load, stop: Stop, figures: ProductionFigures) -> Scope | None:
    """The row of a stop's scope: all of the firm, one metered line, or one without meter; None where no curve speaks of it."""
    if stop.scope == WHOLE:
        return whole_scope(firm, load, figures)
    tests = test_hours_of(firm, figures)
    line = load.line(stop.scope)
    if line is not None:
        return _of_lines((line,), tests, figures)
    told = line_without_meter(load, stop, figures)
    if told is None:
        return None
    unknown = np.full(len(tests), figures.clutter_unknown, np.float32)
    return Scope(*told, tests, mixed=np.ones(len(tests), np.bool_), clutter=unknown, by_step=True)


def whole_scope(firm: Firm, load: Load, figures: ProductionFigures) -> Scope | None:
    """All of the firm: its lines, where they tell nothing its connection; None where no curve speaks."""
    tests = test_hours_of(firm, figures)
    whole = None if load.whole is None else _of_connection(firm, load.whole, tests, figures)
    if not load.lines:
        return whole
    told = _of_lines(load.lines, tests, figures)
    return told if whole is None else _with_connection(told, whole)


def _of_lines(lines: tuple[Line, ...], tests: Flags, figures: ProductionFigures) -> Scope:
    states = np.stack([line.state for line in lines])
    spans = np.stack([np.repeat(line.span_kw, QUARTERS_OF_A_DAY) for line in lines])
    shares = np.stack([line.share for line in lines])
    known = np.isfinite(shares)
    weight = np.where(known, spans, 0.0)
    total = weight.sum(axis=0)
    share = np.where(total > 0, np.nansum(shares * weight, axis=0) / np.maximum(total, 1e-9), np.nan).astype(np.float32)
    ran, slow = states == Running.YES, states == Running.LOW
    still = np.where(known.all(axis=0), Running.NO, Running.CANNOT_TELL)
    running = np.where(ran.any(axis=0), Running.YES, np.where(slow.any(axis=0), Running.LOW, still)).astype(np.uint8)
    guards = np.stack([line.guard for line in lines])
    guard = np.where((guards >= figures.guard_share) & ~ran, guards, 0.0).max(axis=0).astype(np.float32)
    return Scope(running, share, tests, joint=ran.sum(axis=0) > 1, guarded=guard > 0.0, guard=guard)


def _of_connection(firm: Firm, line: Line, tests: Flags, figures: ProductionFigures) -> Scope:
    clutter = np.repeat(clutter_of(firm, line, figures), QUARTERS_OF_A_DAY)
    return Scope(line.state, line.share, tests, mixed=np.ones(len(tests), np.bool_), clutter=clutter, of_all=line.share)


def _with_connection(scope: Scope, whole: Scope) -> Scope:
    """Where no process meter tells, the grid connection does."""
    blind = scope.running == Running.CANNOT_TELL
    return replace(
        scope,
        running=np.where(blind, whole.running, scope.running),
        share=np.where(blind, whole.share, scope.share),
        mixed=blind,
        clutter=np.where(blind, whole.clutter, 0.0).astype(np.float32),
        of_all=whole.share,
    )


def test_hours_of(firm: Firm, figures: ProductionFigures) -> Flags:
    """Quarters of the day, and of the shifts of plants that are registered for the night, bool[quarters]."""
    quarter = np.arange(QUARTERS_OF_A_DAY)
    hours = (quarter >= figures.test_from_h * HOUR) & (quarter < figures.test_to_h * HOUR)
    idle = idle_quarters(firm, margin_h=0)
    works_by_night = idle.any() and bool(idle[hours].mean() > 0.5)
    return np.tile(hours | ~idle if works_by_night else hours, len(firm.days))
