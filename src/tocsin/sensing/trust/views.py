"""Pages of trust: what is said of a sensor's readings, and which calibrations are due."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may, needs, scope
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.registry import visible_sensors
from tocsin.sensing.trust import services
from tocsin.sensing.trust.models import QUALITY_NAMES
from tocsin.sensing.trust.queries import MANAGE, due_sensors, months_of, visible_marks
from tocsin.sensing.trust.rules import MarkQuality, MarkQualityName, calibration_state
from tocsin.sensing.trust.shown import CALIBRATION_NAMES, describe_mark

SHOWN = 200
DUE_COLUMNS = (
    "name",
    "device",
    "channel",
    "quantity",
    "region_code",
    "organisation",
    "calibrated_on",
    "calibration_due",
    "state",
)
EMPTY = EmptyState(gettext_lazy("A calibration falls due as the register of sensors says."))


@require_GET
@needs("history.see")
def trust(request: HttpRequest, sensor_id: UUID) -> HttpResponse:
    """What rules and persons say of a sensor's readings, and its calibration, with the forms for those who manage it."""
    sensor = scope(visible_sensors(request.user), request.user, "history.see").get(pk=sensor_id)
    state = calibration_state(sensor.calibration_due, timezone.localdate(current_time()), policy().calibration.warn_days)
    context = {
        "sensor": sensor,
        "marks": [describe_mark(one) for one in visible_marks(request.user).filter(sensor=sensor)[:SHOWN]],
        "may_manage": may(request.user, MANAGE, sensor.region_code),
        "qualities": [(one.name.lower(), name) for one, name in QUALITY_NAMES.items()],
        "state": state,
        "state_name": CALIBRATION_NAMES[state],
        "months": months_of(sensor),
        "unit": sensor.canonical_unit,
    }
    return render(request, "sensing/trust/trust.html", context)


@act("sensor_trust")
def mark_readings(
    request: HttpRequest,
    sensor_id: UUID,
    *,
    begins: datetime,
    ends: datetime | None,
    quality: MarkQualityName,
    value: float | None,
    reason: Line,
) -> str:
    """A person says what readings of a span are worth."""
    visible_sensors(request.user).get(pk=sensor_id)
    services.mark_readings(
        actor=actor_of(request),
        sensor_id=sensor_id,
        begins=begins,
        ends=ends,
        quality=MarkQuality[quality.upper()],
        value=value,
        reason=reason,
        now=current_time(),
    )
    return _("The readings are marked. What was sent is kept beside it.")


@act("sensor_trust")
def withdraw_mark(request: HttpRequest, sensor_id: UUID, quality_mark_id: UUID, *, reason: Line) -> str:
    """A person's mark no longer holds."""
    mark = visible_marks(request.user).get(pk=quality_mark_id, sensor_id=sensor_id)
    services.withdraw_mark(actor=actor_of(request), mark_id=mark.pk, reason=reason, now=current_time())
    return _("The mark is withdrawn.")


@act("sensor_trust")
def record_calibration(request: HttpRequest, sensor_id: UUID, *, day: date, due: date | None) -> str:
    """A sensor was calibrated."""
    visible_sensors(request.user).get(pk=sensor_id)
    services.record_calibration(actor=actor_of(request), sensor_id=sensor_id, day=day, due=due, now=current_time())
    return _("The calibration is entered.")


@require_GET
@needs("sensors.see")
def calibrations(request: HttpRequest) -> HttpResponse:
    """Sensors whose calibration is overdue or soon will be, the longest overdue first."""
    today = timezone.localdate(current_time())
    found = scope(due_sensors(today), request.user, "sensors.see")
    return list_file(request, found, "calibrations", DUE_COLUMNS, lambda one: _flat(one, today), MOST_IN_A_FILE) or list_page(
        request,
        found,
        "sensing/trust/calibrations.html",
        empty=EMPTY,
        part="",
        describe=lambda one: {"sensor": one, "overdue": one.calibration_due is not None and one.calibration_due < today},
        context={"warn_days": policy().calibration.warn_days},
    )


def _flat(one: Sensor, today: date) -> dict[str, object]:
    state = calibration_state(one.calibration_due, today, policy().calibration.warn_days)
    return {
        **vars(one),
        "name": str(one),
        "device": one.device.code,
        "organisation": str(one.device.organisation or ""),
        "state": str(CALIBRATION_NAMES[state]),
    }
