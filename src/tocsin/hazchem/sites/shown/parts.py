"""Equipment as it stands, for the plan, the key areas and the mimic; loading arms with what is wrong at them."""

from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, PointKind
from tocsin.hazchem.installations.shown.units import PlantEquipmentOut, describe_equipment
from tocsin.hazchem.sites.rules.conditions import ArmFinding, PlantCondition, findings_of_arm
from tocsin.hazchem.sites.shown.names import CONDITION_COLOURS, CONDITION_NAMES, FINDING_NAMES
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.hazchem.sites.queries.plants import Part


class PlantPartOut(Schema):
    """A piece of equipment with its condition."""

    unit_id: UUID
    unit: str
    condition: PlantCondition
    condition_name: str
    equipment: PlantEquipmentOut
    css: OnPages[str]


class LoadingArmOut(Schema):
    """A loading arm: what stands there, and what is wrong. Null: nothing fresh tells it."""

    part: PlantPartOut
    tanker: bool | None = Field(description="a tanker stands at the arm")
    earthed: bool | None
    attended: bool | None = Field(description="somebody is at the arm")
    interlocks: int
    interlocks_off: int
    findings: list[ArmFinding]
    finding_names: list[str]


def describe_part(part: "Part") -> PlantPartOut:
    """One piece of equipment."""
    equipment = describe_equipment(part.equipment, part.held, part.readings, part.picture)
    return PlantPartOut(
        unit_id=part.equipment.unit_id,
        unit=part.equipment.unit.name,
        condition=part.condition,
        condition_name=str(CONDITION_NAMES[part.condition]),
        equipment=equipment,
        css=CONDITION_COLOURS[part.condition],
    )


def describe_arm(part: "Part") -> LoadingArmOut:
    """One loading arm."""
    interlocks = [one for one in part.points if one.interlock]
    off = sum(one.interlock != InterlockState.IN_USE for one in interlocks)
    tanker, earthed, attended = (_is_on(part, kind) for kind in (PointKind.TANKER, PointKind.EARTHING, PointKind.ATTENDANCE))
    findings = findings_of_arm(tanker=tanker, earthed=earthed, attended=attended, interlocks_off=off)
    return LoadingArmOut(
        part=describe_part(part),
        tanker=tanker,
        earthed=earthed,
        attended=attended,
        interlocks=len(interlocks),
        interlocks_off=off,
        findings=list(findings),
        finding_names=[str(FINDING_NAMES[one]) for one in findings],
    )


def is_arm(part: "Part") -> bool:
    """Whether it is a loading arm."""
    return part.equipment.kind == EquipmentKind.LOADING_ARM


def _is_on(part: "Part", kind: PointKind) -> bool | None:
    """Whether a contact of the equipment is closed; with several, whether all of them are."""
    fresh = [part.readings[one.pk] for one in part.points if one.kind == kind]
    values = [one.value for one in fresh if one.fresh and one.value is not None]
    return all(value >= 0.5 for value in values) if values else None


def counted(parts: "Iterable[Part]") -> list[tuple[str, str, int]]:
    """How many pieces of equipment stand in each condition that any is in, the gravest first: words, colour, number."""
    found = [part.condition for part in parts]
    return [(str(CONDITION_NAMES[one]), CONDITION_COLOURS[one], found.count(one)) for one in PlantCondition if found.count(one)]
