"""What a lot is: how it is kept, by which level, when it expires, and which lot goes out first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Reserve(StrEnum):
    """How goods are kept ready (储备方式)."""

    GOVERNMENT = "government"
    AGREEMENT = "agreement"
    CAPACITY = "capacity"
    SOCIAL = "social"
    FAMILY = "family"
    REQUISITIONED = "requisition"  # another's goods in use: they come in and go out by a requisition alone


class Level(StrEnum):
    """Whose records a store or lot belongs to."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"
    FIRM = "firm"


class Colour(StrEnum):
    """How near a lot is to its last day."""

    NONE = "none"
    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


@dataclass(frozen=True)
class Bands:
    """Days before the last one from which a lot is blue, yellow and orange; it is red from the last day on."""

    blue: int
    yellow: int
    orange: int


def expiry_colour(expires_on: date | None, day: date, bands: Bands) -> Colour:
    """The colour of a lot on a day; NONE for goods that do not expire.

    >>> expiry_colour(date(2026, 12, 20), date(2026, 11, 28), Bands(180, 90, 30))
    <Colour.ORANGE: 'orange'>
    """
    if expires_on is None:
        return Colour.NONE
    left = (expires_on - day).days
    if left <= 0:
        return Colour.RED
    for colour, days in ((Colour.ORANGE, bands.orange), (Colour.YELLOW, bands.yellow), (Colour.BLUE, bands.blue)):
        if left <= days:
            return colour
    return Colour.GREEN


def shelf_end(made_on: date, months: int) -> date:
    """The last day of goods made on a day: so many months later, or the last day of that month.

    >>> shelf_end(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(made_on.year * 12 + made_on.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(made_on.day, last))


@dataclass(frozen=True)
class Pickable:
    """A holding that an amount may be taken from."""

    holding_id: int
    amount: int
    expires_on: date | None
    received_on: date
    perishable: bool = False


@dataclass(frozen=True)
class Pick:
    """So much of one holding."""

    holding_id: int
    amount: int


@dataclass(frozen=True)
class Choice:
    """What is taken, what could not be had, and what was left out because it is too old to give out."""

    picks: tuple[Pick, ...]
    missing: int = 0
    too_old: int = 0


_NEVER: Final = date.max


def order_of_issue(one: Pickable) -> tuple[date, date, int]:
    """First expired, first out; what never expires comes last; of equals what came first."""
    return (one.expires_on or _NEVER, one.received_on, one.holding_id)


def choose_by_expiry(found: Iterable[Pickable], amount: int, day: date, least_days: int) -> Choice:
    """Which holdings give an amount: first expired, first out. What is past its day is left out, and food and drugs with less
    than `least_days` left.

    >>> lots = [Pickable(1, 5000, None, date(2026, 1, 1)), Pickable(2, 3000, date(2027, 5, 1), date(2026, 2, 1))]
    >>> choose_by_expiry(lots, 4000, date(2026, 11, 28), 30).picks
    (Pick(holding_id=2, amount=3000), Pick(holding_id=1, amount=1000))
    """
    picks: list[Pick] = []
    left, too_old = amount, 0
    for one in sorted(found, key=order_of_issue):
        if one.amount <= 0:
            continue
        if not may_give_out(one, day, least_days):
            too_old += one.amount
        elif left:
            taken = min(left, one.amount)
            picks.append(Pick(one.holding_id, taken))
            left -= taken
    return Choice(tuple(picks), left, too_old)


def may_give_out(one: Pickable, day: date, least_days: int) -> bool:
    """Whether the goods are still good enough on that day."""
    if one.expires_on is None:
        return True
    return (one.expires_on - day).days >= (least_days if one.perishable else 0)


class Override(StrEnum):
    """Whether somebody may take a named lot rather than the one whose turn it is."""

    IN_TURN = "in_turn"
    WITH_REASON = "with_reason"
    NO_REASON = "no_reason"
    EXPIRED = "expired"


def judge_override(chosen: Pickable, others: Iterable[Pickable], reason: str, day: date, least_days: int) -> Override:
    """May this lot go out before others whose turn comes first? With a reason; never past its last day."""
    if chosen.expires_on is not None and chosen.expires_on < day:
        return Override.EXPIRED
    before = any(
        order_of_issue(one) < order_of_issue(chosen) and one.amount > 0 for one in others if may_give_out(one, day, least_days)
    )
    if not before and may_give_out(chosen, day, least_days):
        return Override.IN_TURN
    return Override.WITH_REASON if reason.strip() else Override.NO_REASON
