"""What is due: the next diagnosis, the next clock, and the conditions that stand."""

from datetime import datetime

from django.db.models import Q, QuerySet

from tocsin.sensing.face import sensor_indexes
from tocsin.warning.alarms.models import Alarm, DeviceFinding, DiagnosisTask
from tocsin.warning.alarms.rules.states import ACTIVE, AlarmState
from tocsin.warning.covers.queries import next_turn


def alarms_done_with_diagnosis(*, due_before: datetime) -> QuerySet[Alarm]:
    """Open alarms that wait for no first diagnosis, or for one that was due before that moment (machine's time), oldest first."""
    waiting = DiagnosisTask.objects.exclude(reason="later").filter(due_at__gt=due_before).values("alarm_id")
    return Alarm.objects.open().exclude(pk__in=waiting).order_by("raised_at", "id")


def standing_conditions() -> list[tuple[int, str]]:
    """(sensor index, rule) of every condition that holds by the database: active alarms, also set aside, and device findings."""
    active = Alarm.objects.filter(closed_at__isnull=True).filter(Q(state__in=ACTIVE) | Q(beneath__in=ACTIVE))
    alarms = active.filter(sensor_id__isnull=False).order_by()
    findings = DeviceFinding.objects.order_by()
    index = sensor_indexes(alarms.values_list("sensor_id", flat=True), findings.values_list("sensor_id", flat=True))
    standing = {*alarms.values_list("sensor_id", "rule"), *findings.values_list("sensor_id", "rule")}
    return sorted((index[sensor_id], rule) for sensor_id, rule in standing if sensor_id is not None)


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
