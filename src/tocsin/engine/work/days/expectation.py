"""What a day would bring before its evidence: orders in force, the habit of rest days, and whether the plant was up before."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import FULL, IDLE, OVER, PARTIAL, SCALE, STOPPED
from tocsin.engine.work.days.figures import ExpectationFigures
from tocsin.engine.work.firm import WHOLE, DayKind, Firm, Order, OrderKind

MINUTES_OF_A_DAY = 1440

REST_GROUPS = (
    SCALE.state == STOPPED,
    (SCALE.state == IDLE) & SCALE.overhaul,
    (SCALE.state == IDLE) & SCALE.hot,
    (SCALE.state == IDLE) & ~SCALE.overhaul & ~SCALE.hot,
)  # how a plant is without output: shut, in overhaul, its furnaces kept hot, ready


@dataclass(frozen=True)
class Standing:
    """Orders on the whole firm on one day. `first`: it is the first day of a stop; `released`: the first after one."""

    kind: OrderKind | None
    first: bool
    released: bool


def standings(firm: Firm) -> tuple[Standing, ...]:
    """What is in force on each day. A stop without end lasts until a resumption of the same scope."""
    kinds = [_in_force(firm.orders, day) for day in firm.days.dates]
    made: list[Standing] = []
    before: OrderKind | None = None
    for kind in kinds:
        made.append(Standing(kind, first=kind is not None and before is None, released=kind is None and before is not None))
        before = kind
    return tuple(made)


def last_day(order: Order, orders: tuple[Order, ...]) -> date | None:
    """The last day an order is in force; None while it goes on."""
    if order.last is not None:
        return order.last
    ends = [o.first for o in orders if o.kind is OrderKind.RESUMPTION and o.scope == order.scope and o.first > order.first]
    return date.fromordinal(min(ends).toordinal() - 1) if ends else None


def parts_in_force(orders: tuple[Order, ...], day: date) -> tuple[Order, ...]:
    """Stops of parts of the firm that are in force on a day."""
    return tuple(order for order in _stops(orders, day) if order.scope != WHOLE)


def _stops(orders: tuple[Order, ...], day: date) -> list[Order]:
    made = []
    for order in orders:
        last = last_day(order, orders)
        if order.kind is not OrderKind.RESUMPTION and order.first <= day and (last is None or day <= last):
            made.append(order)
    return made


def _in_force(orders: tuple[Order, ...], day: date) -> OrderKind | None:
    """The gravest stop of the whole firm on a day: an order comes before a plan."""
    found = [order.kind for order in _stops(orders, day) if order.scope == WHOLE]
    for kind in (OrderKind.ORDERED_STOP, OrderKind.OVERHAUL, OrderKind.PLANNED_STOP):
        if kind in found:
            return kind
    return None


def round_the_clock(firm: Firm) -> bool:
    """Whether the registered shifts cover the day."""
    return sum(end - begin for begin, end in firm.shifts) >= MINUTES_OF_A_DAY


@dataclass(eq=False)
class Habit:
    """Learns on which kinds of days a plant that is up works: seven weekdays, holidays, make-up days."""

    works: NDArray[np.float64]
    rests: NDArray[np.float64]

    @classmethod
    def of(cls, firm: Firm, figures: ExpectationFigures) -> "Habit":
        """Before anything was seen."""
        if round_the_clock(firm):
            share = [figures.round_the_clock] * 7 + [figures.round_the_clock_holiday, figures.round_the_clock]
        else:
            share = [figures.weekday] * 5 + [figures.saturday, figures.sunday, figures.holiday, figures.make_up]
        works = np.array(share) * figures.habit_days
        return cls(works, figures.habit_days - works)

    def expects(self, day: date, kind: int) -> float:
        """Probability that a plant which is up works on a day."""
        place = _class_of(day, kind)
        return float(self.works[place] / (self.works[place] + self.rests[place]))

    def learn(self, day: date, kind: int, working: float, resting: float) -> None:
        """Takes in a day that was judged: how likely it worked, how likely it rested while up."""
        place = _class_of(day, kind)
        self.works[place] += working
        self.rests[place] += resting


def _class_of(day: date, kind: int) -> int:
    if kind == DayKind.HOLIDAY:
        return 7
    return 8 if kind == DayKind.MAKE_UP else day.weekday()


@cache
def normal_rates(spread: float, over: float, figures: ExpectationFigures) -> NDArray[np.float64]:
    """Probability of each working point on a normal day at work, float64 (points,), sums to 1, not to be written to. `spread`: of
    the output of full days, whose tails shrink with it; `over`: share of days above full.
    """
    made = np.zeros(len(SCALE))
    for state, share, middle, wide in ((PARTIAL, 0.10, 0.5, 0.25), (FULL, 0.90 - over, 1.0, spread), (OVER, over, 1.3, 0.2)):
        at = SCALE.state == state
        tail = figures.rate_tail * (wide / figures.full_spread if state == FULL else 1.0)
        made[at] = np.exp(-0.5 * ((SCALE.output[at] - middle) / wide) ** 2) + tail
        made[at] *= share / made[at].sum()
    made.flags.writeable = False
    return made


@dataclass(eq=False)
class Course:
    """Carries over from day to day whether the plant is up, how the last days at work went, and how it rested: `rest` float64
    (points,), the outcome of the last day over the points without output, 0 for what is not known or was work.
    """

    up: float
    rate: NDArray[np.float64]
    rest: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(SCALE)))


def _partial_rates() -> NDArray[np.float64]:
    """The same for work against an order: at any rate."""
    made = np.zeros(len(SCALE))
    for state, share in ((PARTIAL, 0.72), (FULL, 0.25), (OVER, 0.03)):
        at = SCALE.state == state
        made[at] = share / at.sum()
    return made


FURTIVE_RATES = _partial_rates()


def components(
    standing: Standing,
    course: Course,
    expected: float,
    holiday: bool,
    holds_heat: bool,
    rates: NDArray[np.float64],
    figures: ExpectationFigures,
) -> NDArray[np.float64]:
    """Prior of the day, float64 (3, points), rows summing to their weight: up and at work, up and at rest, down. `rates`:
    probability of the working points on its normal days.
    """
    up = _up(standing, course.up, holiday, figures)
    made = np.zeros((3, len(SCALE)))
    ordered = standing.kind is OrderKind.ORDERED_STOP
    usual = FURTIVE_RATES if ordered or standing.first or standing.released else rates
    ready = figures.ready_in_order if ordered else figures.ready
    works = up * (max(expected, figures.furtive_expected) if ordered else expected)
    hot = figures.hot_holding if holds_heat else 0.0
    lasts = holds_heat and not standing.first and not standing.released
    made[0] = works * (1.0 - ready) * (0.5 * course.rate + 0.5 * usual)
    made[0] += works * ready * _lasting(_at_rest(0.15, 0.05, hot), course, lasts, figures)
    made[1] = (up - works) * _mixed(_at_rest(figures.rest_stopped, 0.0, hot), figures.rest_furtive)
    if standing.kind is OrderKind.OVERHAUL:
        made[2] = (1.0 - up) * _at_rest(figures.overhaul_stopped, 0.97, 0.0)
    else:
        shut = figures.hot_stopped if holds_heat else figures.down_stopped
        down = _lasting(_at_rest(shut, 0.0 if holds_heat else 0.3, hot), course, lasts, figures)
        made[2] = (1.0 - up) * _mixed(down, figures.down_furtive)
    return made


def _lasting(rest: NDArray[np.float64], course: Course, lasts: bool, figures: ExpectationFigures) -> NDArray[np.float64]:
    """How a plant rests, float64 (points,), sums to 1: as on the day before, for so much as that one is known to have been at
    rest, else as `rest` has it. A furnace is kept hot, or cold, for days.
    """
    share = figures.rest_lasts * float(course.rest.sum()) if lasts else 0.0
    if share == 0.0:
        return rest
    made = (1.0 - share) * rest
    for group in REST_GROUPS:
        within = np.where(group, rest, 0.0)
        made += figures.rest_lasts * float(course.rest[group].sum()) * within / max(within.sum(), 1e-12)
    return np.asarray(made / made.sum())


def _mixed(rest: NDArray[np.float64], furtive: float) -> NDArray[np.float64]:
    return np.asarray((1.0 - furtive) * rest + furtive * FURTIVE_RATES)


def _at_rest(stopped: float, overhaul: float, hot: float) -> NDArray[np.float64]:
    """A plant without output: stopped, or idle, and then in overhaul, kept hot or ready. Shares: `stopped` of all, `overhaul` and
    `hot` of the idle.
    """
    made = np.zeros(len(SCALE))
    shares = (stopped, (1.0 - stopped) * overhaul, (1.0 - stopped) * hot, (1.0 - stopped) * max(1.0 - overhaul - hot, 0.0))
    for group, share in zip(REST_GROUPS, shares, strict=True):
        made[group] = share / group.sum()
    return made / made.sum()


def _up(standing: Standing, up: float, holiday: bool, figures: ExpectationFigures) -> float:
    """How likely the plant is up today, from how likely it was yesterday."""
    if standing.first:
        falls, rises = figures.down_order, figures.up
    elif standing.kind is not None:
        falls, rises = figures.down_in_order, figures.up_order
    elif standing.released:
        falls, rises = figures.down, figures.up_released
    else:
        falls, rises = (figures.down_holiday if holiday else figures.down), figures.up
    return up * (1.0 - falls) + (1.0 - up) * rises
