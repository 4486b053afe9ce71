"""Permits as the alarms beside their works name them."""

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.bus.prepared import prepared
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.queries.beside import alarms_beside, placed
from tocsin.hazchem.permits.rules.kinds import PermitState
from tocsin.hazchem.permits.shown.names import KIND_NAMES, STATE_NAMES
from tocsin.warning.alarms.rules.works import AlarmWork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.warning.face import Alarm

_BEGUN: Final = (PermitState.RUNNING, PermitState.PAUSED, PermitState.STOPPED)


def works_beside(alarms: "Sequence[Alarm]") -> "dict[UUID, list[AlarmWork]]":
    """Of open alarms the works that have begun and are not closed beside them; of all alarms those that they stopped."""
    ids = [one.pk for one in alarms]
    permits = {one.pk: one for one in _begun_or_stopped_by(ids)}
    found: dict[UUID, dict[UUID, AlarmWork]] = defaultdict(dict)
    for permit in permits.values():
        if permit.stopping_alarm_id in ids:
            found[permit.stopping_alarm_id][permit.pk] = _stopped(permit)
    begun = [placed(one) for one in permits.values() if one.state in _BEGUN]
    for one in alarms_beside(begun, (alarm for alarm in alarms if alarm.closed_at is None)):
        found[one.alarm.pk].setdefault(one.permit, _going_on(permits[one.permit]))
    return {alarm: list(works.values()) for alarm, works in found.items()}


@prepared
def _begun_or_stopped_by(alarms: "Sequence[UUID]") -> QuerySet[WorkPermit]:
    rows = WorkPermit.objects.select_related("object").filter(Q(state__in=_BEGUN) | Q(stopping_alarm_id__in=alarms))
    return rows.order_by("number")


def _stopped(permit: WorkPermit) -> AlarmWork:
    text = _("This alarm stopped %(kind)s at %(place)s of %(firm)s, permit %(number)s: %(state)s now.")
    return _work(permit, text)


def _going_on(permit: WorkPermit) -> AlarmWork:
    return _work(permit, _("Beside it: %(kind)s at %(place)s of %(firm)s, permit %(number)s: %(state)s."))


def _work(permit: WorkPermit, text: str) -> AlarmWork:
    kind, state = KIND_NAMES[permit.kind], STATE_NAMES[permit.state]
    told = {"kind": kind, "place": permit.place, "firm": permit.object.name, "number": permit.number, "state": state}
    return AlarmWork(str(kind), text % told, reverse("work_permit", args=[permit.pk]))
