"""Lost gateways and stations: one alarm for the thing itself; its children are unknown because of it and come back by themselves.

A function of what stands in the database, looked at every few seconds: findings of silence, the registry, open alarms. So it
needs no message, survives a restart, and a second look changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.face import system_actor
from tocsin.lifelines.face import asset_ids_of_kinds
from tocsin.sensing.face import SensorPosition, explain_silence, positions, working_sensors
from tocsin.warning.alarms.models import Alarm, DeviceFinding
from tocsin.warning.alarms.policy import quality
from tocsin.warning.alarms.rules.inhibition import LOST, Inhibition, Kind, Thing, explanations, inhibition, is_lost
from tocsin.warning.alarms.rules.states import ACTIVE, SET_ASIDE, Act, AlarmState
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.covered import cover_alarm, spot_of_alarm
from tocsin.warning.covers.queries import Covers, outages

BATCH = 100  # alarms of children in one transaction


@dataclass(frozen=True)
class _Sensor:
    """A sensor that may be behind something lost, and since when it is silent (None: it speaks)."""

    id: UUID
    device_id: UUID
    gateway_id: UUID | None
    station_id: UUID | None
    region_code: str
    lon: float
    lat: float
    heard_ms: int | None
    silent_since: datetime | None

    def things(self) -> Iterable[tuple[Kind, UUID]]:
        """What it is behind."""
        yield Kind.DEVICE, self.device_id
        if self.gateway_id is not None:
            yield Kind.GATEWAY, self.gateway_id
        if self.station_id is not None:
            yield Kind.STATION, self.station_id


@transaction.atomic
def follow_losses(*, now: datetime) -> int:
    """Raises, clears and explains; returns how many alarms and sensors changed."""
    known = {_thing(alarm): alarm for alarm in Alarm.objects.open().filter(rule=LOST).order_by("id").select_for_update()}
    children = _children(known)
    lost = _lost(children, known)
    explained_by = explanations(children, lost)
    changes = Changes(actor=system_actor(), channel=CLOCK)
    covers = Covers.between(now, now) if lost else None
    for thing in sorted(lost, key=lambda one: str(one.id)):
        if explained_by[thing] == thing:
            known[thing] = _hold(known.get(thing), thing, children[thing], now, changes)
            _cover(known[thing], covers, now, changes)
    for thing, alarm in known.items():
        if thing not in lost and alarm.standing.is_open:
            _end(alarm, now, changes)
        elif thing in lost:
            _explain_one(alarm, known[explained_by[thing]] if explained_by[thing] != thing else None, now, changes)
    changes.save()
    behind = {sensor.id: known[top] for thing, top in explained_by.items() for sensor in children[thing] if sensor.silent_since}
    heard = {alarm.pk: _heard_ms(children[thing]) for thing, alarm in known.items() if thing in lost}
    changed = len(changes.alarms) + _explain_children(behind, heard, now)
    because = outages([one.id for group in children.values() for one in group if one.silent_since], first=now, last=now)
    because |= {sensor: _code(alarm) for sensor, alarm in behind.items()}
    return changed + explain_silence(because={sensor: words[:64] for sensor, words in because.items()})


def _cover(alarm: Alarm, covers: Covers | None, now: datetime, changes: Changes) -> None:
    """A loss that was announced, a planned outage, is silent from its first moment."""
    if covers and alarm._state.adding:
        covered = covers.over(spot_of_alarm(alarm), at=now, level=AlarmLevel(alarm.level), gas=False)
        if covered is not None:
            cover_alarm(alarm, covered, now, changes)


def _thing(alarm: Alarm) -> Thing:
    if alarm.asset_id is not None:
        return Thing(Kind.STATION, alarm.asset_id)
    assert alarm.device is not None  # noqa: S101 - an alarm of this rule is of an asset or a device
    return Thing(Kind.GATEWAY if alarm.device.carried.exists() else Kind.DEVICE, alarm.device.pk)


def _children(known: Mapping[Thing, Alarm]) -> dict[Thing, list[_Sensor]]:
    """Everything behind what may be lost: things with a silent sensor, and those whose loss is told. Enabled sensors only."""
    findings = DeviceFinding.objects.filter(rule="silence", sensor_id__in=working_sensors())
    silent = dict(findings.values_list("sensor_id", "since"))
    if not silent and not known:
        return {}
    wanted = {(thing.kind, thing.id) for thing in known}
    for sensor in _sensors(positions(sensors=list(silent)), silent):
        wanted.update(sensor.things())
    devices = [one for kind, one in wanted if kind is not Kind.STATION]
    stations = [one for kind, one in wanted if kind is Kind.STATION]
    found: dict[Thing, list[_Sensor]] = {}
    for sensor in _sensors(positions(devices=devices, assets=stations), silent):
        for key in sensor.things():
            if key in wanted:
                found.setdefault(Thing(*key), []).append(sensor)
        if (Kind.GATEWAY, sensor.device_id) in wanted:  # the gateway's own channels
            found.setdefault(Thing(Kind.GATEWAY, sensor.device_id), []).append(sensor)
    several = {thing for thing, sensors in found.items() if len({one.device_id for one in sensors}) > 1}
    gateways = {thing.id for thing in found if thing.kind is Kind.GATEWAY}
    return {
        thing: sensors
        for thing, sensors in found.items()
        if (thing.kind is not Kind.STATION or thing in several) and not (thing.kind is Kind.DEVICE and thing.id in gateways)
    }


def _sensors(rows: Sequence[SensorPosition], silent: Mapping[UUID, datetime]) -> list[_Sensor]:
    kinds = quality().loss.station_kinds
    stations = set(asset_ids_of_kinds(kinds).filter(pk__in={one.asset_id for one in rows if one.asset_id is not None}))
    return [
        _Sensor(
            id=one.id,
            device_id=one.device_id,
            gateway_id=one.gateway_id,
            station_id=one.asset_id if one.asset_id in stations else None,
            region_code=one.region_code,
            lon=one.lon,
            lat=one.lat,
            heard_ms=one.last_ts,
            silent_since=silent.get(one.id),
        )
        for one in rows
    ]


def _lost(children: Mapping[Thing, list[_Sensor]], known: Mapping[Thing, Alarm]) -> set[Thing]:
    return {
        thing
        for thing, sensors in children.items()
        if is_lost(
            kind=thing.kind,
            silent=sum(one.silent_since is not None for one in sensors),
            sensors=len(sensors),
            already=thing in known and (known[thing].beneath or known[thing].state) in ACTIVE,
            policy=quality().loss,
        )
    }


def _hold(alarm: Alarm | None, thing: Thing, sensors: list[_Sensor], now: datetime, changes: Changes) -> Alarm:
    """The alarm of a lost thing: raised with the silence that made it lost, again where it had returned."""
    since = sorted(one.silent_since for one in sensors if one.silent_since is not None)
    figures = {"silent": len(since), "sensors": len(sensors)}
    if alarm is None:
        policy = quality().loss
        at = since[min(len(since), max(1, round(policy.lost_share * len(sensors)))) - 1]
        alarm = _new_alarm(thing, sensors, at, figures)
        move(alarm, Act.RAISE, at)
        alarm.count = 1
        changes.note(alarm, "raised", at, value=alarm.value, figures=figures)
    elif (alarm.beneath or alarm.state) not in ACTIVE:
        move(alarm, Act.RAISE, now)
        alarm.count += 1
        alarm.value, alarm.figures = float(len(since)), figures
        changes.note(alarm, "repeated", now, value=alarm.value, figures=figures)
    return alarm


def _new_alarm(thing: Thing, sensors: list[_Sensor], at: datetime, figures: dict[str, int]) -> Alarm:
    level = AlarmLevel.YELLOW if len(sensors) >= quality().loss.yellow_from_sensors else AlarmLevel.BLUE
    middle = sorted(sensors, key=lambda one: (one.lon, one.lat))[len(sensors) // 2]  # a place that exists
    return Alarm(
        id=new_id(),
        asset_id=thing.id if thing.kind is Kind.STATION else None,
        device_id=None if thing.kind is Kind.STATION else thing.id,
        rule=LOST,
        region_code=middle.region_code,
        lon=middle.lon,
        lat=middle.lat,
        state=AlarmState.NORMAL,
        level=level,
        peak_level=level,
        value=float(figures["silent"]),
        figures=figures,
        raised_at=at,
        updated_at=at,
    )


def _end(alarm: Alarm, now: datetime, changes: Changes) -> None:
    """It lives again: no longer explained by anything, and over or to be acknowledged."""
    if (alarm.beneath or alarm.state) in ACTIVE:
        move(alarm, Act.CLEAR, now)
        changes.note(alarm, "cleared", now, value=0.0)
    _explain_one(alarm, None, now, changes)


def _explain_one(alarm: Alarm, top: Alarm | None, now: datetime, changes: Changes) -> None:
    """Suppressed while a larger loss explains it; back when that is over."""
    if top is not None and alarm.explained_by_id != top.pk and alarm.state not in SET_ASIDE:
        _suppress(alarm, top, now, changes)
    elif top is None and alarm.explained_by_id is not None:
        release(alarm, now, changes)


def _suppress(alarm: Alarm, top: Alarm, now: datetime, changes: Changes) -> None:
    move(alarm, Act.SUPPRESS, now)
    alarm.explained_by = top
    changes.note(alarm, "explained", now, text=_code(top))


def release(alarm: Alarm, now: datetime, changes: Changes) -> None:
    """What explained the alarm is over: it comes back, or keeps the state that it never left."""
    code = _code(alarm.explained_by) if alarm.explained_by else ""
    alarm.explained_by = None
    if alarm.state == AlarmState.SUPPRESSED:
        move(alarm, Act.UNSUPPRESS, now)
    changes.note(alarm, "explained_no_more", now, text=code)


def _heard_ms(sensors: list[_Sensor]) -> int:
    """When anything behind it was last heard."""
    heard = [one.heard_ms for one in sensors if one.heard_ms is not None]
    return max(heard) if heard else min(ms_from_datetime(one.silent_since) for one in sensors if one.silent_since)


def _explain_children(behind: Mapping[UUID, Alarm], heard_ms: Mapping[UUID, int], now: datetime) -> int:
    """Alarms of sensors behind lost things are suppressed or marked; those whose thing lives again come back."""
    changes = Changes(actor=system_actor(), channel=CLOCK)
    alarms = Alarm.objects.open().filter(sensor__isnull=False).order_by("id").select_for_update(of=("self",))
    told = alarms.filter(explained_by__rule=LOST).select_related("explained_by__device", "explained_by__asset")
    for alarm in told.exclude(sensor_id__in=list(behind))[:BATCH]:
        release(alarm, now, changes)
    sensors = list(behind)
    for start in range(0, len(sensors), 500):
        part = alarms.filter(sensor_id__in=sensors[start : start + 500], explained_by__isnull=True)
        for alarm in part.exclude(state__in=SET_ASIDE)[:BATCH]:
            top = behind[alarm.sensor_id] if alarm.sensor_id else None
            if top is None:
                continue
            verdict = inhibition(
                is_gas=alarm.latching,
                raised_ms=ms_from_datetime(alarm.raised_at),
                silent_from_ms=heard_ms[top.pk],
                policy=quality().loss,
            )
            if verdict is Inhibition.SUPPRESSED:
                _suppress(alarm, top, now, changes)
            else:
                alarm.explained_by = top
                changes.note(alarm, "value_unknown", now, text=_code(top))
    changes.save()
    return len(changes.alarms)


def _code(alarm: Alarm) -> str:
    return alarm.asset.code if alarm.asset else alarm.device.code if alarm.device else ""
