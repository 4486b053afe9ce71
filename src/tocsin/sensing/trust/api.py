"""What is said of readings, and calibrations, for programs."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from pydantic import AwareDatetime

from tocsin.jurisdiction.face import scope
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.registry import visible_sensors
from tocsin.sensing.trust import services
from tocsin.sensing.trust.queries import due_sensors, visible_marks
from tocsin.sensing.trust.rules import MarkQuality, MarkQualityName, calibration_state
from tocsin.sensing.trust.shown import CALIBRATION_NAMES, CalibrationOut, QualityMarkOut, describe_mark

router = Router()


class QualityMarkIn(Schema, extra="forbid"):
    begins: AwareDatetime
    ends: AwareDatetime | None = Field(None, description="null: it holds until it is withdrawn")
    quality: MarkQualityName
    value: float | None = Field(None, description="with “replaced”: what stands in the place of what was sent")
    reason: str = Field(min_length=1, max_length=500)


class MarkWithdrawalIn(Schema, extra="forbid"):
    reason: str = Field(min_length=1, max_length=500)


class CalibrationIn(Schema, extra="forbid"):
    day: date = Field(description="on which it was done")
    due: date | None = Field(
        None, description="the last day on which it holds; null: by the months of its model or of the policy"
    )


@router.get("sensors/{sensor_id}/marks", response=list[QualityMarkOut])
def quality_marks(request: HttpRequest, sensor_id: UUID, wanted: Query[Slice]) -> list[QualityMarkOut]:
    """What rules and persons say of a sensor's readings, the newest span first; withdrawn marks too."""
    sensor = scope(visible_sensors(request.user), request.user, "history.see").get(pk=sensor_id)
    return [describe_mark(one) for one in wanted.cut(visible_marks(request.user).filter(sensor=sensor))]


@router.post("sensors/{sensor_id}/marks", response={201: QualityMarkOut})
def mark_readings(request: HttpRequest, sensor_id: UUID, given: QualityMarkIn) -> Status[QualityMarkOut]:
    """Says what readings of a span are worth; what was sent is kept."""
    visible_sensors(request.user).get(pk=sensor_id)
    made = services.mark_readings(
        actor=actor_of(request),
        sensor_id=sensor_id,
        begins=given.begins,
        ends=given.ends,
        quality=MarkQuality[given.quality.upper()],
        value=given.value,
        reason=given.reason,
        now=current_time(),
    )
    return Status(201, describe_mark(made))


@router.post("marks/{quality_mark_id}/withdraw", response=QualityMarkOut)
def withdraw_mark(request: HttpRequest, quality_mark_id: UUID, given: MarkWithdrawalIn) -> QualityMarkOut:
    """A person's mark no longer holds; that it did stays told."""
    visible_marks(request.user).get(pk=quality_mark_id)
    made = services.withdraw_mark(actor=actor_of(request), mark_id=quality_mark_id, reason=given.reason, now=current_time())
    return describe_mark(made)


@router.get("calibrations", response=list[CalibrationOut])
def due_calibrations(request: HttpRequest, wanted: Query[Slice]) -> list[CalibrationOut]:
    """Sensors whose calibration is overdue or soon will be, the longest overdue first."""
    found = scope(due_sensors(timezone.localdate(current_time())), request.user, "sensors.see")
    return [_calibration(one) for one in wanted.cut(found)]


@router.post("sensors/{sensor_id}/calibration", response=CalibrationOut)
def record_calibration(request: HttpRequest, sensor_id: UUID, given: CalibrationIn) -> CalibrationOut:
    """A sensor was calibrated on that day."""
    visible_sensors(request.user).get(pk=sensor_id)
    sensor = services.record_calibration(
        actor=actor_of(request), sensor_id=sensor_id, day=given.day, due=given.due, now=current_time()
    )
    return _calibration(sensor)


def _calibration(sensor: Sensor) -> CalibrationOut:
    state = calibration_state(sensor.calibration_due, timezone.localdate(current_time()), policy().calibration.warn_days)
    return CalibrationOut(
        sensor_id=sensor.pk,
        calibrated_on=sensor.calibrated_on,
        calibration_due=sensor.calibration_due,
        state=state,
        state_name=str(CALIBRATION_NAMES[state]),
    )
