"""Units of a firm as GB 18218 cuts them: by isolating valves, bunds and buildings, beside the units as they were entered."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Prefetch

from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard import Assessment, Cut, Equipment, Joint, Unit, UnitKind, assess, cut_units
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantJoint, PlantUnit
from tocsin.hazchem.installations.policy.major_hazard import tables
from tocsin.hazchem.installations.queries.weighing import as_held


@dataclass(frozen=True)
class UnitCut:
    """A unit by the standard. `entered`: units that its equipment stands in now; `differs`: not the one unit that was entered;
    `unparted`: pipes without an isolating valve that lead out of a storage unit; `problem`: why it can't be judged.
    """

    name: str
    kind: UnitKind
    people: int | None
    equipment: tuple[PlantEquipment, ...]
    entered: tuple[PlantUnit, ...]
    differs: bool
    unparted: tuple[PlantJoint, ...]
    assessment: Assessment | None
    problem: InvalidInput | None


def cut_firm(object_id: UUID) -> list[UnitCut]:
    """All units of a firm as the standard cuts them, in the order of their first equipment.

    Equipment that stands in no named bund or building, and production equipment without a pipe inside of its unit, stays with the
    unit that it was entered in: what nobody has told parts nothing.
    """
    held = Prefetch("held", HeldSubstance.objects.order_by("substance", "pk"))
    rows = PlantEquipment.objects.filter(unit__object_id=object_id, unit__active=True).select_related("unit")
    equipment = {str(one.pk): one for one in rows.prefetch_related(held).order_by("unit__name", "tag", "pk")}
    joints = list(PlantJoint.objects.filter(source__in=list(rows), target__in=list(rows)).order_by("pk"))
    pipes = [Joint(str(one.source_id), str(one.target_id), one.isolating) for one in joints]
    cuts = cut_units([_of(one) for one in equipment.values()], [*pipes, *_stays(equipment.values(), joints)])
    by_ends = {(pipe.one, pipe.other): joint for pipe, joint in zip(pipes, joints, strict=True) if not pipe.isolating}
    of_unit: dict[UUID, int] = {}
    for one in equipment.values():
        of_unit[one.unit_id] = of_unit.get(one.unit_id, 0) + 1
    return [_judged(cut, equipment, by_ends, of_unit) for cut in cuts]


def differs_from_cut(unit: PlantUnit) -> bool:
    """Whether the standard cuts a unit otherwise than it was entered; never where no pipe, bund or building was told."""
    equipment = PlantEquipment.objects.filter(unit__object_id=unit.object_id, unit__active=True)
    told = equipment.exclude(bund="", building="").exists()
    if not told and not PlantJoint.objects.filter(source__unit__object_id=unit.object_id).exists():
        return False
    return any(one.differs for one in cut_firm(unit.object_id) if unit in one.entered)


def _of(one: PlantEquipment) -> Equipment:
    bund = one.bund or ("" if one.building else f"unit {one.unit_id}")
    return Equipment(str(one.pk), UnitKind(one.unit.kind), tuple(map(as_held, one.held.all())), bund, one.building)


def _stays(equipment: Collection[PlantEquipment], joints: Iterable[PlantJoint]) -> list[Joint]:
    """Production equipment that no pipe of its unit was entered of, held to the first of its unit."""
    of_unit = {one.pk: one.unit_id for one in equipment}
    within = [one for one in joints if of_unit[one.source_id] == of_unit[one.target_id]]
    joined = {end for one in within for end in (one.source_id, one.target_id)}
    first: dict[UUID, PlantEquipment] = {}
    stays = []
    for one in equipment:
        held_to = first.setdefault(one.unit_id, one)
        if held_to is not one and one.pk not in joined:
            stays.append(Joint(str(held_to.pk), str(one.pk), False))
    return stays


def _judged(
    cut: Cut, equipment: Mapping[str, PlantEquipment], joints: Mapping[tuple[str, str], PlantJoint], of_unit: Mapping[UUID, int]
) -> UnitCut:
    parts = tuple(equipment[name] for name in cut.equipment)
    entered = tuple({one.unit_id: one.unit for one in parts}.values())
    counts = [one.people for one in entered]
    people = None if None in counts else max(one for one in counts if one is not None)
    differs = len(entered) > 1 or of_unit[entered[0].pk] != len(parts)
    name = entered[0].name if not differs else parts[0].bund or parts[0].building or f"{entered[0].name} {parts[0].tag}"
    out = tuple(joints[(one.one, one.other)] for one in cut.unparted if (one.one, one.other) in joints)
    unit: Unit = replace(cut.unit, name=name, people=people)
    try:
        assessment, problem = assess(unit, tables()), None
    except InvalidInput as error:
        assessment, problem = None, error
    unparted = out if cut.unit.kind is UnitKind.STORAGE else ()
    return UnitCut(name, cut.unit.kind, people, parts, entered, differs, unparted, assessment, problem)
