"""What waits for a firm's own people: assessment and filing of major hazards, ends of outages and of bypasses."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.installations.models import PlantEquipment, PlantPoint, PlantUnit
from tocsin.hazchem.installations.queries.registration import to_assess, to_file
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.kinds import InterlockState
from tocsin.hazchem.installations.shown.names import GRADE_NAMES
from tocsin.hazchem.installations.shown.units import assess_until, file_until
from tocsin.screens.waiting import Waiting, WaitingKind, end_of_day
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from datetime import date

    from tocsin.screens.request import Actor

_MOST: Final = 200


def units_to_assess(user: "Actor", now: datetime) -> list[PlantUnit]:
    """Major hazards of the user's firm whose assessment is missing, over, or soon to end."""
    return _own(user, to_assess(timezone.localtime(now).date()))


def units_to_file(user: "Actor", now: datetime) -> list[PlantUnit]:
    """Units of the user's firm whose filing is to be made, made anew, or cancelled."""
    return _own(user, to_file())


def outages_over(user: "Actor", now: datetime) -> list[PlantEquipment]:
    """Equipment of the user's firm that should be in service again."""
    if user.organisation_id is None:
        return []
    rows = PlantEquipment.objects.filter(out_until__lte=now, unit__active=True).select_related("unit__object")
    return list(rows.filter(unit__object__organisation_id=user.organisation_id).order_by("out_until", "pk")[:_MOST])


def bypasses_over(user: "Actor", now: datetime) -> list[PlantPoint]:
    """Bypassed interlocks of the user's firm whose bypass has ended."""
    if user.organisation_id is None:
        return []
    rows = PlantPoint.objects.filter(interlock=InterlockState.BYPASSED, bypass_until__lte=now, equipment__unit__active=True)
    rows = rows.filter(equipment__unit__object__organisation_id=user.organisation_id)
    return list(rows.select_related("equipment__unit__object").order_by("bypass_until", "pk")[:_MOST])


def _own(user: "Actor", condition: Q) -> list[PlantUnit]:
    if user.organisation_id is None:
        return []
    found = visible_units(user).filter(condition, object__organisation_id=user.organisation_id)
    return list(found.order_by("-r", "pk")[:_MOST])


def _tell_assessment(unit: PlantUnit) -> Waiting:
    return _waiting(unit, assess_until(unit))


def _tell_filing(unit: PlantUnit) -> Waiting:
    return _waiting(unit, file_until(unit))


def _tell_outage(equipment: PlantEquipment) -> Waiting:
    about = listed(equipment.unit.object.name, equipment.unit.name, equipment.tag)
    since = equipment.out_until or timezone.now()
    return Waiting(about, reverse("plant_unit", args=[equipment.unit_id]), since, due=since)


def _tell_bypass(point: PlantPoint) -> Waiting:
    unit = point.equipment.unit
    since = point.bypass_until or timezone.now()
    return Waiting(listed(unit.object.name, unit.name, point.tag), reverse("plant_unit", args=[unit.pk]), since, due=since)


def _waiting(unit: PlantUnit, day: "date | None") -> Waiting:
    due = end_of_day(day) if day else None
    about = listed(unit.object.name, unit.name, str(GRADE_NAMES[unit.grade]))
    since = unit.graded_at or due or timezone.now()
    return Waiting(about, reverse("plant_unit", args=[unit.pk]), since, due=due)


WAITING: Final = (
    WaitingKind(
        "major_hazard_assess",
        pgettext_lazy("what waits", "Major hazard: assess"),
        (rights.OWN,),
        found=units_to_assess,
        tell=_tell_assessment,
    ),
    WaitingKind(
        "major_hazard_file",
        pgettext_lazy("what waits", "Major hazard: file"),
        (rights.OWN,),
        found=units_to_file,
        tell=_tell_filing,
    ),
    WaitingKind(
        "plant_outage_over",
        pgettext_lazy("what waits", "Equipment: should be in service again"),
        (rights.OWN,),
        found=outages_over,
        tell=_tell_outage,
    ),
    WaitingKind(
        "interlock_bypass_over",
        pgettext_lazy("what waits", "Interlock: its bypass has ended"),
        (rights.OWN,),
        found=bypasses_over,
        tell=_tell_bypass,
    ),
)
