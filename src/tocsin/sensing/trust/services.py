"""What rules and persons say of readings, and calibrations, written. Keyword-only, rights checked, with the audit entry."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.quantities import quantity_of
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.face import Organisation, people_who_may, require
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import record_audit
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.rules import Health
from tocsin.sensing.devices.services.changes import edit_sensor
from tocsin.sensing.trust.models import QualityMark
from tocsin.sensing.trust.queries import MANAGE, begin_of, due_sensors, months_of
from tocsin.sensing.trust.rules import CALIBRATIONS, KEEPER, OWNER, MarkQuality, MarkRule, months_later

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

RULE_OF_HEALTH: Final = {
    Health.STUCK: MarkRule.STUCK,
    Health.NOISY: MarkRule.NOISY,
    Health.OUT_OF_RANGE: MarkRule.OUT_OF_RANGE,
    Health.SATURATED: MarkRule.SATURATED,
}
NAMED: Final = 3


@transaction.atomic
def mark_readings(
    *,
    actor: "User",
    sensor_id: UUID,
    begins: datetime,
    ends: datetime | None,
    quality: MarkQuality,
    reason: str,
    value: float | None = None,
    now: datetime,
) -> QualityMark:
    """A person says what readings of a span are worth. Without an end it holds until it is withdrawn."""
    sensor = Sensor.objects.select_related("device").get(pk=sensor_id)
    require(actor, MANAGE, sensor.region_code)
    if not reason:
        raise InvalidInput(_("Say why: whoever reads these values later wants to know."))
    if begins > now:
        raise InvalidInput(_("A mark begins in the past: for what is planned, enter a planned work."))
    if ends is not None and ends <= begins:
        raise InvalidInput(_("The end lies before the beginning."))
    _check_value(sensor, quality, value, begins, ends)
    made = QualityMark.objects.create(
        sensor=sensor,
        region_code=sensor.region_code,
        from_ms=ms_from_datetime(begins),
        to_ms=None if ends is None else ms_from_datetime(ends),
        quality=quality,
        value=value,
        by=actor,
        reason=reason[:500],
        at=now,
    )
    details = {"from": begins.isoformat(), "to": ends.isoformat() if ends else "", "quality": quality.name.lower()}
    record_audit(
        actor, "readings.marked", "sensor", sensor.pk, sensor.region_code, {**details, "value": value, "why": reason[:200]}
    )
    return made


@transaction.atomic
def withdraw_mark(*, actor: "User", mark_id: UUID, reason: str, now: datetime) -> QualityMark:
    """A person's mark no longer holds; that it did stays told. Conflict for one of a rule, which ends by itself."""
    made = QualityMark.objects.select_related("sensor").get(pk=mark_id)
    require(actor, MANAGE, made.region_code)
    if made.rule:
        raise Conflict(_("A rule made this mark: mark the span as good, with your reason, if the rule is wrong."))
    if not reason:
        raise InvalidInput(_("Say why: whoever reads these values later wants to know."))
    changed = QualityMark.objects.filter(pk=made.pk, withdrawn_at=None)
    if not changed.update(withdrawn_at=now, withdrawn_by=actor, withdrawn_reason=reason[:500]):
        raise Conflict(_("This mark was withdrawn already."))
    record_audit(actor, "readings.mark_withdrawn", "sensor", made.sensor_id, made.region_code, {"why": reason[:200]})
    made.refresh_from_db()
    return made


def follow_health(sensors: Sequence[Sensor]) -> None:
    """Readings of sensors whose behaviour is out of order are suspect since their health says so, until they behave; inside the
    caller's transaction, with a health that has just changed.
    """
    marks = QualityMark.objects.filter(sensor__in=sensors, rule__in=list(RULE_OF_HEALTH.values()), to_ms=None, withdrawn_at=None)
    standing = defaultdict[UUID, list[QualityMark]](list)
    for mark in marks:
        standing[mark.sensor_id].append(mark)
    for sensor in sensors:
        rule, since = RULE_OF_HEALTH.get(Health(sensor.health)), sensor.health_since
        if since is None:
            continue
        for mark in standing[sensor.pk]:
            if mark.rule != rule:
                mark.to_ms = ms_from_datetime(since)
                mark.save(update_fields=["to_ms"])
        if rule is not None and all(mark.rule != rule for mark in standing[sensor.pk]):
            QualityMark.objects.create(
                sensor=sensor,
                region_code=sensor.region_code,
                from_ms=ms_from_datetime(since),
                quality=MarkQuality.SUSPECT,
                rule=rule,
                at=since,
            )


@transaction.atomic
def record_calibration(*, actor: "User", sensor_id: UUID, day: date, due: date | None, now: datetime) -> Sensor:
    """A sensor was calibrated on that day. Without `due` the months of its model or of the policy hold; InvalidInput where both
    say nothing. What it sent while the calibration before was overdue stays suspect.
    """
    sensor = Sensor.objects.select_for_update(of=("self",)).select_related("device").get(pk=sensor_id)
    require(actor, MANAGE, sensor.region_code)
    if day > timezone.localdate(now):
        raise InvalidInput(_("A calibration is entered once it was done."))
    if sensor.calibrated_on is not None and day < sensor.calibrated_on:
        raise InvalidInput(_("A later calibration is known already."))
    months = months_of(sensor)
    if due is None and months is None:
        raise InvalidInput(_("For this quantity no interval is set: name the day until which the calibration holds."))
    until = due or months_later(day, months or 0)
    if until < day:
        raise InvalidInput(_("It can't end before it was done."))
    before = sensor.calibration_due
    if before is not None and before + timedelta(days=1) < day:
        QualityMark.objects.create(
            sensor=sensor,
            region_code=sensor.region_code,
            from_ms=begin_of(before + timedelta(days=1)),
            to_ms=begin_of(day),
            quality=MarkQuality.SUSPECT,
            rule=MarkRule.CALIBRATION,
            at=now,
        )
    changes: dict[str, object] = {"calibrated_on": day, "calibration_due": until}
    return edit_sensor(actor=actor, sensor_id=sensor_id, changes=changes)


@transaction.atomic
def tell_calibrations(*, now: datetime) -> None:
    """Who manages sensors of a region, and each body that has some, hear once a week which calibrations are due or overdue."""
    today = timezone.localdate(now)
    year, week, _day = today.isocalendar()
    keepers: dict[str, list[Sensor]] = defaultdict(list)
    owners: dict[Organisation, list[Sensor]] = defaultdict(list)
    for one in due_sensors(today):
        keepers[one.region_code].append(one)
        if one.device.organisation is not None:
            owners[one.device.organisation].append(one)
    drafts = [
        Draft(
            CALIBRATIONS,
            KEEPER,
            urgent=False,
            key=f"calibrations-{region}-{year}-{week}-{person.pk}",
            person=person,
            figures=_figures(found, today),
        )
        for region, found in sorted(keepers.items())
        for person in people_who_may(MANAGE, region)
    ]
    drafts += [
        Draft(
            CALIBRATIONS,
            OWNER,
            urgent=False,
            key=f"calibrations-{year}-{week}-{body.pk}",
            organisation=body,
            figures=_figures(found, today),
        )
        for body, found in owners.items()
    ]
    if drafts:
        write_all(drafts, Directory(now))


def _figures(found: list[Sensor], today: date) -> dict[str, object]:
    overdue = sum(one.calibration_due is not None and one.calibration_due < today for one in found)
    return {"overdue": overdue, "due": len(found) - overdue, "names": [str(one) for one in found[:NAMED]]}


def _check_value(sensor: Sensor, quality: MarkQuality, value: float | None, begins: datetime, ends: datetime | None) -> None:
    if quality is not MarkQuality.REPLACED:
        if value is not None:
            raise InvalidInput(_("A value is entered only where it replaces what was sent."))
        return
    known = quantity_of(sensor.quantity)
    if value is None or not known.low <= value <= known.high:
        text = _("The value that stands instead lies between %(low)s and %(high)s %(unit)s.")
        raise InvalidInput(text % {"low": known.low, "high": known.high, "unit": known.unit})
    longest = policy().calibration.longest_replaced_s
    if ends is None or (ends - begins).total_seconds() > longest:
        raise InvalidInput(_("One value replaces readings of %(seconds)d seconds at most.") % {"seconds": longest})
