"""What of a firm a stop is about, as one row of quarters."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, WHOLE, Firm
from tocsin.engine.work.load import Line, Load
from tocsin.engine.work.load.model import Running, Shares
from tocsin.engine.work.production.clutter import clutter_of
from tocsin.engine.work.production.figures import ProductionFigures


@dataclass(frozen=True, eq=False)
class Scope:
    """Of quarters: `running` uint8 (`Running`), `share` float32 of the normal level of the scope, `joint` bool: several lines
    ran, `guarded` bool: a line's protective device ran and its meter showed no work, `guard` float32: its share of its usual
    power. `mixed` bool: only a curve speaks on which other loads hang too, and `clutter` float32 is what those seldom pass.
    """

    running: NDArray[np.uint8]
    share: Shares
    joint: NDArray[np.bool_]
    guarded: NDArray[np.bool_]
    guard: Shares
    mixed: NDArray[np.bool_]
    clutter: Shares


def scope_of(firm: Firm, load: Load, scope: str, figures: ProductionFigures) -> Scope | None:
    """The row of a stop's scope: all lines, one metered line, or what has no meter; None where no curve speaks of it."""
    if scope == WHOLE:
        lines = load.lines
    else:
        line = load.line(scope)
        lines = (line,) if line else ()
    if lines:
        told = _of_lines(lines, figures.guard_share)
        return _with_whole(told, _of_mixed(firm, load.whole, figures)) if scope == WHOLE and load.whole else told
    left = load.whole if scope == WHOLE or load.unmetered is None else load.unmetered
    return None if left is None else _of_mixed(firm, left, figures)


def _of_lines(lines: tuple[Line, ...], guard_share: float) -> Scope:
    states = np.stack([line.state for line in lines])
    spans = np.stack([np.repeat(line.span_kw, QUARTERS_OF_A_DAY) for line in lines])
    shares = np.stack([line.share for line in lines])
    known = np.isfinite(shares)
    weight = np.where(known, spans, 0.0)
    total = weight.sum(axis=0)
    share = np.where(total > 0, np.nansum(shares * weight, axis=0) / np.maximum(total, 1e-9), np.nan)
    ran = states == Running.YES
    running = np.where(
        ran.any(axis=0),
        Running.YES,
        np.where((states == Running.LOW).any(axis=0), Running.LOW, np.where(known.all(axis=0), Running.NO, Running.CANNOT_TELL)),
    )
    guards = np.stack([line.guard for line in lines])
    alone = np.where((guards >= guard_share) & ~ran, guards, 0.0)
    guard = alone.max(axis=0).astype(np.float32)
    nothing = np.zeros(len(share), np.bool_)
    return Scope(
        running.astype(np.uint8),
        share.astype(np.float32),
        ran.sum(axis=0) > 1,
        guard > 0.0,
        guard,
        nothing,
        np.zeros(len(share), np.float32),
    )


def _of_mixed(firm: Firm, line: Line, figures: ProductionFigures) -> Scope:
    nothing = np.zeros(len(line.share), np.bool_)
    clutter = np.repeat(clutter_of(firm, line, figures), QUARTERS_OF_A_DAY)
    return Scope(line.state, line.share, nothing, nothing, np.zeros(len(line.share), np.float32), ~nothing, clutter)


def _with_whole(told: Scope, whole: Scope) -> Scope:
    """Where no process meter tells, the grid connection does."""
    blind = told.running == Running.CANNOT_TELL
    return replace(
        told,
        running=np.where(blind, whole.running, told.running),
        share=np.where(blind, whole.share, told.share),
        mixed=blind,
        clutter=np.where(blind, whole.clutter, 0.0).astype(np.float32),
    )
