"""Stops of a firm, ordered or planned, and the production that is hidden in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.engine.work.firm import Days, OrderKind
from tocsin.simulation.firms.dice import Dice
from tocsin.simulation.firms.plan import FirmPlan

MARGIN_DAYS = 3  # between two stops
TRIED_PLACES = 3  # before a stop is given up


@dataclass(frozen=True)
class Stop:
    """Days of a stop, `last` included and perhaps behind the data. `line`: index of the one stopped, None for all. `open_end`:
    the order names no last day; `approved`: a row says that work may begin again. `served`: quarter of the first day from which
    it is served.
    """

    first: int
    last: int
    kind: OrderKind
    line: int | None
    open_end: bool
    approved: bool
    served: int


@dataclass(frozen=True)
class Cheat:
    """Production that is hidden. Days `first` to `last` (included) of a stop. `manner` as truth names it; `level` against full
    load; `lines` that run.
    """

    first: int
    last: int
    manner: str
    level: float
    lines: tuple[int, ...]
    own_generator: bool = False
    shunted: float = 1.0
    to_lessee: bool = False
    before_approval: bool = False
    admits: bool = False

    @property
    def how(self) -> str:
        """The manner with what goes along with it."""
        extra = [
            name
            for name, holds in (
                ("own generator", self.own_generator),
                ("meter shunted", self.shunted < 1.0),
                ("lessee meter", self.to_lessee),
                ("before approval", self.before_approval),
            )
            if holds
        ]
        return ", ".join([self.manner, *extra])


@dataclass(frozen=True)
class Staged:
    """The stops of one firm and what it hides in them, told instead of drawn: for a story."""

    stops: tuple[Stop, ...]
    cheats: tuple[Cheat, ...] = ()


def draw_stops(firm: FirmPlan, days: Days) -> list[Stop]:
    """Stops that don't touch each other, by their first day."""
    dice = firm.dice(2)
    stops: list[Stop] = []
    wishes = [(OrderKind.ORDERED_STOP, 0.88, (8, 48)), (OrderKind.ORDERED_STOP, 0.35, (8, 30))]
    wishes += [(OrderKind.PLANNED_STOP, 0.33, (4, 30)), (OrderKind.OVERHAUL, 0.33, (4, 14))]
    for kind, chance, lengths in wishes:
        length = round(dice.spread(*lengths))
        places = [dice.whole(10, max(len(days) - 5, 10)) for _ in range(TRIED_PLACES)]
        free = [first for first in places if _is_free(stops, first, length)]
        if free and dice.chance(chance):
            stops.append(_stop(firm, dice, kind, free[0], free[0] + length - 1, len(days)))
    return sorted(stops, key=lambda stop: stop.first)


def _is_free(stops: Sequence[Stop], first: int, length: int) -> bool:
    return all(first > stop.last + MARGIN_DAYS or first + length + MARGIN_DAYS < stop.first for stop in stops)


def _stop(firm: FirmPlan, dice: Dice, kind: OrderKind, first: int, last: int, count: int) -> Stop:
    ordered = kind is OrderKind.ORDERED_STOP
    line = dice.whole(0, len(firm.lines) - 1) if ordered and len(firm.lines) > 1 and dice.chance(0.25) else None
    open_end = ordered and (dice.chance(0.5) or last >= count)
    approved = ordered and last < count - 1 and (open_end or dice.chance(0.9))
    return Stop(first, last, kind, line, open_end, approved, served=dice.whole(28, 72) if ordered else 0)


def draw_cheats(firm: FirmPlan, stops: Sequence[Stop], count: int) -> list[Cheat]:
    """What is hidden in the ordered stops; an honest firm hides nothing."""
    dice = firm.dice(3)
    cheats = []
    for stop in stops:
        begin = stop.first + 1 + firm.trade.shutdown_days
        end = min(stop.last, count - 1)
        if stop.kind is not OrderKind.ORDERED_STOP or end - begin < 2 or not dice.chance(0.7):
            continue
        if stop.approved and dice.chance(0.25):
            first = max(end - dice.whole(0, 3), begin)
            cheats.append(_cheat(firm, dice, stop, first, end, "shift hours", before_approval=True))
            end = first - 3
        for _ in range(dice.whole(1, 3)):
            manner = dice.weighted({"shift hours": 0.35, "nights": 0.18, "short bursts": 0.2, "one line": 0.14, "low load": 0.08})
            length = dice.whole(3, 12) if manner == "low load" else round(dice.spread(1, 11))
            first = dice.whole(begin, max(end, begin))
            if first > end:
                break
            cheats.append(_cheat(firm, dice, stop, first, min(first + length - 1, end), manner))
            begin = first + length + dice.whole(2, 5)
            if begin > end:
                break
    return cheats


def _cheat(firm: FirmPlan, dice: Dice, stop: Stop, first: int, last: int, manner: str, *, before_approval: bool = False) -> Cheat:
    lines = tuple(range(len(firm.lines))) if stop.line is None else (stop.line,)
    if manner == "one line":
        lines = (dice.pick(lines),)
    level = dice.between(0.08, 0.27) if manner == "low load" else dice.between(0.75, 1.1)
    trick = dice.weighted({"": 0.87, "generator": 0.045, "shunt": 0.055, "lessee": 0.03})
    return Cheat(
        first,
        last,
        manner,
        level,
        lines,
        own_generator=trick == "generator",
        shunted=dice.between(0.3, 0.6) if trick == "shunt" else 1.0,
        to_lessee=trick == "lessee" and firm.lessee_kw > 0 and firm.lessee_metered,
        before_approval=before_approval,
        admits=dice.chance(0.12),
    )
