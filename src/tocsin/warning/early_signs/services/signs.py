"""Early signs kept: raised, confirmed, ended, seen, judged. Nothing here rings, no clock runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db import transaction

from tocsin.base.geometry import distance_m
from tocsin.base.ids import deterministic_id
from tocsin.base.time import datetime_from_ms
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import SensorPlace, sensor_places
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS, KeptHypothesis
from tocsin.warning.early_signs.events import EarlySignEnded, EarlySignJudged, EarlySignRaised, EarlySignSeen
from tocsin.warning.early_signs.models import EarlySign

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

ALARM, ANOTHER_CAUSE, CALM = "alarm", "another_cause", "calm"  # what ends an early sign


@dataclass(frozen=True)
class NewSign:
    """What the watch tells: `sensor` is an index, `hypothesis` plain JSON as in a diagnosis, times are the readings'."""

    region_code: str
    sensor: int
    hypothesis: KeptHypothesis
    share: float
    raised_ms: int
    limit_ms: int | None

    @property
    def id(self) -> UUID:
        """The same for the same sign, whoever finds it and how often."""
        return early_sign_id(self.region_code, self.sensor, self.hypothesis["cause"], self.raised_ms)


def early_sign_id(region_code: str, sensor: int, cause: str, raised_ms: int) -> UUID:
    """The id of a sign by what makes it one."""
    return deterministic_id("early-sign", region_code, sensor, cause, raised_ms)


@transaction.atomic
def keep_early_signs(
    *, region_code: str, raised: Sequence[NewSign], standing: Sequence[tuple[UUID, int]], replaced: Sequence[UUID]
) -> None:
    """Writes what one round of the watch found in a region.

    `standing`: id and time (ms) of the last confirmation of every sign that stands by the watch; those of the database that are
    not among them end: by another cause where `replaced` names them, else because nothing is seen any more. Told twice, it
    changes nothing.
    """
    places = sensor_places(one.sensor for one in raised)
    for sign in raised:
        _keep(sign, places[sign.sensor])
    confirmed = dict(standing)
    now: datetime = current_time()
    for row in EarlySign.objects.select_for_update().filter(region_code=region_code, ended_at__isnull=True):
        if row.pk not in confirmed:
            _end(row, ANOTHER_CAUSE if row.pk in replaced else CALM, now)
        elif (at := datetime_from_ms(confirmed[row.pk])) > row.confirmed_at:
            row.confirmed_at = at
            row.save(update_fields=["confirmed_at"])


@transaction.atomic
def join_alarms(*, near_m: float) -> int:
    """Early signs that became an alarm: one was raised since, at their sensor or within `near_m` of their place. How many."""
    joined = 0
    for row in EarlySign.objects.select_for_update().filter(ended_at__isnull=True):
        alarm = _alarm_of(row, near_m)
        if alarm is not None:
            row.alarm = alarm
            _end(row, ALARM, max(alarm.raised_at, row.raised_at))
            joined += 1
    return joined


def _keep(sign: NewSign, place: SensorPlace) -> None:
    cause, told = sign.hypothesis["cause"], sign.hypothesis
    _row, created = EarlySign.objects.get_or_create(
        pk=sign.id,
        defaults={
            "sensor_id": place.id,
            "region_code": sign.region_code,
            "cause": cause,
            "probability": sign.share,
            "asset_code": told["asset_code"],
            "owner": told["owner"],
            "lon": place.lon if told["lon"] is None else told["lon"],
            "lat": place.lat if told["lat"] is None else told["lat"],
            "hypothesis": told,
            "limit_at": None if sign.limit_ms is None else datetime_from_ms(sign.limit_ms),
            "raised_at": datetime_from_ms(sign.raised_ms),
            "confirmed_at": datetime_from_ms(sign.raised_ms),
        },
    )
    if created:
        event = EarlySignRaised(early_sign_id=str(sign.id), cause=cause, probability=sign.share)
        record_event(event, region=sign.region_code)


def _alarm_of(row: EarlySign, near_m: float) -> Alarm | None:
    """The first alarm since the sign, of its sensor or within reach of its place."""
    alarms = Alarm.objects.filter(region_code=row.region_code, raised_at__gte=row.raised_at, sensor__isnull=False, late=False)
    for alarm in alarms.order_by("raised_at", "id"):
        if alarm.lon is None or alarm.lat is None:
            continue
        if alarm.sensor_id == row.sensor_id or distance_m(alarm.lon, alarm.lat, row.lon, row.lat) <= near_m:
            return alarm
    return None


def _end(row: EarlySign, by: str, at: datetime) -> None:
    row.ended_at, row.ended_by = at, by
    row.save(update_fields=["ended_at", "ended_by", "alarm"])
    record_event(EarlySignEnded(early_sign_id=str(row.pk), by=by), region=row.region_code)


@transaction.atomic
def see_early_sign(*, actor: "User", early_sign_id: UUID) -> EarlySign:
    """Somebody has looked at it: who and when is kept, the first time only. EarlySign.DoesNotExist out of sight."""
    row = _handled(actor, early_sign_id)
    if row.seen_at is None:
        _see(row, actor)
        record_audit(actor, "early_sign.seen", "early_sign", row.pk, row.region_code, {"cause": row.cause})
    return row


@transaction.atomic
def judge_early_sign(*, actor: "User", early_sign_id: UUID, judgement: Literal["right", "wrong"]) -> EarlySign:
    """Somebody knows whether it was right; the newest judgement holds. EarlySign.DoesNotExist out of sight."""
    row = _handled(actor, early_sign_id)
    if row.judgement == judgement:
        return row
    row.judgement, row.judged_at, row.judged_by = judgement, current_time(), actor
    row.save(update_fields=["judgement", "judged_at", "judged_by"])
    if row.seen_at is None:
        _see(row, actor)
    record_event(EarlySignJudged(early_sign_id=str(row.pk), judgement=judgement), region=row.region_code)
    facts = {"cause": row.cause, "judgement": judgement}
    record_audit(actor, "early_sign.judged", "early_sign", row.pk, row.region_code, facts)
    return row


def _handled(actor: "User", early_sign_id: UUID) -> EarlySign:
    """The sign, locked, for one who handles alarms in its region."""
    row = EarlySign.objects.select_for_update().get(pk=early_sign_id)
    if not may(actor, PERMISSION_DIAGNOSIS, row.region_code):
        raise EarlySign.DoesNotExist
    require(actor, PERMISSION_HANDLE, row.region_code)
    return row


def _see(row: EarlySign, actor: "User") -> None:
    row.seen_at, row.seen_by = current_time(), actor
    row.save(update_fields=["seen_at", "seen_by"])
    record_event(EarlySignSeen(early_sign_id=str(row.pk)), region=row.region_code)
