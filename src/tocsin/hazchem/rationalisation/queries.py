"""Sheets of units, and what holds at a point."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.installations.rules.kinds import InterlockState, PointKind
from tocsin.hazchem.rationalisation.models import ResponseSheet
from tocsin.hazchem.rationalisation.rules import Inherited, Sheet, inherit

if TYPE_CHECKING:
    from django.db.models import QuerySet

type Written = Mapping[tuple[str, UUID | None], Sheet]
"""Sheets of one unit by kind of point and point."""


def sheets_of(unit: UUID) -> dict[tuple[str, UUID | None], Sheet]:
    """All sheets of a unit. One query."""
    return {(one.point_kind, one.point_id): one.sheet for one in ResponseSheet.objects.filter(unit_id=unit)}


def holds_at(written: Written, point: PlantPoint) -> Inherited:
    """What holds at a point of the unit whose sheets these are."""
    return inherit(written.get(("", None)), written.get((point.kind, None)), written.get(("", point.pk)))


def points_of(unit: PlantUnit) -> "QuerySet[PlantPoint]":
    """Points of a unit by equipment and tag."""
    return PlantPoint.objects.filter(equipment__unit=unit).select_related("equipment").order_by("equipment__tag", "tag")


def point_of_sensor(sensor: UUID) -> PlantPoint | None:
    """The point that a sensor measures, with equipment and unit; None where it belongs to no plant. One query."""
    rows = PlantPoint.objects.filter(sensor_id=sensor, equipment__unit__active=True)
    return rows.select_related("equipment__unit").order_by("pk").first()


def bypassed_beside(point: PlantPoint) -> list[PlantPoint]:
    """Interlocks of the point's equipment, and of its unit, that are bypassed or have failed: those of its equipment first."""
    rows = PlantPoint.objects.filter(
        equipment__unit_id=point.equipment.unit_id,
        kind=PointKind.INTERLOCK,
        interlock__in=[InterlockState.BYPASSED, InterlockState.FAILED],
    )
    return _own_first(rows.select_related("equipment"), point)


def _own_first(rows: Iterable[PlantPoint], point: PlantPoint) -> list[PlantPoint]:
    return sorted(rows, key=lambda one: (one.equipment_id != point.equipment_id, one.equipment.tag, one.tag))
