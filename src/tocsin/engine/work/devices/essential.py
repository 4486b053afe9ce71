"""Essential loads that are lost: main fan, refrigeration, or the supply of the whole plant."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import EssentialFigures
from tocsin.engine.work.devices.spans import runs_of
from tocsin.engine.work.devices.view import Floats, View
from tocsin.engine.work.firm import QUARTER_MS, QUARTERS_OF_A_DAY, Episode, EpisodeKind, Role


def essential_lost(view: View, figures: EssentialFigures) -> list[Episode]:
    """Episodes of all essential loads and of the supply."""
    cut = _cut(view, figures)
    cuts = runs_of(cut)
    episodes = [_episode(view, a, b, "", ("supply cut", 0.0), figures) for a, b in cuts if b - a >= figures.quarters]
    for index in view.of(Role.PROTECTIVE):
        if view.firm.meters[index].protects is None:
            lost = _gone(view.kw[index], figures) & ~cut
            for a, b in runs_of(lost):
                if b - a >= figures.quarters:
                    level = float(np.nanmedian(view.kw[index][a:b]))
                    episodes.append(_episode(view, a, b, view.firm.meters[index].id, ("kW left", level), figures))
    return sorted(episodes, key=lambda episode: episode.start_ms)


def _cut(view: View, figures: EssentialFigures) -> NDArray[np.bool_]:
    """Quarters in which nothing at all flows: the connection at zero, and no meter behind it shows a load."""
    usual = _least(view.total, 1, figures)
    dead = np.abs(view.total) <= figures.dead * usual
    for index, meter in enumerate(view.firm.meters):
        if meter.role not in (Role.TOTAL, Role.SOLAR):
            dead &= ~(view.kw[index] > figures.dead * np.maximum(usual, 0.0))
    return dead


def _gone(kw: Floats, figures: EssentialFigures) -> NDArray[np.bool_]:
    return kw < figures.gone * _least(kw, figures.quarters, figures)


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


def _episode(view: View, start: int, end: int, meter: str, why: tuple[str, float], figures: EssentialFigures) -> Episode:
    days = view.firm.days
    told = start + figures.quarters - 1
    return Episode(
        days.ms(start),
        days.ms(end),
        EpisodeKind.ESSENTIAL_LOAD_LOST,
        figures.probability,
        days.ms(told) + QUARTER_MS,
        meter,
        (why,),
    )
