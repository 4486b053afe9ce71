"""Alarms that a person may see: loaded with what shows them, searched and counted in few queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from tocsin.base.levels import AlarmLevel
from tocsin.bus.prepared import prepared
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.lifelines.face import asset_ids_named, assets_at
from tocsin.sensing.face import loaded_sensor, sensors_by_index, sensors_named
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.rules.states import PERMISSION_SEE, SET_ASIDE, UNACKNOWLEDGED, AlarmState

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class SensorPlace:
    """What an alarm takes over from its sensor, and what people call it.

    `source_id`, `source_code`: the gateway, else the device, that its readings come through.
    """

    id: UUID
    name: str
    quantity: str
    region_code: str
    lon: float
    lat: float
    source_id: UUID
    source_code: str
    device_id: UUID
    asset_id: UUID | None
    street: str


def sensor_places(indexes: Iterable[int]) -> dict[int, SensorPlace]:
    """Sensors by index, those that the registry knows, named in the reader's language. One query."""
    return {
        one.index: SensorPlace(
            one.id,
            str(one),
            one.quantity,
            one.region_code,
            one.lon,
            one.lat,
            one.device.gateway_id or one.device_id,
            one.device.gateway.code if one.device.gateway else one.device.code,
            one.device_id,
            one.asset_id,
            one.asset.street if one.asset else "",
        )
        for one in _sensors(list(indexes))
    }


_sensors = prepared(sensors_by_index)


def loaded_alarm(alarm: str = "", *, explained: bool = False, owner: bool = False) -> tuple[str, ...]:
    """What `select_related` must load behind that foreign key for the title and the place of an alarm.

    `explained`: and for the place of the alarm that explains it; `owner`: and whose the object is that its sensor watches.
    """
    start = f"{alarm}__" if alarm else ""
    loaded = [*loaded_sensor(f"{start}sensor", owner=owner), f"{start}asset", f"{start}device"]
    if explained:
        loaded += [f"{start}explained_by__device", f"{start}explained_by__asset"]
    return tuple(loaded)


_WITH = (*loaded_alarm(explained=True), "acknowledged_by", "confirmed_by", "shelved_by", "suppressed_by", "assigned_to", "cover")
STATES = ("open", "all", "unacknowledged", "unconfirmed", "closed", *(state.value for state in AlarmState))


SHOWN_LEVEL = Case(When(speaks_for_case=True, case_level__gt=0, then="case_level"), default="level")
"""By which screens count and sort an alarm: one that speaks for an open case by the case's level."""


KEEPER = Coalesce("sensor__asset__owner_id", "asset__owner_id", "sensor__device__organisation_id", "device__organisation_id")
"""The organisation that owns the object where an alarm rings, else keeps the device."""
STREET = Coalesce("sensor__asset__street", "asset__street")
CAUSE = Coalesce(KT("cause__cause"), Value(""), output_field=TextField())
"""The likeliest cause so far: its key, empty where nothing is said."""


def shown_level(alarm: Alarm) -> int:
    """The same of a loaded alarm."""
    return alarm.case_level if alarm.speaks_for_case and alarm.case_level else alarm.level


def visible_alarms(user: "Person") -> QuerySet[Alarm]:
    """Alarms of the regions whose alarms the user may see, with everything that is needed to show them; newest first."""
    return scope(Alarm.objects.select_related(*_WITH), user, PERMISSION_SEE)


def alarms_of_device(user: "Person", device_id: UUID) -> QuerySet[Alarm]:
    """Those of its sensors and of the device as a whole; newest first."""
    return visible_alarms(user).filter(Q(sensor__device=device_id) | Q(device=device_id))


def alarms_by_id(identities: Iterable[UUID | str]) -> list[Alarm]:
    """Those alarms, as `visible_alarms` gives them, whoever may see them."""
    return _by_id([UUID(str(one)) for one in identities])


@prepared
def _by_id(identities: Collection[UUID]) -> QuerySet[Alarm]:
    return Alarm.objects.select_related(*_WITH).filter(pk__in=identities)


@dataclass(frozen=True)
class Place:
    """Where alarms are looked for: an area and all below it, a street, and the objects at a pipe; what is empty asks nothing."""

    region_code: str = ""
    street: str = ""
    pipe_id: UUID | None = None

    def condition(self) -> Q:
        """As a condition on alarms."""
        found = Q(region_code__startswith=governing_prefix(self.region_code)) if self.region_code else Q()
        if self.street:
            found &= Q(sensor__asset__street=self.street) | Q(asset__street=self.street)
        if self.pipe_id is not None:
            there = assets_at(self.pipe_id)
            found &= Q(sensor__asset_id__in=there) | Q(asset_id__in=there)
        return found


def search_alarms(
    user: "Person",
    *,
    state: str = "open",
    level: int | None = None,
    quantity: str = "",
    rule: str = "",
    search: str = "",
    sensor_id: UUID | None = None,
    cover_id: UUID | None = None,
    place: Place | None = None,
) -> QuerySet[Alarm]:
    """Visible alarms, the most urgent first among open ones, else the newest.

    `state`: one of STATES; `level`: at least this; `search`: a part of the sensor's or the object's name, of the object's or the
    device's code, or of the street.
    """
    alarms = _in_state(visible_alarms(user), state).alias(shown_level=SHOWN_LEVEL)
    if level is not None:
        alarms = alarms.filter(shown_level__gte=level)
    if quantity:
        alarms = alarms.filter(quantity=quantity)
    if rule:
        alarms = alarms.filter(rule=rule)
    if sensor_id is not None:
        alarms = alarms.filter(sensor_id=sensor_id)
    if cover_id is not None:
        alarms = alarms.filter(cover_id=cover_id)
    if place is not None:
        alarms = alarms.filter(place.condition())
    for word in search.split():
        alarms = alarms.filter(
            Q(sensor_id__in=sensors_named(word)) | Q(asset_id__in=asset_ids_named(word)) | Q(region_code__startswith=word)
        )
    return alarms if state in ("all", "closed", "normal") else alarms.order_by("-shown_level", "-raised_at", "-id")


def open_alarms_seen(user: "Person") -> QuerySet[Alarm]:
    """Open alarms that the user may see, each with the level by which screens count it (`shown_level`), nothing loaded beside."""
    return scope(Alarm.objects.open(), user, PERMISSION_SEE).annotate(shown_level=SHOWN_LEVEL).order_by("raised_at", "id")


def _in_state(alarms: QuerySet[Alarm], state: str) -> QuerySet[Alarm]:
    if state == "open":
        return alarms.filter(closed_at__isnull=True)
    if state == "unacknowledged":
        return alarms.filter(state__in=UNACKNOWLEDGED)
    if state == "unconfirmed":
        return alarms.filter(state__in=(AlarmState.ACTIVE_ACKNOWLEDGED, AlarmState.LATCHED), confirmed_at=None)
    if state in ("closed", "normal"):
        return alarms.filter(closed_at__isnull=False)
    return alarms if state == "all" else alarms.filter(state=state)


def count_alarms(user: "Person") -> dict[str, int]:
    """Open alarms by level and how many of them nobody has acknowledged; what is set aside is counted apart. One query."""
    counted = (
        scope(Alarm.objects.filter(closed_at__isnull=True), user, PERMISSION_SEE)
        .alias(shown_level=SHOWN_LEVEL)
        .aggregate(
            **{
                level.name.lower(): Count("id", filter=Q(shown_level=level) & ~Q(state__in=SET_ASIDE))
                for level in (AlarmLevel.RED, AlarmLevel.ORANGE, AlarmLevel.YELLOW, AlarmLevel.BLUE)
            },
            unacknowledged=Count("id", filter=Q(state__in=UNACKNOWLEDGED)),
            set_aside=Count("id", filter=Q(state__in=SET_ASIDE)),
        )
    )
    return {name: int(number) for name, number in counted.items()}


def open_alarms(since: datetime, *, quantities: "Collection[str]" = ()) -> list[Alarm]:
    """Alarms that were raised from then on and are open, as `visible_alarms` gives them, whoever may see them.

    `quantities`: of these alone.
    """
    found = Alarm.objects.open().select_related(*_WITH).filter(raised_at__gte=since)
    return list(found.filter(quantity__in=quantities) if quantities else found)


def open_alarms_of(region_code: str) -> QuerySet[Alarm]:
    """Open alarms of one region, the newest first."""
    return Alarm.objects.open().filter(region_code=region_code).order_by("-raised_at", "-id")


def visible_alarm(user: "Person", alarm_id: UUID) -> Alarm:
    """That alarm; Alarm.DoesNotExist where the user may not see it."""
    return visible_alarms(user).get(pk=alarm_id)


def history_of(alarm: Alarm) -> QuerySet[AlarmEntry]:
    """The alarm's history, oldest first, with who acted."""
    return alarm.entries.select_related("actor")
