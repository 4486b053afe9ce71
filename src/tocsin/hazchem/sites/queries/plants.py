"""Equipment of a firm with what is measured, its condition, and what goes on in its units."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantPoint, PlantUnit
from tocsin.hazchem.installations.queries.readings import Reading, TankPicture, picture_of, readings_of
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.kinds import InterlockState
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.queries.permits import visible_permits
from tocsin.hazchem.permits.rules.kinds import PermitState
from tocsin.hazchem.sites.models import PlantPicture
from tocsin.hazchem.sites.rules.conditions import ConditionFacts, PlantCondition, condition_of
from tocsin.supervision.face import visible_objects
from tocsin.warning.alarms.rules.states import SET_ASIDE, UNACKNOWLEDGED
from tocsin.warning.face import Alarm, sensors_in_alarm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_PARTS = 500
_AT_WORK = [PermitState.RUNNING, PermitState.PAUSED]


@dataclass(frozen=True)
class Part:
    """A piece of equipment as it stands now."""

    equipment: PlantEquipment
    held: Sequence[HeldSubstance]
    readings: dict[UUID, Reading]
    picture: TankPicture | None
    condition: PlantCondition

    @property
    def points(self) -> list[PlantPoint]:
        """Its points, loaded with their sensors."""
        return list(self.equipment.points.all())


def units_of(user: "Person", object_id: UUID, area: str = "") -> QuerySet[PlantUnit]:
    """Units of a firm that the user sees, of a key area where one is given."""
    found = visible_units(user).filter(object_id=object_id)
    return (found.filter(area=area) if area else found).order_by("-r", "name", "pk")


def parts_of(units: Iterable[PlantUnit], now: datetime) -> list[Part]:
    """Equipment of those units, as many as a page draws, by unit and tag."""
    known = list(units)
    held = Prefetch("held", HeldSubstance.objects.order_by("substance", "pk"))
    found = PlantEquipment.objects.filter(unit__in=known).select_related("unit__object")
    rows = list(found.prefetch_related("points__sensor", held).order_by("unit__name", "tag", "pk")[:MOST_PARTS])
    points = [point for one in rows for point in one.points.all()]
    readings = readings_of(points, now)
    alarmed = sensors_in_alarm({one.sensor_id for one in points if one.sensor_id is not None})
    at_work = set(WorkPermit.objects.filter(unit__in=known, state__in=_AT_WORK).values_list("unit_id", flat=True))
    return [_part(one, readings, alarmed, at_work=one.unit_id in at_work) for one in rows]


def _part(equipment: PlantEquipment, readings: dict[UUID, Reading], alarmed: set[UUID], *, at_work: bool) -> Part:
    points, held = list(equipment.points.all()), list(equipment.held.all())
    picture = picture_of(equipment, readings, held)
    own = [readings[one.pk] for one in points]
    measured = [one for one in own if one.point.sensor_id is not None]
    standings = [one.standing for one in measured if one.fresh]
    if picture is not None and picture.fresh:
        standings.append("high_high" if picture.too_full else picture.standing)
    off = (InterlockState.BYPASSED, InterlockState.FAILED)
    facts = ConditionFacts(
        alarmed=any(one.point.sensor_id in alarmed for one in measured),
        standings=standings,
        out_of_service=equipment.out_since is not None,
        interlocks_off=sum(one.interlock in off for one in points),
        sensors=len(measured),
        silent=sum(not one.fresh for one in measured),
        permits=int(at_work),
    )
    return Part(equipment, held, {one.point.pk: one for one in own}, picture, condition_of(facts))


def conditions_by_unit(parts: Iterable[Part]) -> dict[UUID, list[PlantCondition]]:
    """The conditions of equipment by its unit."""
    found: defaultdict[UUID, list[PlantCondition]] = defaultdict(list)
    for part in parts:
        found[part.equipment.unit_id].append(part.condition)
    return found


def unacknowledged(parts: Iterable[Part]) -> list[tuple[Alarm, PlantPoint]]:
    """Alarms at the points that nobody has acknowledged, the gravest and oldest first."""
    points = {point.sensor_id: point for part in parts for point in part.points if point.sensor_id is not None}
    found = Alarm.objects.open().filter(sensor_id__in=points, state__in=UNACKNOWLEDGED, late=False).exclude(state__in=SET_ASIDE)
    rows = found.order_by("-level", "raised_at", "pk")[:200]
    return [(one, points[one.sensor_id]) for one in rows if one.sensor_id is not None]


def permits_of(user: "Person", object_id: UUID, begin: datetime, end: datetime) -> list[WorkPermit]:
    """Permits of a firm that hold between two moments, those that begin first in front."""
    found = visible_permits(user).filter(object_id=object_id, begins_at__lt=end, ends_at__gt=begin)
    return list(found.exclude(state=PermitState.CANCELLED).order_by("begins_at", "pk")[:200])


def plan_of(object_id: UUID) -> PlantPicture | None:
    """The plan of a firm, if it has one."""
    return PlantPicture.objects.filter(object_id=object_id).select_related("by").first()


def may_read_plan(user: "Person", plan_id: str) -> bool:
    """Whether the user may read the picture of a plan: whoever sees the firm."""
    return PlantPicture.objects.filter(pk=plan_id, object__in=visible_objects(user)).exists()
