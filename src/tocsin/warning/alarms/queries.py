"""Reading alarms: what a person may see, searched and counted in few queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.lifelines.face import asset_ids_named, assets_at
from tocsin.sensing.face import devices_named, loaded_sensor, sensor_indexes, sensors_by_index, sensors_named
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DeviceFinding, DiagnosisTask
from tocsin.warning.alarms.rules.states import ACTIVE, PERMISSION_SEE, SET_ASIDE, UNACKNOWLEDGED, AlarmState
from tocsin.warning.covers.queries import next_turn

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.jurisdiction.rights.rules import Permission


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
        for one in sensors_by_index(indexes)
    }


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
    return list(Alarm.objects.select_related(*_WITH).filter(pk__in=list(identities)))


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


def alarms_named(word: str) -> "QuerySet[Alarm, UUID]":
    """Ids of the alarms at a sensor, an object or a device in whose name, code or street the word is."""
    there = Q(sensor_id__in=sensors_named(word)) | Q(asset_id__in=asset_ids_named(word)) | Q(device_id__in=devices_named(word))
    return Alarm.objects.filter(there).order_by().values_list("pk", flat=True)


def alarms_raised(since: datetime, until: datetime | None = None) -> "QuerySet[Alarm, UUID]":
    """Ids of the alarms that were raised from `since` on, and before `until` where that is given."""
    found = Alarm.objects.filter(raised_at__gte=since)
    found = found if until is None else found.filter(raised_at__lt=until)
    return found.order_by().values_list("pk", flat=True)


def open_alarms(since: datetime, *, quantities: "Collection[str]" = ()) -> list[Alarm]:
    """Alarms that were raised from then on and are open, as `visible_alarms` gives them, whoever may see them.

    `quantities`: of these alone.
    """
    found = Alarm.objects.open().select_related(*_WITH).filter(raised_at__gte=since)
    return list(found.filter(quantity__in=quantities) if quantities else found)


def alarms_of_point(alarm: Alarm) -> "QuerySet[Alarm, UUID]":
    """Ids of every alarm of the same rule at the same sensor, object or device, that alarm too."""
    point = {"sensor_id": alarm.sensor_id, "asset_id": alarm.asset_id, "device_id": alarm.device_id}
    return Alarm.objects.filter(**point, rule=alarm.rule).order_by().values_list("pk", flat=True)


def alarms_at_any_sensor() -> "QuerySet[Alarm, UUID]":
    """Ids of the alarms that a sensor raised."""
    return Alarm.objects.filter(sensor_id__isnull=False).order_by().values_list("pk", flat=True)


def regions_of_alarms(alarms: "Collection[UUID] | QuerySet[Alarm, UUID]") -> list[str]:
    """The counties of those alarms, sorted."""
    return sorted(Alarm.objects.filter(pk__in=alarms).order_by().values_list("region_code", flat=True).distinct())


@dataclass(frozen=True)
class AlarmPoint:
    """Where an alarm is on a map, and what it measured."""

    lon: float | None
    lat: float | None
    quantity: str


def alarm_points(alarms: "QuerySet[Any, UUID | None]") -> dict[UUID, AlarmPoint]:
    """By alarm of that query of ids its point. One query."""
    rows = Alarm.objects.filter(pk__in=alarms).order_by().values_list("pk", "lon", "lat", "quantity")
    return {pk: AlarmPoint(lon, lat, quantity) for pk, lon, lat, quantity in rows}


@dataclass(frozen=True)
class AlarmStanding:
    """How an alarm stands; `taken`: a person has taken it in hand."""

    raised_at: datetime
    level: AlarmLevel
    peak_level: AlarmLevel
    is_open: bool
    taken: bool


def alarm_standings(alarms: "QuerySet[Any, UUID]") -> dict[UUID, AlarmStanding]:
    """By alarm of that query of ids how it stands. One query."""
    columns = ("pk", "raised_at", "level", "peak_level", "closed_at", "acknowledged_by_id", "assigned_to_id", "level_held")
    return {
        pk: AlarmStanding(
            raised_at,
            AlarmLevel(level),
            AlarmLevel(peak),
            is_open=closed is None,
            taken=acknowledged is not None or assigned is not None or held,
        )
        for pk, raised_at, level, peak, closed, acknowledged, assigned, held in Alarm.objects.filter(pk__in=alarms)
        .order_by()
        .values_list(*columns)
    }


def alarms_done_with_diagnosis(*, due_before: datetime) -> QuerySet[Alarm]:
    """Open alarms that wait for no first diagnosis, or for one that was due before that moment (machine's time), oldest first."""
    waiting = DiagnosisTask.objects.exclude(reason="later").filter(due_at__gt=due_before).values("alarm_id")
    return Alarm.objects.open().exclude(pk__in=waiting).order_by("raised_at", "id")


def open_alarms_of(region_code: str) -> QuerySet[Alarm]:
    """Open alarms of one region, the newest first."""
    return Alarm.objects.open().filter(region_code=region_code).order_by("-raised_at", "-id")


def standing_conditions() -> list[tuple[int, str]]:
    """(sensor index, rule) of every condition that holds by the database: active alarms, also set aside, and device findings."""
    active = Alarm.objects.filter(closed_at__isnull=True).filter(Q(state__in=ACTIVE) | Q(beneath__in=ACTIVE))
    alarms = active.filter(sensor_id__isnull=False).order_by()
    findings = DeviceFinding.objects.order_by()
    index = sensor_indexes(alarms.values_list("sensor_id", flat=True), findings.values_list("sensor_id", flat=True))
    standing = {*alarms.values_list("sensor_id", "rule"), *findings.values_list("sensor_id", "rule")}
    return sorted((index[sensor_id], rule) for sensor_id, rule in standing if sensor_id is not None)


def alarms_at_sensors(
    *sensors: QuerySet[Any, Any], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, int, datetime, datetime | None]]:
    """(alarm, sensor, highest level, raised, condition gone) of alarms at sensors of any of these queries of ids, raised from
    `since` to before `until`. Without those that are set aside, or were raised by readings of long ago.
    """
    there = Q()
    for one in sensors:
        there |= Q(sensor_id__in=one)
    alarms = Alarm.objects.filter(there, raised_at__gte=since, raised_at__lt=until, late=False).exclude(state__in=SET_ASIDE)
    gone = Coalesce("returned_at", "closed_at")
    return list(alarms.order_by().values_list("pk", "sensor_id", "peak_level", "raised_at", gone))


def sensors_in_alarm(sensors: "Collection[UUID]") -> set[UUID]:
    """Of those sensors the ones with an open alarm that is not set aside, whoever may see it. One query."""
    rows = Alarm.objects.open().filter(sensor_id__in=sensors, late=False).exclude(state__in=SET_ASIDE)
    return {one for one in rows.order_by().values_list("sensor_id", flat=True) if one is not None}


def unacknowledged_at(sensors: QuerySet[Any, Any]) -> dict[UUID, int]:
    """By sensor of that query of ids how many alarms nobody has acknowledged, without those of long ago. One query."""
    rows = Alarm.objects.open().filter(sensor_id__in=sensors, state__in=UNACKNOWLEDGED, late=False)
    counted = rows.order_by().values("sensor_id").annotate(number=Count("pk"))
    return {one["sensor_id"]: one["number"] for one in counted}


def visible_alarm(user: "Person", alarm_id: UUID) -> Alarm:
    """That alarm; Alarm.DoesNotExist where the user may not see it."""
    return visible_alarms(user).get(pk=alarm_id)


def history_of(alarm: Alarm) -> QuerySet[AlarmEntry]:
    """The alarm's history, oldest first, with who acted."""
    return alarm.entries.select_related("actor")


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


def next_diagnosis_at() -> datetime | None:
    """When, by the machine's clock, the next diagnosis may be worked on; None where none waits."""
    return DiagnosisTask.objects.order_by("free_at").values_list("free_at", flat=True).first()


def next_clock(now: datetime) -> datetime | None:
    """When, by the judging clock, time alone next changes an alarm; None where nothing runs.

    A shelf or a suppression ends, a level rises, an acknowledgement lapses, a cover begins or ends.
    """
    times = [next_turn(now=now)]
    for column, state in (
        ("shelved_until", AlarmState.SHELVED),
        ("suppressed_until", AlarmState.SUPPRESSED),
        ("suppressed_until", AlarmState.OUT_OF_SERVICE),
        ("rises_at", AlarmState.ACTIVE_UNACKNOWLEDGED),
        ("lapses_at", AlarmState.ACTIVE_ACKNOWLEDGED),
    ):
        running = Alarm.objects.filter(state=state, **{f"{column}__isnull": False})
        times.append(running.order_by(column).values_list(column, flat=True).first())
    return min((one for one in times if one is not None), default=None)
