"""S, R and the grade of a unit, by what can be there by design and by what is there now."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard.held import Held, Unit
from tocsin.engine.major_hazard.tables import Tables, exact
from tocsin.engine.major_hazard.weights import Weight, weigh

MOST_TONNES = 1e9
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True)
class Line:
    """What one substance adds. `share`: q/Q; `weighted`: β·q/Q; the same `..._now` for what is there now."""

    held: Held
    weight: Weight
    share: Fraction
    weighted: Fraction
    share_now: Fraction
    weighted_now: Fraction


@dataclass(frozen=True)
class Grading:
    """`s` = Σ q/Q; `r` = α·Σ β·q/Q; `major` where S is at least 1; `grade` I to IV, empty where it is no major hazard."""

    s: Fraction
    r: Fraction
    major: bool
    grade: str


@dataclass(frozen=True)
class Assessment:
    """A unit judged. `now` counts what is there now, and the design quantity of what nobody measures; None where nothing is
    measured. `people_known`: else `alpha` is that of the policy's cautious number.
    """

    unit: Unit
    alpha: Fraction
    people_known: bool
    lines: tuple[Line, ...]
    design: Grading
    now: Grading | None


def assess(unit: Unit, tables: Tables) -> Assessment:
    """Identification and grade of one unit (GB 18218-2018, 4.2 and 4.3); exact: a sum that just meets 1 is a major hazard.

    InvalidInput names the substance that can't be weighed, or the quantity that is none.
    """
    people = tables.unknown_people if unit.people is None else unit.people
    if not 0 <= people <= MOST_PEOPLE:
        raise InvalidInput("%(people)s is no number of people from 0 to ten millions.", people=people)
    alpha = tables.alpha_of(people)
    lines = tuple(_line(held, tables) for held in unit.held)
    measured = any(held.present_t is not None for held in unit.held)

    def grading(of: Callable[[Line], tuple[Fraction, Fraction]]) -> Grading:
        return _grading([of(line) for line in lines], alpha, tables)

    return Assessment(
        unit,
        alpha,
        unit.people is not None,
        lines,
        grading(lambda line: (line.share, line.weighted)),
        grading(lambda line: (line.share_now, line.weighted_now)) if measured else None,
    )


def _line(held: Held, tables: Tables) -> Line:
    weight = weigh(held, tables)
    share, weighted = _parts(_tonnes(held.design_t, held), weight)
    now = held.design_t if held.present_t is None else held.present_t
    return Line(held, weight, share, weighted, *_parts(_tonnes(now, held), weight))


def _parts(tonnes: Fraction, weight: Weight) -> tuple[Fraction, Fraction]:
    if weight.row is None:
        return Fraction(), Fraction()
    share = tonnes / exact(weight.row.critical_t)
    return share, share * exact(weight.row.beta)


def _tonnes(quantity: float, held: Held) -> Fraction:
    if not math.isfinite(quantity) or not 0 <= quantity <= MOST_TONNES:
        raise InvalidInput(
            "%(substance)s: %(quantity)s is no quantity from 0 to a thousand million tonnes.",
            substance=held.substance or held.cas,
            quantity=quantity,
        )
    return exact(quantity)


def _grading(parts: Sequence[tuple[Fraction, Fraction]], alpha: Fraction, tables: Tables) -> Grading:
    s = sum((share for share, _ in parts), Fraction())
    r = alpha * sum((weighted for _, weighted in parts), Fraction())
    major = s >= 1
    return Grading(s, r, major, tables.grade_of(r) if major else "")
