"""What is counted, and how the figures of one period become those that everybody may read. Values in, values out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import msgspec
import numpy as np

from tocsin.mobilisation.figures.rules.areas import REST, parents_of
from tocsin.mobilisation.figures.rules.tables import Axis, Counts, Marks, add_up

ALL: Final = ""
"""The key of all trades together."""
NO_TRADE: Final = "-"
"""Of all other trades, and of reports of which nobody knows it."""


class Tally(msgspec.Struct, array_like=True):
    """What happened in one area and trade; a matter counts once, however many told of it."""

    area: str
    trade: str
    accepted: int = 0
    true: int = 0
    not_true: int = 0
    days: list[int] = []  # from receipt to answer, of each report that was answered
    removed: int = 0
    yuan: list[int] = []  # each reward that was paid


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One row as everybody reads it; None: hidden. `area` and `trade` name sums, too."""

    area: str
    trade: str
    accepted: int | None
    checked: int | None
    true: int | None
    not_true: int | None
    answered: int | None
    median_days: float | None
    removed: int | None
    rewards: int | None
    yuan: int | None


@dataclass(frozen=True)
class Frame:
    """The areas (each behind the one above it) and the trades of a table; the first trade is all of them."""

    areas: tuple[str, ...]
    trades: tuple[str, ...]

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """As the kernel takes them."""
        return Axis(parents_of(self.areas)), Axis((-1, *(0 for _ in self.trades[1:])))


@dataclass(frozen=True)
class Part:
    """A shorter period that was published before and lies in this one; `parent`: which part holds it, -1: none."""

    tallies: Sequence[Tally]
    figures: Sequence[Figures]
    parent: int = -1


type Of = Callable[[Tally], Sequence[int]]
COUNTED: Final[dict[str, Of]] = {
    "accepted": lambda one: (one.accepted,),
    "checked": lambda one: (one.true, one.not_true),
    "answered": lambda one: (len(one.days),),
    "removed": lambda one: (one.removed,),
    "rewards": lambda one: (len(one.yuan),),
}
"""What is counted, by the name of its sum."""
_VERDICTS: Final = ("checked", "true", "not_true")


def publish(
    tallies: Sequence[Tally], frame: Frame, k: int, *, parts: Sequence[Part] = (), before: Sequence[Figures] = ()
) -> list[Figures]:
    """The figures of a period, in which everything is hidden that is to be: see `rules.hiding`.

    `parts`: shorter periods within it; its tallies are the sum of theirs. `before`: the edition that this one corrects: what it
    hid is hidden again, and so is what changed by fewer than `k`, since the two together would tell of those few.
    """
    shown: dict[str, Counts] = {}
    marks: dict[str, Marks] = {}
    for name in COUNTED:
        counts, hidden = _settle(name, tallies, frame, k, parts, before)
        names = _VERDICTS if name == "checked" else (name,)
        shown |= {each: counts[..., at] for at, each in enumerate(names)}
        marks |= {each: hidden[..., at] for at, each in enumerate(names)}
    sums = _Lists(tallies, frame)
    rows = []
    for a, area in enumerate(frame.areas):
        for t, trade in enumerate(frame.trades):
            told = {name: None if marks[name][a, t] else int(counts[a, t]) for name, counts in shown.items()}
            days, yuan = sums.days(area, trade), sums.yuan(area, trade)
            rows.append(
                Figures(
                    area=area,
                    trade=trade,
                    median_days=float(median(days)) if days and told["answered"] is not None else None,
                    yuan=None if told["rewards"] is None else sum(yuan),
                    **told,
                )
            )
    return rows


def _settle(
    name: str, tallies: Sequence[Tally], frame: Frame, k: int, parts: Sequence[Part], before: Sequence[Figures]
) -> tuple[Counts, Marks]:
    """Every cell of one count, and whether it is hidden; the last axis is the verdict, or the count alone."""
    from tocsin.mobilisation.figures.rules.hiding import hide

    verdict = Axis((-1, 0, 0)) if name == "checked" else Axis((-1,))
    axes = (*frame.axes, verdict)
    leaves = _leaves(name, tallies, frame)
    counts = add_up(leaves, axes)
    if not parts:
        return counts, hide(leaves, axes, k, hidden=_as_before(name, frame, counts, before, k) if before else None)
    inner = {part.parent for part in parts}
    time = Axis((-1, *(part.parent + 1 for part in parts)))
    stacked = np.stack([_leaves(name, one.tallies, frame) for at, one in enumerate(parts) if at not in inner], axis=-1)
    old = np.zeros((*counts.shape, len(parts) + 1), bool)
    old[..., 1:] = True
    hidden = np.zeros(old.shape, bool)
    if before:
        hidden[..., 0] = _as_before(name, frame, counts, before, k)
    for at, part in enumerate(parts, start=1):
        hidden[..., at] = _was_hidden(name, frame, part.figures)
    return counts, hide(stacked, (*axes, time), k, old=old, hidden=hidden)[..., 0]


def _leaves(name: str, tallies: Iterable[Tally], frame: Frame) -> Counts:
    areas, trades = frame.axes
    rows = {frame.areas[node]: at for at, node in enumerate(areas.leaves)}
    columns = {frame.trades[node]: at for at, node in enumerate(trades.leaves)}
    leaves = np.zeros((len(rows), len(columns), 2 if name == "checked" else 1), np.int64)
    for one in tallies:
        row = rows[one.area] if one.area in rows else rows[one.area + REST]  # an area below it came later
        leaves[row, columns.get(one.trade, -1)] += COUNTED[name](one)  # the last one: all others
    return leaves


def _was_hidden(name: str, frame: Frame, figures: Iterable[Figures]) -> Marks:
    """What an edition hid; an area or trade that it did not know had nothing, as everybody knew."""
    names = _VERDICTS if name == "checked" else (name,)
    hidden = np.zeros((len(frame.areas), len(frame.trades), len(names)), bool)
    rows = {code: at for at, code in enumerate(frame.areas)}
    columns = {key: at for at, key in enumerate(frame.trades)}
    for one in figures:
        if one.area in rows and one.trade in columns:
            hidden[rows[one.area], columns[one.trade]] = [getattr(one, each) is None for each in names]
    return hidden


def _as_before(name: str, frame: Frame, counts: Counts, before: Iterable[Figures], k: int) -> Marks:
    """What an edition hid, and what has changed since by fewer than `k`."""
    before = list(before)
    names = _VERDICTS if name == "checked" else (name,)
    hidden = _was_hidden(name, frame, before)
    told = {(one.area, one.trade): one for one in before}
    for a, area in enumerate(frame.areas):
        for t, trade in enumerate(frame.trades):
            one = told.get((area, trade))
            for v, each in enumerate(names):
                was = 0 if one is None else getattr(one, each)
                if was is not None and 0 < abs(int(counts[a, t, v]) - was) < k:
                    hidden[a, t, v] = True
    return hidden


class _Lists:
    """Days and sums of money of whatever area and trade, sums among them."""

    def __init__(self, tallies: Sequence[Tally], frame: Frame) -> None:
        parents = dict(zip(frame.areas, parents_of(frame.areas), strict=True))
        self._found: dict[tuple[str, str], list[Tally]] = {}
        for one in tallies:
            area = one.area if one.area in parents else one.area + REST
            while True:
                for trade in (one.trade if one.trade in frame.trades else NO_TRADE, ALL):
                    self._found.setdefault((area, trade), []).append(one)
                if parents[area] < 0:
                    break
                area = frame.areas[parents[area]]

    def days(self, area: str, trade: str) -> list[int]:
        """From receipt to answer."""
        return [day for one in self._found.get((area, trade), []) for day in one.days]

    def yuan(self, area: str, trade: str) -> list[int]:
        """Each reward."""
        return [sum_ for one in self._found.get((area, trade), []) for sum_ in one.yuan]


def share_true(figures: Figures) -> float | None:
    """Of what was checked the share that was true, as a whole percent; None where a number that it is made of is hidden.

    >>> none = dict.fromkeys(("accepted", "answered", "median_days", "removed", "rewards", "yuan"))
    >>> share_true(Figures(area="", trade="", checked=30, true=20, not_true=10, **none))
    0.67
    """
    if not figures.checked or figures.true is None or figures.not_true is None:
        return None
    return round(figures.true / figures.checked, 2)
