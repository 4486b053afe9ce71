"""The same goods reported by several bodies: two lots of one item compared, every weight shown, and which report counts.

A county writes down what lies in a firm's yard by agreement; the firm reports its yard, too; the city adds both to its own list.
Each is a lot with a number of its own. Two lots of different reporters are compared field by field, as records of firms are
(`engine.identity`): each field ends at a level, whose weight is log2(same / other).
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from tocsin.base.geometry import distance_m
from tocsin.engine.identity.figures import Level
from tocsin.engine.identity.names import plain

FIELDS: Final = ("number", "days", "maker", "owner", "place", "amount")
_TELLING: Final = 6  # a number with so many characters is hardly another lot's by chance
_FIRST_TO_LAST: Final = ("firm", "community", "town", "county", "city", "province")
"""Levels from the goods upwards."""


class Sameness(StrEnum):
    """Whether two lots are the same goods."""

    SAME = "same"
    UNSURE = "unsure"
    APART = "apart"


@dataclass(frozen=True)
class Figures:
    """`prior`: the share of pairs compared that are the same goods; `same`, `unsure`: least probabilities of a join without a
    person, and of a question to one; `near_m`, `close_m`, `far_m`: distances that part the levels of place; `near_share`: two
    amounts that differ by at most this share are nearly equal.
    """

    prior: float
    same: float
    unsure: float
    near_m: float
    close_m: float
    far_m: float
    near_share: float
    levels: Mapping[str, Mapping[str, Level]]


@dataclass(frozen=True)
class Report:
    """A lot as one body reports it. `reporter`: body and level in one key; `places`: longitude and latitude in degrees of the
    stores that it lies in; `amount`: thousandths of the item's unit in all states together. Empty and None are unknown.
    """

    key: str
    reporter: str
    level: str
    number: str
    maker: str = ""
    made_on: date | None = None
    expires_on: date | None = None
    owner: str = ""
    places: tuple[tuple[float, float], ...] = ()
    amount: int = 0


@dataclass(frozen=True)
class Bar:
    """What was compared, how it ended, its weight in bits, and what was measured (metres)."""

    field: str
    level: str
    bits: float
    measured: float | None = None


@dataclass(frozen=True)
class Compared:
    """The verdict on a pair."""

    standing: Sameness
    probability: float
    bars: tuple[Bar, ...]


def compare(one: Report, other: Report, figures: Figures) -> Compared:
    """Whether two lots of one item are the same goods. Two lots of one reporter never are: a body does not report a lot twice.

    >>> level = Level(0.5, 0.125)
    >>> figures = Figures(0.5, 0.9, 0.5, 300, 2000, 20000, 0.1, {"number": {"equal": level}})
    >>> told = compare(Report("a", "county", "county", "QL-2026-07"), Report("b", "firm", "firm", "ql 2026 07"), figures)
    >>> told.standing, told.probability, told.bars
    (<Sameness.UNSURE: 'unsure'>, 0.8, (Bar(field='number', level='equal', bits=2.0, measured=None),))
    """
    if one.reporter == other.reporter:
        return Compared(Sameness.APART, 0.0, ())
    metres = _metres(one, other)
    ends = {
        "number": _number(one.number, other.number),
        "days": _days(one, other),
        "maker": _text(one.maker, other.maker),
        "owner": _text(one.owner, other.owner),
        "place": _place(metres, figures),
        "amount": _amount(one.amount, other.amount, figures),
    }
    bars = tuple(
        Bar(field, level, figures.levels[field][level].bits(), metres if field == "place" else None)
        for field, level in ends.items()
        if level in figures.levels.get(field, {})
    )
    odds = math.log2(figures.prior / (1 - figures.prior)) + sum(bar.bits for bar in bars)
    probability = 1 / (1 + 2.0**-odds) if odds > -1000 else 0.0
    return Compared(_standing(probability, figures), probability, bars)


def _standing(probability: float, figures: Figures) -> Sameness:
    if probability >= figures.same:
        return Sameness.SAME
    return Sameness.UNSURE if probability >= figures.unsure else Sameness.APART


def _number(one: str, other: str) -> str:
    a, b = plain(one), plain(other)
    if not a or not b:
        return "unknown"
    if a == b:
        return "equal" if len(a) >= _TELLING else "equal_short"
    if min(len(a), len(b)) >= _TELLING and (a in b or b in a):
        return "within"  # the county writes its own letters before the maker's number
    return "typed" if min(len(a), len(b)) >= _TELLING and OSA.distance(a, b, score_cutoff=1) == 1 else "different"


def _days(one: Report, other: Report) -> str:
    pairs = [(a, b) for a, b in ((one.made_on, other.made_on), (one.expires_on, other.expires_on)) if a and b]
    if not pairs:
        return "unknown"
    if all(a == b for a, b in pairs):
        return "equal"
    return "one_differs" if any(a == b for a, b in pairs) else "different"


def _text(one: str, other: str) -> str:
    a, b = plain(one), plain(other)
    if not a or not b:
        return "unknown"
    return "equal" if a == b else "different"


def _metres(one: Report, other: Report) -> float | None:
    """Between the two nearest stores; None where one side has no place."""
    return min((distance_m(*a, *b) for a in one.places for b in other.places), default=None)


def _place(metres: float | None, figures: Figures) -> str:
    if metres is None:
        return "unknown"
    for level, most in (("within_near", figures.near_m), ("within_close", figures.close_m), ("within_far", figures.far_m)):
        if metres <= most:
            return level
    return "beyond"


def _amount(one: int, other: int, figures: Figures) -> str:
    if not one or not other:
        return "unknown"
    if one == other:
        return "equal"
    return "near" if abs(one - other) <= figures.near_share * max(one, other) else "different"


def counting(reports: Collection[Report]) -> tuple[frozenset[str], str]:
    """Of reports of the same goods: the keys of those that count, and the key of the one that the others are counted as.

    The reporter nearest to the goods counts, with all of its lots: where the city adds up two lots of a county into one, both of
    the county's count. A level that nobody knows stands last.

    >>> counted, first = counting(
    ...     [Report("a", "x", "city", "1"), Report("b", "y", "county", "7"), Report("c", "y", "county", "8")]
    ... )
    >>> sorted(counted), first
    (['b', 'c'], 'b')
    """
    ordered = sorted(reports, key=lambda one: (_rank(one.level), one.reporter, one.key))
    first = ordered[0]
    return frozenset(one.key for one in ordered if one.reporter == first.reporter), first.key


def _rank(level: str) -> int:
    return _FIRST_TO_LAST.index(level) if level in _FIRST_TO_LAST else len(_FIRST_TO_LAST)


def groups(keys: Iterable[str], joined: Sequence[tuple[str, str]]) -> list[frozenset[str]]:
    """What hangs together by these pairs, in the order of the keys; a key without a pair stands alone.

    >>> [sorted(one) for one in groups(["a", "b", "c", "d"], [("a", "c"), ("c", "d")])]
    [['a', 'c', 'd'], ['b']]
    """
    group = {key: [key] for key in keys}
    for a, b in joined:
        if group[a] is not group[b]:
            together = [*group[a], *group[b]]
            group |= dict.fromkeys(together, together)
    return [frozenset(one) for one in {id(one): one for one in group.values()}.values()]
