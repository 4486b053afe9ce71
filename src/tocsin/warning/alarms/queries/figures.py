"""What figures about alarms are made of: when each rang, was confirmed and closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.queries.alarms import KEEPER
from tocsin.warning.alarms.rules.states import PERMISSION_SEE

if TYPE_CHECKING:
    from collections.abc import Collection

    from tocsin.jurisdiction.face import Person
    from tocsin.jurisdiction.rights.rules import Permission


@dataclass(frozen=True)
class AlarmTimes:
    """What figures about alarms need of one: `point` is what rings with its rule; -1 stands for what has not happened.

    `met_ms`: every time that its condition was met, also while it was open. `device`: the device that rings; `body`: the
    organisation that owns the object there, else keeps the device; ids as texts, empty for none.
    """

    alarm_id: UUID
    point: tuple[str, str]
    level: int
    raised_ms: int
    confirmed_ms: int
    closed_ms: int
    met_ms: tuple[int, ...]
    device: str = ""
    body: str = ""


def alarm_times(user: "Person", *, region_code: str, since: datetime, until: datetime) -> list[AlarmTimes]:
    """The visible alarms of the area that were open at some time from `since` to `until`, in the order in which they rang."""
    inside = Alarm.objects.filter(region_code__startswith=governing_prefix(region_code))
    return _times(scope(inside, user, PERMISSION_SEE), since, until)


def alarm_times_at(sensors: "Collection[UUID]", *, since: datetime, until: datetime) -> list[AlarmTimes]:
    """The same of the alarms of those sensors, whoever may see them."""
    return _times(Alarm.objects.filter(sensor_id__in=sensors), since, until)


def _times(alarms: QuerySet[Alarm], since: datetime, until: datetime) -> list[AlarmTimes]:
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=since)
    found = alarms.filter(still, raised_at__lt=until).order_by("raised_at", "id")
    met: dict[UUID, list[int]] = {}
    acts = AlarmEntry.objects.filter(alarm__in=found, act__in=("raised", "repeated"), at__gte=since, at__lt=until)
    for alarm_id, at in acts.values_list("alarm_id", "at"):
        met.setdefault(alarm_id, []).append(ms_from_datetime(at))
    confirmations = AlarmEntry.objects.filter(alarm__in=found, act="acknowledged").order_by()
    first_confirmed = dict(confirmations.values_list("alarm_id").annotate(first=Min("at")))
    rings = Coalesce("sensor__device_id", "device_id")
    found = found.annotate(rings=rings, keeps=KEEPER)
    columns = ("pk", "sensor_id", "asset_id", "device_id", "rule", "peak_level", "raised_at", "acknowledged_at", "closed_at")
    return [
        AlarmTimes(
            alarm_id=pk,
            point=(str(sensor or asset or device), rule),
            level=level,
            raised_ms=ms_from_datetime(raised),
            confirmed_ms=-1 if (moment := first_confirmed.get(pk, confirmed)) is None else ms_from_datetime(moment),
            closed_ms=-1 if closed is None else ms_from_datetime(closed),
            met_ms=tuple(met.get(pk, ())),
            device=str(rings or ""),
            body=str(keeps or ""),
        )
        for pk, sensor, asset, device, rule, level, raised, confirmed, closed, rings, keeps in found.values_list(
            *columns, "rings", "keeps"
        )
    ]


@dataclass(frozen=True)
class AlarmAnswer:
    """An alarm of an area with the moment at which it was first confirmed."""

    alarm_id: UUID
    region_code: str
    raised_at: datetime
    confirmed_at: datetime | None


def alarm_answers(
    user: "Person", permission: "Permission", *, region_code: str, since: datetime, until: datetime
) -> list[AlarmAnswer]:
    """The alarms that rang there from `since` to before `until`, as far as the permission reaches, the newest first."""
    inside = Alarm.objects.filter(
        region_code__startswith=governing_prefix(region_code), raised_at__gte=since, raised_at__lt=until
    )
    first = AlarmEntry.objects.filter(alarm=OuterRef("pk"), act="acknowledged").order_by("at").values("at")[:1]
    answered = Coalesce(Subquery(first), "acknowledged_at")
    found = scope(inside, user, permission).annotate(answered=answered).order_by("-raised_at", "-id")
    return [AlarmAnswer(*row) for row in found.values_list("pk", "region_code", "raised_at", "answered")]
