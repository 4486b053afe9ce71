"""What must not be done and what to mind in a case: which classes it has, and which lines hold for it. Values in, lines out.

A line stands at one address: class × area × object. It reaches every case of its class in its area, or those at its object alone.
Of lines with one key the narrowest in force holds, of equals the newest: an object's over its area's over the class's everywhere.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from tocsin.command.guidance.rules.words import Words
from tocsin.jurisdiction.areas.rules.codes import governing_prefix, governs

ANY: Final = "any"  # the class that every case has


class GuidanceKind(StrEnum):
    """严禁 and 注意事项; the first are shown first."""

    MUST_NOT = "must_not"
    MIND = "mind"


@dataclass(frozen=True)
class Situation:
    """What the classes of a case follow from. `causes`: the probability that its diagnosis gives to each."""

    region_code: str
    kind: str = ""
    quantities: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    asset_kinds: frozenset[str] = frozenset()
    asset_codes: frozenset[str] = frozenset()
    causes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """When a class holds: where any of these matches."""

    kinds: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    asset_kinds: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()

    def holds(self, seen: Situation, *, likely_from: float) -> bool:
        """A cause counts from `likely_from` on."""
        likely = {cause for cause, probability in seen.causes.items() if probability >= likely_from}
        return bool(
            seen.kind in self.kinds
            or self.quantities & seen.quantities
            or self.rules & seen.rules
            or self.asset_kinds & seen.asset_kinds
            or self.causes & likely
        )


def classes_of(seen: Situation, classes: Mapping[str, Condition], *, likely_from: float) -> tuple[str, ...]:
    """The classes of a case, in the order of `classes`; the one of every case last."""
    return (*(code for code, condition in classes.items() if condition.holds(seen, likely_from=likely_from)), ANY)


@dataclass(frozen=True)
class Line:
    """One line of guidance. `asset_code` empty: for every object of the class in the area. `withdrawn`: from here on it does not
    hold at this address. A shipped line has no beginning.
    """

    key: str
    kind: GuidanceKind
    of_class: str
    region_code: str
    words: Words
    source: Words
    confidence: str
    asset_code: str = ""
    withdrawn: bool = False
    effective_from: datetime | None = None
    effective_to: datetime | None = None

    def reaches(self, classes: Collection[str], region_code: str, asset_codes: Collection[str], at: datetime) -> bool:
        """Is it in force for such a case at that time?"""
        begun = self.effective_from is None or self.effective_from <= at
        ended = self.effective_to is not None and self.effective_to <= at
        at_place = governs(self.region_code, region_code) and (not self.asset_code or self.asset_code in asset_codes)
        return begun and not ended and at_place and self.of_class in classes

    @property
    def narrowness(self) -> tuple[bool, int, bool, float]:
        """Orders lines of one key: the greatest holds."""
        since = self.effective_from.timestamp() if self.effective_from else 0.0
        return bool(self.asset_code), len(governing_prefix(self.region_code)), self.effective_from is not None, since


def lines_in_force(lines: Iterable[Line], seen: Situation, *, classes: Collection[str], at: datetime) -> tuple[Line, ...]:
    """The lines that hold for the case: what must not be done first, an object's before its area's before the class's."""
    best: dict[str, Line] = {}
    for line in lines:
        if line.reaches(classes, seen.region_code, seen.asset_codes, at):
            known = best.get(line.key)
            if known is None or line.narrowness > known.narrowness:
                best[line.key] = line
    order = list(GuidanceKind)
    held = [line for line in best.values() if not line.withdrawn]
    return tuple(sorted(held, key=lambda line: (order.index(line.kind), not line.asset_code, -line.narrowness[1])))
