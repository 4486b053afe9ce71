"""What is seen of a firm today, beside what it states."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from tocsin.hazchem.commitments.policy import commitments
from tocsin.hazchem.commitments.rules import Seen
from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.installations.queries.readings import readings_of
from tocsin.hazchem.installations.rules.kinds import InterlockState, PointKind
from tocsin.supervision.face import chance_of_work
from tocsin.warning.face import sensors_in_alarm

if TYPE_CHECKING:
    from tocsin.supervision.face import SupervisedObject

type WorksAtFirm = Callable[[UUID, datetime, datetime], Mapping[str, int] | None]
"""How many works of each kind of `rules.WORK_COUNTS` are permitted at a firm from a moment to another; None where the firm's
permits are not kept by whoever answers. `WORKS_AT_FIRM` of the catalogue names these functions.
"""


def see_firm(firm: "SupervisedObject", now: datetime) -> Seen:
    """What units, points, alarms, permits and the verdict on its work say of the firm now."""
    points = list(PlantPoint.objects.filter(equipment__unit__object=firm, equipment__unit__active=True))
    readings = readings_of(points, now)
    kinds = {one.sensor_id: one.kind for one in points if one.sensor_id is not None}
    in_alarm = sensors_in_alarm(set(kinds))
    gas = sum(kinds[sensor] == PointKind.GAS for sensor in in_alarm)
    return Seen(
        units=PlantUnit.objects.filter(object=firm, active=True).count(),
        works=_works(chance_of_work(firm.pk)),
        permitted=_permitted(firm.pk, now),
        bypassed=sum(one.interlock == InterlockState.BYPASSED for one in points),
        beyond=sum(one.fresh and bool(one.standing) for one in readings.values()),
        alarms=len(in_alarm) - gas,
        gas_alarms=gas,
    )


def _works(chance: float | None) -> bool | None:
    policy = commitments()
    if chance is None or policy.standing_below <= chance < policy.working_from:
        return None
    return chance >= policy.working_from


def _permitted(firm_id: UUID, now: datetime) -> dict[str, int] | None:
    """Works of the local day by kind, of all who keep permits of the firm; None where nobody does."""
    start = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
    found: dict[str, int] | None = None
    for name in settings.WORKS_AT_FIRM:
        answer: WorksAtFirm = import_string(name.replace(":", "."))
        works = answer(firm_id, start, start + timedelta(days=1))
        for work, number in (works or {}).items() if works is not None else ():
            found = {**(found or {}), work: (found or {}).get(work, 0) + number}
        found = {} if found is None and works is not None else found
    return found
