"""Essential loads that are lost: main fan, refrigeration, or the supply of the whole plant."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import EssentialFigures
from tocsin.engine.work.devices.spans import runs_of
from tocsin.engine.work.devices.view import Floats, View
from tocsin.engine.work.firm import FEEDING, QUARTER_MS, QUARTERS_OF_A_DAY, Episode, EpisodeKind, Role
from tocsin.engine.work.load.model import Load, Running


def essential_lost(view: View, load: Load, figures: EssentialFigures) -> list[Episode]:
    """Episodes of all essential loads and of the supply."""
    cut = _cut(view, figures)
    episodes = _episodes(view, cut, figures.quarters, "", ("supply_cut", 1.0), figures)
    for index in view.of(Role.PROTECTIVE):
        if view.firm.meters[index].protects is None:
            lost = _gone(view.kw[index], figures) & ~cut
            told = (view.firm.meters[index].id, ("load_dead", figures.gone))
            episodes += _episodes(view, lost, figures.quarters, *told, figures)
    if view.firm.trade in figures.trades and not any(view.firm.meters[i].protects is None for i in view.of(Role.PROTECTIVE)):
        sunk = _sunk(view, load, figures) & ~cut
        episodes += _episodes(view, sunk, figures.low_quarters, "", ("base_sunk", figures.sunk), figures)
    return sorted(episodes, key=lambda episode: episode.start_ms)


def _cut(view: View, figures: EssentialFigures) -> NDArray[np.bool_]:
    """Quarters in which nothing at all flows: the connection at zero, or unread while every load that never rests is at zero;
    and no meter shows anything. Where the sun on a roof without a meter may just balance the load, a load that never rests must
    be at zero too.
    """
    nothing = figures.dead * _usual(np.abs(view.total), figures)
    dead = (np.abs(view.total) <= nothing) & (nothing > 0)
    silent = ~np.isfinite(view.total)
    balanced = np.isfinite(view.total) & ~np.isfinite(view.gross)
    resting = np.zeros(len(silent), np.int64)
    for index, meter in enumerate(view.firm.meters):
        if meter.role == Role.TOTAL:
            continue
        kw = view.kw[index]
        dead &= ~(np.abs(kw) > nothing)  # own generation goes down with the supply too
        if meter.role in FEEDING or not (silent.any() or (dead & balanced).any()):
            continue
        never = _least(kw, 1, figures) > 0
        resting += never & (kw <= 0)
        silent &= ~(never & ~(kw <= 0))
    return np.asarray((dead & ~(balanced & (resting == 0))) | (silent & (resting >= figures.voices)))


def _sunk(view: View, load: Load, figures: EssentialFigures) -> NDArray[np.bool_]:
    """Quarters at rest in which what has no meter takes far less than ever at rest: the fan or the compressors are among it."""
    behind = [index for index, meter in enumerate(view.firm.meters) if meter.role != Role.TOTAL and meter.role not in FEEDING]
    base = view.gross - view.kw[behind].sum(axis=0)
    base[load.state == Running.YES] = np.nan
    least = _least(base, figures.low_quarters, figures)
    return (base <= figures.sunk * least) & (least > 0)


def _gone(kw: Floats, figures: EssentialFigures) -> NDArray[np.bool_]:
    """Quarters in which a load that never rests takes nothing, or for long far less than ever. The first `failure_h` of each such
    stretch are no habit, or a second failure would be taken for one.
    """
    habit, gone = kw.copy(), np.zeros(len(kw), np.bool_)
    while True:
        found = _gone_by(kw, habit, figures)
        if not (found & ~gone).any():
            return gone
        gone |= found
        for a, b in runs_of(gone):
            if b - a >= figures.quarters:
                habit[a : min(b, a + round(figures.failure_h * 4))] = np.nan


def _gone_by(kw: Floats, habit: Floats, figures: EssentialFigures) -> NDArray[np.bool_]:
    """The same by the readings that make the habit."""
    usual = _usual(habit, figures)
    dead = kw <= figures.gone * usual
    least = _least(habit, figures.low_quarters, figures)
    low = (kw <= figures.low * least) & (least > 0)
    for a, b in runs_of(low):
        if b - a < figures.low_quarters:
            low[a:b] = False
    never = _least(habit, figures.quarters, figures) > figures.gone * usual
    return np.asarray((dead & never) | low)


def _usual(kw: Floats, figures: EssentialFigures) -> Floats:
    """Per quarter: the median of the days before; NaN while there is no habit."""
    usual = np.full(len(kw), np.nan)
    for day in range(len(kw) // QUARTERS_OF_A_DAY):
        past = kw[max(0, day - round(figures.history_d)) * QUARTERS_OF_A_DAY : day * QUARTERS_OF_A_DAY]
        past = past[np.isfinite(past)]
        if len(past) >= figures.learn_d * QUARTERS_OF_A_DAY:
            usual[day * QUARTERS_OF_A_DAY : (day + 1) * QUARTERS_OF_A_DAY] = np.median(past)
    return usual


def _least(kw: Floats, width: int, figures: EssentialFigures) -> Floats:
    """Per quarter: the least that the load kept up over `width` quarters in the days before; NaN while there is no habit."""
    kept = np.full(len(kw), np.nan)
    if len(kw) >= width:
        kept[width - 1 :] = sliding_window_view(kw, width).max(axis=1)
    days = len(kw) // QUARTERS_OF_A_DAY
    least = np.full(len(kw), np.nan)
    for day in range(days):
        past = kept[max(0, day - round(figures.history_d)) * QUARTERS_OF_A_DAY : day * QUARTERS_OF_A_DAY]
        past = past[np.isfinite(past)]
        if len(past) >= figures.learn_d * QUARTERS_OF_A_DAY:
            least[day * QUARTERS_OF_A_DAY : (day + 1) * QUARTERS_OF_A_DAY] = np.percentile(past, 0.5)
    return least


def _episodes(
    view: View, lost: NDArray[np.bool_], quarters: int, meter: str, why: tuple[str, float], figures: EssentialFigures
) -> list[Episode]:
    """One for each stretch of `lost` of at least so many quarters, told when they have passed."""
    days = view.firm.days
    kind, chance = EpisodeKind.ESSENTIAL_LOAD_LOST, figures.probability
    return [
        Episode(days.ms(a), days.ms(b), kind, chance, days.ms(a + quarters - 1) + QUARTER_MS, meter, (why,))
        for a, b in runs_of(lost)
        if b - a >= quarters
    ]
