"""Whether people stay in a plant behind a fall of its load: what they use goes on while a machine is mended, and goes out when
they go home.
"""

from enum import Enum

import numpy as np

from tocsin.engine.work.devices.falls import Fall
from tocsin.engine.work.devices.figures import StopFigures
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Firm, Role
from tocsin.engine.work.load.model import Load, Running


class Crew(Enum):
    """What the people of a plant did behind a fall."""

    STAYS = "stays"
    LEAVES = "leaves"
    UNKNOWN = "unknown"


def crew_behind(firm: Firm, load: Load, fall: Fall, seen: int, figures: StopFigures) -> Crew:
    """What the crew did until the quarter `seen` (its record included), by the office where it has a meter, by what machines that
    stand ready draw, and by the connection: who leaves on one of them has left, else who stays on one of them stays.
    """
    told = [_by_office(firm, load, seen, figures), *_by_machines(load, fall, seen, figures)]
    return Crew.LEAVES if Crew.LEAVES in told else Crew.STAYS if Crew.STAYS in told else Crew.UNKNOWN


def _by_office(firm: Firm, load: Load, seen: int, figures: StopFigures) -> Crew:
    """Its last half hour against the same of days at work."""
    rows = [row for row, meter in enumerate(firm.meters) if meter.role is Role.OFFICE]
    first = max(0, seen - round(figures.history_d) * QUARTERS_OF_A_DAY)
    if not rows or seen - first < figures.least_days * QUARTERS_OF_A_DAY:
        return Crew.UNKNOWN
    kw = firm.kw[rows].astype(np.float64).sum(axis=0)
    at_work = [at for at in range(seen - QUARTERS_OF_A_DAY, first, -QUARTERS_OF_A_DAY) if load.state[at] == Running.YES]
    usual, least = kw[at_work], float(np.nanpercentile(kw[first:seen], 10)) if np.isfinite(kw[first:seen]).any() else np.nan
    usual = usual[np.isfinite(usual)]
    if len(usual) < figures.least_days:
        return Crew.UNKNOWN
    return _of(float(np.mean(kw[seen - 1 : seen + 1])) - least, float(np.median(usual)) - least, 0.5 * least, figures)


def _by_machines(load: Load, fall: Fall, seen: int, figures: StopFigures) -> list[Crew]:
    """The last half hour against what was drawn behind the fall: by lines, and by the connection once fans have run out."""
    series = [(load.kw.astype(np.float64) / fall.before_kw, 1)] if fall.metered else []
    if load.whole is not None:
        before = float(np.mean(load.whole.share[fall.at - figures.before_quarters : fall.at]))
        if before >= figures.low_share:
            series.append((load.whole.share.astype(np.float64) / before, 2))
    crews = []
    for share, behind in series:
        now, there = share[seen - 1 : seen + 1], share[fall.at + behind : fall.at + behind + 2]
        crews.append(_of(float(np.mean(now)), float(np.min(there)), figures.crew_least, figures))
    return crews


def _of(now: float, there: float, least: float, figures: StopFigures) -> Crew:
    """By what is drawn `now` and what people who are `there` draw, if that is `least` or more."""
    if not there >= least or not np.isfinite(now):
        return Crew.UNKNOWN
    return Crew.LEAVES if now < figures.crew_left * there else Crew.STAYS if now > figures.crew_stays * there else Crew.UNKNOWN
