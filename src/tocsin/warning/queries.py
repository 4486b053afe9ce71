"""Reading alarms: what a person may see, searched and counted in few queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.queries import scope
from tocsin.jurisdiction.rules import governing_prefix, governs
from tocsin.sensing.queries import sensors_by_index
from tocsin.warning.models import (
    Alarm,
    AlarmEntry,
    Answer,
    DeviceFinding,
    Diagnosis,
    DiagnosisTask,
    EarlySign,
    Finding,
    PriorReset,
    ReplayResult,
    ReplayRun,
    Shown,
    TemplateSet,
)
from tocsin.warning.policy import load_profiles
from tocsin.warning.rules import (
    ACTIVE,
    PERMISSION_DIAGNOSIS,
    PERMISSION_REPLAY,
    PERMISSION_SEE,
    SET_ASIDE,
    UNACKNOWLEDGED,
    AlarmState,
)

if TYPE_CHECKING:
    from tocsin.engine.detectors.levels import Level
    from tocsin.jurisdiction.queries import Person


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
        )
        for one in sensors_by_index(indexes)
    }


_PLACES = ("sensor__asset", "sensor__device", "asset", "device", "explained_by__device", "explained_by__asset")
_WITH = (*_PLACES, "acknowledged_by", "shelved_by", "assigned_to")
STATES = ("open", "all", "unacknowledged", "closed", *(state.value for state in AlarmState))


def visible_alarms(user: "Person") -> QuerySet[Alarm]:
    """Alarms of the regions whose alarms the user may see, with everything that is needed to show them; newest first."""
    return scope(Alarm.objects.select_related(*_WITH), user, PERMISSION_SEE)


def alarms_by_id(identities: Iterable[UUID | str]) -> list[Alarm]:
    """Those alarms, as `visible_alarms` gives them, whoever may see them."""
    return list(Alarm.objects.select_related(*_WITH).filter(pk__in=list(identities)))


def search_alarms(
    user: "Person",
    *,
    state: str = "open",
    level: int | None = None,
    quantity: str = "",
    rule: str = "",
    search: str = "",
    sensor_id: UUID | None = None,
) -> QuerySet[Alarm]:
    """Visible alarms, the most urgent first among open ones, else the newest.

    `state`: one of STATES; `level`: at least this; `search`: a part of the sensor's or the object's name, of the object's or the
    device's code, or of the street.
    """
    alarms = _in_state(visible_alarms(user), state)
    if level is not None:
        alarms = alarms.filter(level__gte=level)
    if quantity:
        alarms = alarms.filter(quantity=quantity)
    if rule:
        alarms = alarms.filter(rule=rule)
    if sensor_id is not None:
        alarms = alarms.filter(sensor_id=sensor_id)
    for word in search.split():
        alarms = alarms.filter(
            Q(sensor__name__icontains=word)
            | Q(sensor__device__code__icontains=word)
            | Q(sensor__asset__code__icontains=word)
            | Q(sensor__asset__name__icontains=word)
            | Q(sensor__asset__street__icontains=word)
            | Q(asset__code__icontains=word)
            | Q(asset__name__icontains=word)
            | Q(asset__street__icontains=word)
            | Q(region_code__startswith=word)
        )
    return alarms if state in ("all", "closed", "normal") else alarms.order_by("-level", "-raised_at", "-id")


def _in_state(alarms: QuerySet[Alarm], state: str) -> QuerySet[Alarm]:
    if state == "open":
        return alarms.filter(closed_at__isnull=True)
    if state == "unacknowledged":
        return alarms.filter(state__in=UNACKNOWLEDGED)
    if state in ("closed", "normal"):
        return alarms.filter(closed_at__isnull=False)
    return alarms if state == "all" else alarms.filter(state=state)


def count_alarms(user: "Person") -> dict[str, int]:
    """Open alarms by level and how many of them nobody has acknowledged; what is set aside is counted apart. One query."""
    counted = scope(Alarm.objects.filter(closed_at__isnull=True), user, PERMISSION_SEE).aggregate(
        **{
            level.name.lower(): Count("id", filter=Q(level=level) & ~Q(state__in=SET_ASIDE))
            for level in (AlarmLevel.RED, AlarmLevel.ORANGE, AlarmLevel.YELLOW, AlarmLevel.BLUE)
        },
        unacknowledged=Count("id", filter=Q(state__in=UNACKNOWLEDGED)),
        set_aside=Count("id", filter=Q(state__in=SET_ASIDE)),
    )
    return {name: int(number) for name, number in counted.items()}


def alarms_done_with_diagnosis(*, due_before: datetime) -> QuerySet[Alarm]:
    """Open alarms that wait for no first diagnosis, or for one that was due before that moment (machine's time), oldest first."""
    waiting = DiagnosisTask.objects.exclude(reason="later").filter(due_at__gt=due_before).values("alarm_id")
    return Alarm.objects.open().exclude(pk__in=waiting).order_by("raised_at", "id")


def open_alarms_of(region_code: str) -> QuerySet[Alarm]:
    """Open alarms of one region, the newest first."""
    return Alarm.objects.open().filter(region_code=region_code).order_by("-raised_at", "-id")


def newest_diagnoses(alarm_ids: Iterable[UUID]) -> dict[UUID, Diagnosis]:
    """By alarm what the machine thinks now; alarms that it has not thought about are left out. One query."""
    newest: dict[UUID, Diagnosis] = {}
    for one in Diagnosis.objects.filter(alarm_id__in=list(alarm_ids)).order_by("made_at", "id"):
        newest[one.alarm_id] = one
    return newest


def warm_sensors(alarm_id: UUID, causes: Collection[str]) -> dict[int, Any]:
    """By index the temperature sensors that spoke for one of these causes in any diagnosis of the alarm, whether they rang."""
    found: set[int] = set()
    for result in Diagnosis.objects.filter(alarm_id=alarm_id).values_list("result", flat=True).iterator():
        told = (item for one in result["hypotheses"] if one["cause"] in causes for item in one["evidence"])
        found |= {item["sensor"] for item in told if item["sensor"] is not None and item["weight"] > 0}
    return {one.index: one for one in sensors_by_index(found).filter(quantity="temperature")}


def first_levels(profile: str, quantity: str, *, low: float | None, high: float | None) -> "tuple[Level | None, Level | None]":
    """The levels at which a sensor rings first below and above its normal band; None on a side that has none.

    `profile`, `low` and `high` are the sensor's own, in the quantity's unit.
    """
    found = load_profiles().of_sensor(profile, quantity)
    if found is None:
        return None, None
    watched = found.with_limits(low, high)
    return next(iter(watched.low), None), next(iter(watched.high), None)


def standing_conditions() -> list[tuple[int, str]]:
    """(sensor index, rule) of every condition that holds by the database: active alarms, also set aside, and device findings."""
    active = Alarm.objects.filter(closed_at__isnull=True).filter(Q(state__in=ACTIVE) | Q(beneath__in=ACTIVE))
    alarms = active.filter(sensor__isnull=False).values_list("sensor__index", "rule")
    return sorted({*alarms, *DeviceFinding.objects.values_list("sensor__index", "rule")})


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


def visible_alarm(user: "Person", alarm_id: UUID) -> Alarm:
    """That alarm; Alarm.DoesNotExist where the user may not see it."""
    return visible_alarms(user).get(pk=alarm_id)


def history_of(alarm: Alarm) -> QuerySet[AlarmEntry]:
    """The alarm's history, oldest first, with who acted."""
    return AlarmEntry.objects.filter(alarm=alarm).select_related("actor")


def newest_diagnosis(user: "Person", alarm_id: UUID) -> Diagnosis | None:
    """What the machine thinks now; None where it has not thought yet. Alarm.DoesNotExist where the user may not see it."""
    alarm = scope(Alarm.objects.all(), user, PERMISSION_DIAGNOSIS).only("id").get(pk=alarm_id)
    return Diagnosis.objects.filter(alarm=alarm).select_related("alarm").first()


def shown_to_people(user: "Person", alarm_id: UUID) -> list[Shown]:
    """What was shown to whom of this alarm's diagnoses, oldest first. Alarm.DoesNotExist where the user may not see diagnoses."""
    alarm = scope(Alarm.objects.all(), user, PERMISSION_DIAGNOSIS).only("id").get(pk=alarm_id)
    return shown_of([alarm.pk])


def shown_of(alarm_ids: Iterable[UUID]) -> list[Shown]:
    """What was shown to whom of these alarms' diagnoses, whoever may see it, oldest first. One query."""
    return list(Shown.objects.filter(alarm_id__in=list(alarm_ids)).select_related("person"))


def standing_answers(alarm: Alarm) -> list[Answer]:
    """What crews measured and people said about it that has not been withdrawn, oldest first."""
    return list(Answer.objects.filter(alarm=alarm, withdrawn_at__isnull=True).select_related("entered_by"))


def all_answers(alarm: Alarm) -> list[Answer]:
    """Every answer about it, withdrawn ones too, oldest first."""
    return list(Answer.objects.filter(alarm=alarm).select_related("entered_by", "withdrawn_by"))


def findings_of(alarm: Alarm) -> list[Finding]:
    """The finding that stands and those that it replaced, newest first."""
    return list(Finding.objects.filter(alarm=alarm).select_related("recorded_by"))


def standing_findings(user: "Person", *, region_code: str, since: datetime | None) -> list[Finding]:
    """Findings of that region that stand, found since then, where the user may see diagnoses; oldest first."""
    found = scope(Finding.objects.filter(replaced_at__isnull=True), user, PERMISSION_DIAGNOSIS)
    found = found.filter(region_code__startswith=governing_prefix(region_code))
    if since is not None:
        found = found.filter(found_at__gte=since)
    return list(found.order_by("found_at", "id"))


def shown_when_taken(alarm: Alarm) -> Diagnosis | None:
    """The ranking that was on the screen when somebody first acknowledged the alarm; the first one where nobody has."""
    taken = AlarmEntry.objects.filter(alarm=alarm, act="acknowledged").first()
    made = Diagnosis.objects.filter(alarm=alarm).order_by("made_at", "id")
    shown = made.filter(made_at__lte=taken.written_at).last() if taken else None
    return shown or made.first()


def findings_that_teach(region_code: str) -> list[tuple[str, str, str, datetime, UUID]]:
    """(cause, region, asset code, time, alarm) of the findings that stand in a region; a reset forgets those of its own."""
    found = Finding.objects.filter(replaced_at__isnull=True, region_code__startswith=governing_prefix(region_code))
    for code, at in PriorReset.objects.values_list("region_code", "at"):
        found = found.exclude(region_code__startswith=governing_prefix(code), recorded_at__lte=at)
    return list(found.values_list("cause", "region_code", "asset_code", "found_at", "alarm_id"))


def last_reset(region_code: str) -> PriorReset | None:
    """The newest reset that reaches this region: its own or one of a region above it."""
    resets = PriorReset.objects.select_related("by")
    return next((one for one in resets if governs(one.region_code, region_code)), None)


def visible_early_signs(user: "Person") -> QuerySet[EarlySign]:
    """Early signs of the regions whose diagnoses the user may see, newest first."""
    rows = EarlySign.objects.select_related("sensor__asset", "sensor__device", "alarm", "seen_by")
    return scope(rows, user, PERMISSION_DIAGNOSIS)


def early_signs_told(region_code: str, since: datetime) -> list[EarlySign]:
    """Signs of one region that the watch need not tell again: those that stand, and those that became an alarm since then."""
    rows = EarlySign.objects.filter(region_code=region_code).select_related("sensor")
    return list(rows.filter(Q(ended_at__isnull=True) | Q(alarm__isnull=False, ended_at__gt=since)))


def early_signs_before(user: "Person", alarm_id: UUID) -> list[EarlySign]:
    """The early signs that became this alarm, oldest first."""
    return list(visible_early_signs(user).filter(alarm_id=alarm_id).order_by("raised_at", "id"))


def template_set_in_force(region_code: str) -> TemplateSet | None:
    """The set that was switched on last for the region or one above it; None before the first. Two small queries."""
    sets = TemplateSet.objects.values_list("pk", "region_code")
    newest = next((pk for pk, code in sets if governs(code, region_code)), None)
    return None if newest is None else TemplateSet.objects.select_related("by").get(pk=newest)


def visible_template_sets(user: "Person") -> QuerySet[TemplateSet]:
    """Sets of the regions whose alarms the user may replay, newest first, without their texts."""
    return scope(TemplateSet.objects.defer("text").select_related("by"), user, PERMISSION_REPLAY)


def visible_replays(user: "Person") -> QuerySet[ReplayRun]:
    """Runs of the regions whose alarms the user may replay, newest first."""
    return scope(ReplayRun.objects.select_related("by", "before"), user, PERMISSION_REPLAY)


def replayed(run: ReplayRun) -> list[ReplayResult]:
    """What was to be judged again, done or not, the newest alarm first, with what an alarm is shown by."""
    places = ("sensor__asset", "sensor__device", "asset", "device")
    rows = ReplayResult.objects.filter(run=run).select_related("diagnosis", *(f"diagnosis__alarm__{one}" for one in places))
    return list(rows.defer("diagnosis__result").order_by("-diagnosis__alarm__raised_at", "id"))


def findings_by_alarm(alarm_ids: Iterable[UUID]) -> dict[UUID, Finding]:
    """By alarm the finding that stands. One query."""
    return {one.alarm_id: one for one in Finding.objects.filter(alarm_id__in=list(alarm_ids), replaced_at__isnull=True)}


def diagnoses_when_taken(alarm_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """By alarm the id of what `shown_when_taken` gives; alarms without a diagnosis are left out. Two queries."""
    wanted = list(alarm_ids)
    taken: dict[UUID, datetime] = {}
    for alarm_id, at in AlarmEntry.objects.filter(alarm_id__in=wanted, act="acknowledged").values_list("alarm_id", "written_at"):
        taken.setdefault(alarm_id, at)
    found: dict[UUID, UUID] = {}
    made = Diagnosis.objects.filter(alarm_id__in=wanted).order_by("made_at", "id")
    for identity, alarm_id, at in made.values_list("id", "alarm_id", "made_at"):
        if alarm_id not in found or (alarm_id in taken and at <= taken[alarm_id]):
            found[alarm_id] = identity
    return found


def alarms_to_replay(region_code: str, *, since: datetime | None, alarm_id: UUID | None, most: int) -> list[UUID]:
    """Alarms of that region with a kept diagnosis, the newest first: those raised since then, or one alone."""
    found = Alarm.objects.filter(region_code__startswith=governing_prefix(region_code), sensor__isnull=False)
    found = found.filter(pk__in=Diagnosis.objects.values("alarm_id"))
    if alarm_id is not None:
        found = found.filter(pk=alarm_id)
    elif since is not None:
        found = found.filter(raised_at__gte=since)
    return list(found.order_by("-raised_at", "-id").values_list("id", flat=True)[:most])


@dataclass(frozen=True)
class AlarmTimes:
    """What figures about alarms need of one: `point` is what rings with its rule; -1 stands for what has not happened.

    `met_ms`: every time that its condition was met, also while it was open.
    """

    alarm_id: UUID
    point: tuple[str, str]
    level: int
    raised_ms: int
    confirmed_ms: int
    closed_ms: int
    met_ms: tuple[int, ...]


def alarm_times(user: "Person", *, region_code: str, since: datetime, until: datetime) -> list[AlarmTimes]:
    """The visible alarms of the area that were open at some time from `since` to `until`, in the order in which they rang."""
    inside = Q(region_code__startswith=governing_prefix(region_code), raised_at__lt=until)
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=since)
    found = scope(Alarm.objects.filter(inside & still), user, PERMISSION_SEE).order_by("raised_at", "id")
    met: dict[UUID, list[int]] = {}
    acts = AlarmEntry.objects.filter(alarm__in=found, act__in=("raised", "repeated"), at__gte=since, at__lt=until)
    for alarm_id, at in acts.values_list("alarm_id", "at"):
        met.setdefault(alarm_id, []).append(ms_from_datetime(at))
    columns = ("pk", "sensor_id", "asset_id", "device_id", "rule", "peak_level", "raised_at", "acknowledged_at", "closed_at")
    return [
        AlarmTimes(
            alarm_id=pk,
            point=(str(sensor or asset or device), rule),
            level=level,
            raised_ms=ms_from_datetime(raised),
            confirmed_ms=-1 if confirmed is None else ms_from_datetime(confirmed),
            closed_ms=-1 if closed is None else ms_from_datetime(closed),
            met_ms=tuple(met.get(pk, ())),
        )
        for pk, sensor, asset, device, rule, level, raised, confirmed, closed in found.values_list(*columns)
    ]
