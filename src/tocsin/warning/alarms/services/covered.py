"""Alarms that a planned work or a silence covers: marked, lowered or silent while it holds, and heard when it is over.

A function of what stands in the database, looked at every few seconds beside the edges of detection, so that a cover that is
entered, confirmed or ended in the meantime is followed without a message.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import system_actor
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import SensorPlace
from tocsin.warning.alarms.rules.states import ACTIVE, SET_ASIDE, Act, AlarmState, needs_diagnosis
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses
from tocsin.warning.alarms.services.due import held_by_a_cover
from tocsin.warning.covers.policy import covers_policy
from tocsin.warning.covers.queries import Covered, Covers
from tocsin.warning.covers.rules import CoverKind, Effect, Spot

BATCH = 200
_LOADED = ("sensor__asset", "sensor__device", "asset", "device", "cover")


def spot_of_place(place: SensorPlace, rule: str) -> Spot:
    """Where a detection arises."""
    return Spot(
        region_code=place.region_code,
        rule=rule,
        quantity=place.quantity,
        sensor_id=place.id,
        devices=frozenset((place.device_id, place.source_id)),
        asset_id=place.asset_id,
        street=place.street,
        lon=place.lon,
        lat=place.lat,
    )


def spot_of_alarm(alarm: Alarm) -> Spot:
    """The same of an alarm; sensor with asset and device, asset and device are loaded."""
    device = alarm.device if alarm.sensor is None else alarm.sensor.device
    asset = alarm.asset if alarm.sensor is None else alarm.sensor.asset
    return Spot(
        region_code=alarm.region_code,
        rule=alarm.rule,
        quantity=alarm.quantity,
        sensor_id=alarm.sensor_id,
        devices=frozenset() if device is None else frozenset({device.pk, device.gateway_id or device.pk}),
        asset_id=None if asset is None else asset.pk,
        street="" if asset is None else asset.street,
        lon=alarm.lon,
        lat=alarm.lat,
    )


def cover_alarm(alarm: Alarm, covered: Covered, at: datetime, changes: Changes) -> None:
    """The alarm arises under a cover: from here on it says so, and is silent where the cover's effect is that."""
    if alarm.cover_id != covered.cover.pk:
        alarm.cover = covered.cover
        changes.note(alarm, "covered", at, text=covered.cover.what)
    if covered.effect is Effect.SILENCE and move(alarm, Act.SUPPRESS, at) is None:
        changes.note(alarm, "silenced", at, text=covered.cover.what, figures={"until": covered.until.isoformat()})


def uncover_alarm(alarm: Alarm, at: datetime, changes: Changes) -> None:
    """What covered it is over: it rings if it still holds, and is over if it came and went as was announced."""
    what = "" if alarm.cover is None else alarm.cover.what
    if alarm.state == AlarmState.SUPPRESSED:
        move(alarm, Act.UNSUPPRESS, at)
        changes.note(alarm, "cover_ended", at, text=what)
        if move(alarm, Act.RETIRE, at) is None:
            changes.note(alarm, "retired", at, text=what)
    elif alarm.detected_level > alarm.level:
        higher = alarm.detected_level > alarm.peak_level
        alarm.level, alarm.peak_level = alarm.detected_level, max(alarm.peak_level, alarm.detected_level)
        if higher and (alarm.beneath or alarm.state) in ACTIVE:
            move(alarm, Act.ESCALATE, at)
        changes.note(alarm, "cover_ended", at, text=what)


def capped(level: AlarmLevel, covered: Covered | None) -> AlarmLevel:
    """The level of an alarm under a cover."""
    return min(level, covers_policy().lowered_level) if covered and covered.effect is Effect.LOWER else level


@transaction.atomic
def follow_covers(*, now: datetime) -> int:
    """Brings back what is no longer covered, covers what a new or confirmed cover covers; returns how many changed."""
    covers = Covers.between(now, now)
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in _covered_alarms():
        covered = covers.over(spot_of_alarm(alarm), at=now, level=_level(alarm), gas=alarm.latching)
        wanted = Effect.SILENCE if alarm.state == AlarmState.SUPPRESSED else Effect.LOWER
        if covered is None or covered.effect < wanted:
            uncover_alarm(alarm, now, changes)
    if covers:
        for alarm in (
            Alarm.objects.open().filter(_may_be_covered()).order_by("id").select_related(*_LOADED).select_for_update(of=("self",))
        ):
            covered = covers.over(spot_of_alarm(alarm), at=now, level=_level(alarm), gas=alarm.latching)
            if covered is not None and _arose_under(alarm, covered):
                _cover_open(alarm, covered, now, changes)
    changes.save()
    ringing = [(one, "raised") for one in changes.alarms if one.state in ACTIVE and needs_diagnosis(AlarmLevel(one.level))]
    plan_diagnoses(ringing, speed=1.0)
    return len(changes.alarms)


def _covered_alarms() -> "list[Alarm]":
    rows = Alarm.objects.open().filter(held_by_a_cover()).order_by("id")
    return list(rows.select_related(*_LOADED).select_for_update(of=("self",))[:BATCH])


def _may_be_covered() -> Q:
    return Q(loud=False) & ~Q(state__in=SET_ASIDE)


def _level(alarm: Alarm) -> AlarmLevel:
    return AlarmLevel(max(alarm.level, alarm.detected_level))


def _arose_under(alarm: Alarm, covered: Covered) -> bool:
    """A silence takes what rings already; a work explains only what arose after it was announced and had begun."""
    cover = covered.cover
    if cover.kind == CoverKind.SILENCE:
        return covered.effect is Effect.SILENCE
    return alarm.raised_at >= max(cover.begins_at, cover.created_at)


def _cover_open(alarm: Alarm, covered: Covered, now: datetime, changes: Changes) -> None:
    known = alarm.cover_id == covered.cover.pk
    if covered.effect is Effect.LOWER and not known:
        alarm.detected_level = alarm.detected_level or alarm.level
        alarm.level = capped(AlarmLevel(alarm.level), covered)
    if not known or covered.effect is Effect.SILENCE:
        cover_alarm(alarm, covered, now, changes)
