"""A plant in production that stops all at once and unplanned.

What a sudden stop looks like in the curve is what the end of every shift looks like. They differ by habit only: at this hour,
does this plant go on? How long are its ordinary pauses? A stop is told once it has outlasted them, where the plant would have
gone on.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.expectation import last_day
from tocsin.engine.work.devices.crew import Crew, crew_behind
from tocsin.engine.work.devices.falls import Fall, falls_of
from tocsin.engine.work.devices.figures import StopFigures
from tocsin.engine.work.devices.spans import runs_of
from tocsin.engine.work.firm import QUARTER_MS, QUARTERS_OF_A_DAY, WHOLE, DayKind, Episode, EpisodeKind, Firm, Order, OrderKind
from tocsin.engine.work.load.model import Grounds, Line, Load

MINUTES_OF_A_DAY = 1440
QUARTERS_OF_AN_HOUR = 4


@dataclass(frozen=True)
class _Look:
    """A fall as it is looked at once it has lasted. `wait`: quarters that an ordinary pause may last; `asked`: days on which the
    plant ran at that hour, `on`: those on which it went on; `left`: hours of registered work ahead, 24 where none ends;
    `cut`: supply or an essential load was lost with it; `told`: the last quarter needed; `lasted`: it outlasted the pauses, and
    what was lost; `crew`: what its people did.
    """

    wait: int
    asked: int
    on: int
    left: float
    cut: bool
    told: int
    lasted: bool
    crew: Crew


def sudden_stops(firm: Firm, load: Load, lost: list[Episode], figures: StopFigures) -> list[Episode]:
    """Stops of the whole firm. `lost`: essential loads and supply; a plant that goes down with them is told there,
    and here too where it stays down."""
    kw = load.kw.astype(np.float64)
    normal = np.repeat(load.normal_kw.astype(np.float64), QUARTERS_OF_A_DAY)
    producing = np.where(load.grounds == Grounds.PROCESS, figures.producing, figures.producing_total)
    with np.errstate(invalid="ignore"):
        up = np.where(np.isfinite(kw) & np.isfinite(normal), kw > 0.5 * producing * normal, -1).astype(np.int8)
    gone = [(firm.days.quarter(episode.start_ms), firm.days.quarter(episode.end_ms)) for episode in lost]
    cuts = [span for span, episode in zip(gone, lost, strict=True) if not episode.meter]
    falls = [fall for fall in falls_of(load, figures, cuts) if not _is_planned(firm, fall, figures)]
    episodes: list[Episode] = []
    past: list[tuple[Fall, float]] = []  # falls that the plant was seen to have, and their chance of having been ordinary
    for fall in falls:
        ends = [b for a, b in gone if a - 4 <= fall.at < b]
        look = _look(firm, load, fall, falls, up, max(ends, default=None), figures)
        chance, told = _first_told(past, fall, look, figures)
        if _may_be_cut(look, figures):
            chance, told = max(chance, figures.cut_chance), look.told
        elif not look.lasted or not _was_to_go_on(firm, fall, look, figures):
            chance = 0.0
        if chance > 0.0:
            episodes.append(_episode(firm, fall, look, told, chance, sum(share for _, share in past), figures))
        if look.on >= figures.goes_on * look.asked and _in_hours(firm, fall.at):
            past.append((fall, 1.0 - chance))
    return episodes


def _least_on(firm: Firm, fall: Fall, figures: StopFigures) -> float:
    """Share of days on which the plant must have gone on at that hour: all of them on a holiday and where a crew changes."""
    begins, ends = _edges(firm)
    changes = [_is_about(at, begins & ends, figures.change_min) for at in (fall.at, fall.at + fall.partly)]
    holiday = firm.days.kind[fall.at // QUARTERS_OF_A_DAY] == DayKind.HOLIDAY
    return 1.0 if holiday or any(changes) else figures.goes_on


def _was_to_go_on(firm: Firm, fall: Fall, look: _Look, figures: StopFigures) -> bool:
    """Whether the plant uses to work on at that hour; in registered hours people who stay say so, too, but for holidays and
    changes of crews.
    """
    least = _least_on(firm, fall, figures)
    if look.crew is Crew.STAYS and least < 1.0 and _in_hours(firm, fall.at):
        return True
    return look.asked >= figures.least_days and look.on >= least * look.asked


def _is_planned(firm: Firm, fall: Fall, figures: StopFigures) -> bool:
    """Whether a fall is at such a time; the next quarter counts too where work went on into the first."""
    return planned(firm, fall.at, figures) or (fall.partly and planned(firm, fall.at + 1, figures))


def _first_told(past: list[tuple[Fall, float]], fall: Fall, look: _Look, figures: StopFigures) -> tuple[float, int]:
    """Probability of a sudden stop, and the last quarter that it rests on: the first in which one is likelier than not, else the
    first of all. A line that falls alone in a plant that works around the clock may be repaired, and the less so the longer it
    lasts; then only repairs count that were as long. Elsewhere an early end of work lasts until the next day, too.
    """
    least, days = look.told + 1 - fall.at, fall.at / QUARTERS_OF_A_DAY
    alone = fall.lines <= 1 and look.left >= 24.0
    longest = min(fall.length, figures.longest_quarters) if alone else least
    first = 0.0
    for lasted in range(least, max(least, longest) + 1):
        ordinary = sum(share for other, share in past if not alone or other.length >= lasted)
        longer_h = (lasted - least) / QUARTERS_OF_AN_HOUR if alone else None
        chance = chance_of(
            ordinary, days, look.left, figures, lines=fall.lines, apart=fall.apart, longer_h=longer_h, crew=look.crew
        )
        if chance >= 0.5:
            return chance, fall.at + lasted - 1
        first = first or chance
    return first, look.told


def _may_be_cut(look: _Look, figures: StopFigures) -> bool:
    """Whether the plant went down with its supply and stayed down, where work was to go on for an hour at least."""
    goes_on = look.asked < figures.least_days or look.on >= figures.cut_goes_on * look.asked
    return look.cut and look.lasted and look.left >= 1.0 and goes_on


def _ran(load: Load, fall: Fall, figures: StopFigures) -> list[Line]:
    """The lines with a meter that worked just before the fall."""
    before = slice(fall.at - figures.before_quarters, fall.at)
    return [line for line in load.lines if (line.share[before] >= figures.low_share).any()]


def _holds(load: Load, fall: Fall, figures: StopFigures) -> int:
    """Quarters after which the lines that ran are no longer down together by an ordinary pause (melts, batches, lunch): as long
    as that of the line which pauses least.
    """
    lines = _ran(load, fall, figures) if fall.metered else [load.whole] if load.whole else []
    first = max(0, fall.at - round(figures.history_d) * QUARTERS_OF_A_DAY)
    holds = []
    for line in lines:
        low = line.share[first : fall.at] < figures.low_share
        pauses = [b - a for a, b in runs_of(low) if b - a < figures.hold_quarters]
        often = len(pauses) >= figures.hold_often
        holds.append(round(float(np.percentile(pauses, 98))) + 1 if often else 0)
    return min(holds, default=0)


def planned(firm: Firm, at: int, figures: StopFigures) -> bool:
    """The registered work begins or ends about then, the day turns (at midnight, or with the first shift, since a plant that
    works around the clock rests from then on), or a stop was ordered or planned.
    """
    begins, ends = _edges(firm)
    turns = {0, *(begin % MINUTES_OF_A_DAY for begin, _ in firm.shifts[:1])}
    if _is_about(at, begins ^ ends, figures.turn_min) or _is_about(at, turns, figures.change_min):
        return True
    day = firm.days.dates[at // QUARTERS_OF_A_DAY]
    return any(_is_ordered(firm, order, day, figures) for order in firm.orders)


def _is_about(at: int, turns: set[int], allowed: int) -> bool:
    """Whether a quarter begins within so many minutes of one of the minutes of the day."""
    minute = at % QUARTERS_OF_A_DAY * MINUTES_OF_A_DAY // QUARTERS_OF_A_DAY
    return any(min(abs(minute - turn), MINUTES_OF_A_DAY - abs(minute - turn)) <= allowed for turn in turns)


def _edges(firm: Firm) -> tuple[set[int], set[int]]:
    """Minutes of the day at which registered shifts begin and end."""
    return {begin % MINUTES_OF_A_DAY for begin, _ in firm.shifts}, {end % MINUTES_OF_A_DAY for _, end in firm.shifts}


def _is_ordered(firm: Firm, order: Order, day: date, figures: StopFigures) -> bool:
    """Whether an order explains a fall of all lines on a day: one on the whole firm from the day before it to its end, one on a
    line only about its first day, since that line stands then and the others went on.
    """
    if order.kind is OrderKind.RESUMPTION or day < order.first - timedelta(days=figures.ahead_d):
        return False
    if order.scope != WHOLE:
        return day <= order.first
    last = last_day(order, firm.orders)
    return last is None or day <= last


def _look(
    firm: Firm, load: Load, fall: Fall, falls: list[Fall], up: NDArray[np.int8], again: int | None, figures: StopFigures
) -> _Look:
    """A fall against the plant's habit. `falls`: all that are not planned; only those before it count. `again`: the quarter in
    which a supply or an essential load came back that was lost with it, None where none was lost.
    """
    past = [other for other in falls if 0 < fall.at - other.at <= figures.history_d * QUARTERS_OF_A_DAY]
    ordinary = [other for other in past if other.length < figures.pause_quarters]
    if again is None:
        wait = max(_wait(fall, ordinary, figures), _holds(load, fall, figures))
        least = fall.at + wait
    else:  # a lost supply is no pause; a plant may run on as soon as it can, or may not
        wait = _least_wait(fall, figures)
        after = figures.cut_still_quarters if _stands_still(load, fall, again, figures) else figures.cut_after_quarters
        least = fall.at + max(wait, min(again + after - fall.at, figures.cut_quarters))
    told = least - 1
    asked, on = _went_on(up, fall.at, wait, figures)
    lasted, left, crew = wait <= figures.longest_wait and told < fall.back, left_h(firm, fall.at), Crew.UNKNOWN
    seen = fall.at + figures.crew_quarters - 1
    if again is None and seen < fall.at + left * QUARTERS_OF_AN_HOUR < fall.at + QUARTERS_OF_A_DAY:
        lasted = lasted and (seen < len(load.kw) or fall.back < len(load.kw))
        crew = crew_behind(firm, load, fall, seen, figures) if seen < fall.back else crew
        told = max(told, min(seen, fall.back))
    return _Look(wait, asked, on, left, again is not None, told, lasted, crew)


def _stands_still(load: Load, fall: Fall, again: int, figures: StopFigures) -> bool:
    """Whether nothing runs up when the supply is back, in the quarter behind `again`: what is drawn is little or even."""
    kw = load.kw[again + 1 : again + figures.cut_still_quarters]
    most, least = float(kw.max(initial=0.0)), float(kw.min(initial=math.inf))
    return len(kw) > 1 and (most <= figures.nearly_nothing * fall.before_kw or most - least <= figures.held_even * most)


def _episode(firm: Firm, fall: Fall, look: _Look, told: int, chance: float, ordinary: float, figures: StopFigures) -> Episode:
    days = firm.days
    return Episode(
        days.ms(fall.at),
        days.ms(min(fall.back, fall.at + figures.longest_quarters)),
        EpisodeKind.SUDDEN_STOP,
        chance,
        days.ms(told) + QUARTER_MS,
        "",
        (
            ("kw_before", fall.before_kw),
            ("kw_after", fall.after_kw),
            ("goes_on", look.on / max(look.asked, 1)),
            ("days_asked", float(look.asked)),
            ("stops_alike", ordinary),
        ),
    )


def chance_of(
    ordinary: float,
    days: float,
    left: float,
    figures: StopFigures,
    *,
    lines: int = 1,
    apart: int = 0,
    longer_h: float | None = None,
    crew: Crew = Crew.UNKNOWN,
) -> float:
    """Probability that a fall of all lines at an hour of work is a sudden stop, not an end of a batch or a trip: how often sudden
    stops happen (`sudden_a_day`) against how often this plant was seen to fall so (`ordinary` times in `days` days), the
    mean of a rate of which `ordinary_before` falls in `ordinary_days` days were taken for granted (gamma prior, Poisson counts).
    `left`: hours until its registered work ends; an early end is likelier near to it. Several `lines` fall at once seldom by
    ends of batches or repairs (`ordinary_together`); that they fall one by one (`apart` quarters) an early end looks like.
    `longer_h`: a line that may be repaired has stood for so long beyond the usual pauses, None where no repair is thought of;
    `repairs_before` more are taken for granted, whose lengths fall off by `repair_h` (exponential). `crew`: people go home at
    early ends (`crew_left_odds`) and hardly ever stay (`crew_stays_odds`).

    >>> figures = StopFigures()
    >>> round(chance_of(0, 100.0, 12.0, figures), 2), round(chance_of(3, 100.0, 12.0, figures), 2)
    (0.71, 0.29)
    >>> round(chance_of(0, 100.0, 12.0, figures, lines=2), 2)
    0.85
    >>> round(chance_of(0, 100.0, 12.0, figures, lines=2, apart=2), 2)
    0.32
    >>> [round(chance_of(0, 100.0, 24.0, figures, longer_h=hours), 2) for hours in (0.0, 2.0, 4.0)]
    [0.29, 0.46, 0.59]
    """
    one_by_one = apart >= figures.apart_quarters
    before = figures.ordinary_together if lines > 1 and not one_by_one else figures.ordinary_before
    if longer_h is not None:
        before += figures.repairs_before * math.exp(-longer_h / figures.repair_h)
    usual = (ordinary + before) / (days + figures.ordinary_days)
    odds = figures.sudden_a_day / usual * (figures.near_end if left < figures.near_end_h else 1.0)
    odds *= figures.one_by_one if one_by_one else 1.0
    odds *= {Crew.LEAVES: figures.crew_left_odds, Crew.STAYS: figures.crew_stays_odds, Crew.UNKNOWN: 1.0}[crew]
    return odds / (1.0 + odds)


def _registered(firm: Firm) -> NDArray[np.bool_]:
    """Minutes of the day in the registered hours, bool[minutes]; all where none are registered."""
    works = np.zeros(MINUTES_OF_A_DAY, np.bool_)
    for begin, end in firm.shifts:
        works[np.arange(begin, end) % MINUTES_OF_A_DAY] = True
    return works if works.any() else ~works


def _in_hours(firm: Firm, at: int) -> bool:
    """Whether a quarter lies in the registered hours: what ends overtime or a night tells nothing about falls in between."""
    return bool(_registered(firm)[at % QUARTERS_OF_A_DAY * MINUTES_OF_A_DAY // QUARTERS_OF_A_DAY])


def left_h(firm: Firm, at: int) -> float:
    """Hours from a quarter until the registered work ends; 24 in a plant that works around the clock and outside of shifts."""
    minute = at % QUARTERS_OF_A_DAY * MINUTES_OF_A_DAY // QUARTERS_OF_A_DAY
    ahead = np.roll(_registered(firm), -minute)
    return 24.0 if ahead.all() or not ahead[0] else float(np.argmin(ahead)) / 60.0


def _least_wait(fall: Fall, figures: StopFigures) -> int:
    """Quarters that any fall must last."""
    return figures.quarters if fall.metered else figures.quarters_total


def _wait(fall: Fall, ordinary: list[Fall], figures: StopFigures) -> int:
    """Quarters a pause must last to be more than an ordinary one of this plant, at such an hour."""
    hour = fall.at % QUARTERS_OF_A_DAY
    pauses = [other for other in ordinary if other.back <= fall.at]
    away = [abs(other.at % QUARTERS_OF_A_DAY - hour) for other in pauses]
    near = [
        other.length
        for other, apart in zip(pauses, away, strict=True)
        if min(apart, QUARTERS_OF_A_DAY - apart) <= figures.around_quarters
    ]
    wait = max(_least_wait(fall, figures), max(near, default=0) + 1)
    if figures.noon_h[0] * 4 <= hour < figures.noon_h[1] * 4:
        wait = max(wait, figures.noon_quarters)
    if len(pauses) >= figures.often:
        wait = max(wait, max(other.length for other in pauses) + 2)
    return wait


def _went_on(up: NDArray[np.int8], at: int, wait: int, figures: StopFigures) -> tuple[int, int]:
    """Days on which the plant was producing before this hour, and those of them on which it was so again after the wait and an
    hour later.
    """
    asked = on = 0
    for day in range(1, round(figures.history_d) + 1):
        quarter = at - day * QUARTERS_OF_A_DAY
        if quarter < QUARTERS_OF_A_DAY // 4:
            break
        before = up[quarter - 4 : quarter]
        soon, later = up[quarter + wait - 2 : quarter + wait + 2], up[quarter + wait + 2 : quarter + wait + 6]
        if (before == 1).sum() >= 2 and (soon >= 0).any() and (later >= 0).any():
            asked += 1
            on += bool((soon == 1).any() and (later == 1).any())
    return asked, on
