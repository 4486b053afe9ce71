"""A unit as the engine of major hazards takes it, and its answer with every line."""

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard import Assessment, Held, Mixture, Unit, UnitKind, assess
from tocsin.hazchem.installations.models import HeldSubstance, PlantUnit
from tocsin.hazchem.installations.policy.major_hazard import tables


@dataclass(frozen=True)
class Judged:
    """A unit judged, or why it can't be."""

    assessment: Assessment | None
    problem: InvalidInput | None


def weigh_unit(unit: PlantUnit, held: Iterable[HeldSubstance]) -> Judged:
    """S, R and grade of a unit with the substances that it holds."""
    substances = tuple(map(as_held, held))
    try:
        return Judged(assess(Unit(unit.name, UnitKind(unit.kind), substances, unit.people), tables()), None)
    except InvalidInput as error:
        return Judged(None, error)


def as_held(row: HeldSubstance) -> Held:
    """One substance for the engine."""
    classes = None if row.classes is None else tuple(row.classes)
    mixture = Mixture(row.mixture_of, classes or ()) if row.mixture_of else None
    return Held(row.substance, row.design_t, row.present_t, row.cas, classes, row.content_percent, mixture)
