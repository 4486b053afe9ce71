"""Alarms that tell too much: a condition that comes and goes, a source that runs away. Both begin with the edge that makes
them so, and end by the clock.

While a condition flaps its alarm stays active, at the highest level so far, and a repeat rings nobody anew; every edge is
still in its history. Of a source that runs away the first alarms ring; what comes after is kept, suppressed, under one
summary alarm of the highest level among them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import datetime_from_ms
from tocsin.bus.prepared import prepared
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import system_actor
from tocsin.sensing.face import sensors_behind, sources_of
from tocsin.warning.alarms.events import AlarmBeganFlapping, AlarmCalmedDown, Detection
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.policy import quality
from tocsin.warning.alarms.queries.alarms import SensorPlace
from tocsin.warning.alarms.rules.inhibition import FLOOD
from tocsin.warning.alarms.rules.states import ACTIVE, Act, AlarmState, needs_diagnosis
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses
from tocsin.warning.alarms.services.due import flaps
from tocsin.warning.alarms.services.losses import release
from tocsin.warning.alarms.services.telling import tell_flapping

BATCH = 100
RAISES = ("raised", "repeated")
EDGES = (*RAISES, "escalated", "relaxed", "cleared")

type Key = tuple[UUID, str]


@dataclass
class Nuisance:
    """What one transaction has to know to see flapping and floods: recent raises of conditions, recent alarms of sources."""

    raises: dict[Key, list[datetime]]
    alarms: dict[UUID, list[datetime]]
    summaries: dict[UUID, Alarm]
    began: list[Alarm] = field(default_factory=list)
    _held: dict[UUID, AlarmLevel] = field(default_factory=dict)  # source -> its summary's level before this transaction

    @classmethod
    def load(cls, detections: Sequence[Detection], places: Mapping[int, SensorPlace]) -> "Nuisance":
        """For these detections; three queries at most, none where nothing is raised."""
        raising = [one for one in detections if one.edge == "raise"]
        if not raising:
            return cls({}, {}, {})
        first = datetime_from_ms(min(one.ts for one in raising))
        sensors = {places[one.sensor].id for one in raising}
        sources = {places[one.sensor].source_id for one in raising}
        return cls(
            raises=_recent_raises(sensors, first),
            alarms=_recent_alarms(sources, first),
            summaries={one.device_id: one for one in _summaries(sources) if one.device_id is not None},
        )

    def see_raise(self, alarm: Alarm, key: Key, at: datetime, changes: Changes) -> None:
        """Counts the raise; with the last of too many the alarm flaps from here on."""
        policy = quality().flapping
        since = at - timedelta(seconds=policy.window_s)
        times = self.raises.setdefault(key, [])
        times.append(at)
        if alarm.flapping_since is None and sum(since < one <= at for one in times) >= policy.raises:
            alarm.flapping_since = at
            changes.note(alarm, "flapping", at)
            self.began.append(alarm)

    def see_new_alarm(self, alarm: Alarm, place: SensorPlace, at: datetime, changes: Changes) -> bool:
        """Counts the alarm; True where it goes under the summary of its source."""
        policy = quality().flood
        since = at - timedelta(seconds=policy.window_s)
        times = self.alarms.setdefault(place.source_id, [])
        times.append(at)
        if sum(since < one <= at for one in times) <= policy.alarms_per_device:
            return False
        summary = self.summaries.get(place.source_id)
        if summary is None:
            summary = self.summaries[place.source_id] = _new_summary(place, at)
        self._held.setdefault(place.source_id, AlarmLevel(summary.peak_level if not summary._state.adding else 0))
        held_back = int(summary.figures.get("held_back", 0)) + 1
        summary.figures = {"most": policy.alarms_per_device, "window_s": policy.window_s, "held_back": held_back}
        summary.value, summary.count = float(held_back), held_back
        higher = alarm.level > summary.peak_level
        summary.level = summary.peak_level = max(alarm.level, summary.peak_level)
        move(summary, Act.ESCALATE if higher and not summary._state.adding else Act.RAISE, at)
        move(alarm, Act.SUPPRESS, at)
        alarm.explained_by = summary
        changes.note(alarm, "explained", at, text=place.source_code)
        return True

    def tell(self, changes: Changes) -> None:
        """One line for each summary, whatever went under it in this transaction."""
        for source, before in self._held.items():
            summary = self.summaries[source]
            act = "raised" if summary._state.adding else "escalated" if summary.peak_level > before else "held_back"
            changes.note(summary, act, max(self.alarms[source]), value=summary.value, figures=summary.figures)

    def record(self, now: datetime) -> None:
        """The news and the notice at the start of flapping; at the end there is another one. After the alarms are written."""
        policy = quality().flapping
        for alarm in self.began:
            event = AlarmBeganFlapping(alarm_id=str(alarm.pk), raises=policy.raises, window_s=policy.window_s)
            record_event(event, region=alarm.region_code)
        tell_flapping(self.began, began=True, now=now)


def calm_down(*, now: datetime) -> int:
    """Ends flapping and floods that have been calm for long enough; returns how many alarms changed."""
    return _calm_flapping(now) + _calm_floods(now)


@transaction.atomic
def _calm_flapping(now: datetime) -> int:
    calm = timedelta(seconds=quality().flapping.calm_s)
    flapping = Alarm.objects.open().filter(flaps(), flapping_since__lte=now - calm).order_by("id")
    changes = Changes(actor=system_actor(), channel=CLOCK)
    alarms = list(flapping.select_for_update(of=("self",))[:BATCH])
    last_raise = _last_raises(alarms)
    for alarm in alarms:
        last_met = last_raise.get(alarm.pk) or alarm.flapping_since or now
        end = last_met + calm
        if end > now:
            continue
        alarm.flapping_since = None
        changes.note(alarm, "calm", end)
        last = AlarmEntry.objects.filter(alarm=alarm, act__in=EDGES).order_by("-at", "-written_at", "-id").first()
        if last is not None and last.act == "cleared":
            move(alarm, Act.CLEAR, end)
            changes.note(alarm, "cleared", end, value=last.value)
    changes.save()
    for alarm in changes.alarms:
        record_event(AlarmCalmedDown(alarm_id=str(alarm.pk)), region=alarm.region_code)
    tell_flapping(changes.alarms, began=False, now=now)
    return len(changes.alarms)


@transaction.atomic
def _calm_floods(now: datetime) -> int:
    """A summary without a new alarm under it returns; what it held comes back, and its causes are looked for then."""
    calm = timedelta(seconds=quality().flood.calm_s)
    changes = Changes(actor=system_actor(), channel=CLOCK)
    active = Q(state__in=ACTIVE) | Q(beneath__in=ACTIVE)
    for summary in Alarm.objects.open().filter(active, rule=FLOOD).order_by("id").select_for_update():
        newest = summary.explains.aggregate(newest=Max("raised_at"))["newest"] or summary.raised_at
        if newest + calm <= now:
            move(summary, Act.CLEAR, newest + calm)
            changes.note(summary, "cleared", newest + calm, value=0.0)
    changes.save()
    over = Changes(actor=system_actor(), channel=CLOCK)
    living = Alarm.objects.open().filter(active, rule=FLOOD).values("pk")
    held = Alarm.objects.open().filter(explained_by__rule=FLOOD).exclude(explained_by__in=living).order_by("id")
    for alarm in held.select_related("explained_by__device", "explained_by__asset").select_for_update(of=("self",))[:BATCH]:
        release(alarm, now, over)
    over.save()
    back = [one for one in over.alarms if one.state in ACTIVE and needs_diagnosis(AlarmLevel(one.level))]
    plan_diagnoses([(one, "raised") for one in back], speed=1.0)
    return len(changes.alarms) + len(over.alarms)


def _recent_raises(sensors: Collection[UUID], first: datetime) -> dict[Key, list[datetime]]:
    since = first - timedelta(seconds=quality().flapping.window_s)
    found: dict[Key, list[datetime]] = {}
    for sensor_id, rule, at in _raised_since(sensors, since):
        found.setdefault((sensor_id, rule), []).append(at)
    return found


@prepared
def _raised_since(sensors: Collection[UUID], since: datetime) -> "QuerySet[AlarmEntry, tuple[UUID, str, datetime]]":
    rows = AlarmEntry.objects.filter(act__in=RAISES, at__gt=since, alarm__sensor_id__in=sensors)
    return rows.order_by().values_list("alarm__sensor_id", "alarm__rule", "at")


@prepared
def _summaries(sources: Collection[UUID]) -> QuerySet[Alarm]:
    return Alarm.objects.filter(closed_at__isnull=True, rule=FLOOD, device_id__in=sources).order_by("id").select_for_update()


def _recent_alarms(sources: Collection[UUID], first: datetime) -> dict[UUID, list[datetime]]:
    since = first - timedelta(seconds=quality().flood.window_s)
    rows = _began_behind(sources, since)
    source_of = sources_of({sensor for sensor, _at in rows if sensor is not None})  # of these alone: a source may have thousands
    found: dict[UUID, list[datetime]] = {}
    for sensor, at in rows:
        if sensor is not None:
            found.setdefault(source_of[sensor], []).append(at)
    return found


@prepared
def _began_behind(sources: Collection[UUID], since: datetime) -> "QuerySet[Alarm, tuple[UUID | None, datetime]]":
    rows = Alarm.objects.filter(sensor_id__in=sensors_behind(sources), raised_at__gt=since)
    return rows.order_by().values_list("sensor_id", "raised_at")


def _last_raises(alarms: Sequence[Alarm]) -> dict[UUID, datetime]:
    """By alarm when its condition was last met."""
    rows = AlarmEntry.objects.filter(act__in=RAISES, alarm__in=alarms).order_by().values_list("alarm_id")
    return dict(rows.annotate(newest=Max("at")))


def _new_summary(place: SensorPlace, at: datetime) -> Alarm:
    return Alarm(
        id=new_id(),
        device_id=place.source_id,
        rule=FLOOD,
        region_code=place.region_code,
        lon=place.lon,
        lat=place.lat,
        state=AlarmState.NORMAL,
        raised_at=at,
        updated_at=at,
    )
