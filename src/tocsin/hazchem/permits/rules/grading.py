"""Which grade a work has, and why it was raised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.permits.rules.kinds import SINGLE, PermitKind, grades_of

FORBIDDEN_WIND: Final = 5  # Beaufort; open-air hot work (GB 30871-2022, 5.2)
_HEIGHTS: Final = ((2.0, "I"), (5.0, "II"), (15.0, "III"), (30.0, "IV"))  # m; above which (I: from which) a grade begins


class Raise(StrEnum):
    """Why a grade is one higher."""

    OFF_DAY = "off_day"
    NIGHT = "night"
    WIND = "wind"
    FALL_FACTOR = "fall_factor"


@dataclass(frozen=True, kw_only=True)
class WorkFacts:
    """What grades a work. `live`: equipment in operation or not isolated and cleaned; `bund`: inside the bund of a tank farm that
    is a major hazard with flammable media; `wind`: Beaufort, None where nobody has told it; `necessary`: can't wait.
    """

    kind: PermitKind
    explosive_area: bool = False
    live: bool = False
    bund: bool = False
    pipe_rack: bool = False
    open_air: bool = False
    necessary: bool = False
    wind: int | None = None
    height_m: float | None = None
    fall_factor: bool = False
    load_t: float | None = None
    off_day: bool = False
    night: bool = False


@dataclass(frozen=True)
class Graded:
    """The grade that holds, the one the work has by itself, and what raised it."""

    grade: str
    base: str
    raised_by: tuple[Raise, ...] = ()


def grade_of(facts: WorkFacts, *, raised_when_off: bool) -> Graded:
    """The grade of a work; off-day and night raise it together by one, so does wind in the open air. InvalidInput where height or
    load is missing, or where the work is forbidden.

    >>> grade_of(WorkFacts(kind=PermitKind.HOT_WORK, explosive_area=True, night=True), raised_when_off=True)
    Graded(grade='special', base='first', raised_by=(<Raise.NIGHT: 'night'>,))
    """
    base = _base(facts)
    windy = facts.kind is PermitKind.HOT_WORK and facts.open_air and (facts.wind or 0) >= FORBIDDEN_WIND
    if windy and not facts.necessary:
        raise InvalidInput(
            "Wind of grade %(wind)s: no hot work in the open air from grade %(limit)s on; wait, or say that it can't wait: it is"
            " then raised by one grade.",
            wind=facts.wind,
            limit=FORBIDDEN_WIND,
        )
    off = [why for why, holds in ((Raise.OFF_DAY, facts.off_day), (Raise.NIGHT, facts.night)) if holds and raised_when_off]
    fall = [Raise.FALL_FACTOR] if facts.kind is PermitKind.WORK_AT_HEIGHT and facts.fall_factor else []
    steps = bool(off) + windy + bool(fall)
    order = grades_of(facts.kind)
    place = max(0, order.index(base) - steps)
    return Graded(order[place], base, (*off, *([Raise.WIND] if windy else []), *fall))


def touches_night(begins: datetime, ends: datetime, night_from_h: int, night_until_h: int) -> bool:
    """Whether a time in local hours touches the night, which ends on the next day.

    >>> touches_night(datetime(2026, 5, 1, 8), datetime(2026, 5, 1, 22), 22, 6)
    False
    >>> touches_night(datetime(2026, 5, 1, 8), datetime(2026, 5, 1, 22, 1), 22, 6)
    True
    """
    day = begins.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while day < ends:
        first = day + timedelta(hours=night_from_h)
        last = day + timedelta(days=1, hours=night_until_h)
        if begins < last and first < ends:
            return True
        day += timedelta(days=1)
    return False


def latest_end(begins: datetime, *limits_h: float | None, serves_until: datetime | None = None) -> datetime | None:
    """When a permit ends at the latest: by the standard, by the plant's stricter rule, and with the work that it serves. None:
    not limited.

    >>> latest_end(datetime(2026, 5, 1, 8), 72.0, 24.0, None)
    datetime.datetime(2026, 5, 2, 8, 0)
    """
    ends = [begins + timedelta(hours=one) for one in limits_h if one is not None]
    return min([*ends, *([serves_until] if serves_until else [])], default=None)


def _base(facts: WorkFacts) -> str:
    match facts.kind:
        case PermitKind.HOT_WORK:
            if facts.bund or (facts.explosive_area and facts.live):
                return "special"
            return "first" if facts.explosive_area or facts.pipe_rack else "second"
        case PermitKind.WORK_AT_HEIGHT:
            return _by_height(facts.height_m)
        case PermitKind.LIFTING:
            if facts.load_t is None or not 0 < facts.load_t <= 10_000:
                raise InvalidInput("Give the weight of the load in tonnes: lifting is graded by it.")
            return "first" if facts.load_t > 100 else "second" if facts.load_t >= 40 else "third"
        case _:
            return SINGLE


def _by_height(height_m: float | None) -> str:
    if height_m is None or not _HEIGHTS[0][0] <= height_m <= 1000:
        raise InvalidInput("Give the height in metres, at least 2: work at height is graded by it, and below 2 m it is none.")
    return next(grade for from_m, grade in reversed(_HEIGHTS) if height_m > from_m or from_m == _HEIGHTS[0][0])
