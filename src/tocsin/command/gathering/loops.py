"""The loop in which alarms find their case. It may die at any moment."""

from datetime import datetime

from django.utils import timezone

from tocsin.bus.loops.rows import Loop
from tocsin.command.gathering.services.placement import dispatch_due_orders, gather_alarms


def gather(*, now: datetime) -> int:
    """Alarms without a case whose diagnosis is done or overdue find their case; when all have, orders that are due go out."""
    return gather_alarms(now=now, machine_now=timezone.now()) or dispatch_due_orders(now=now)


GATHER = Loop(
    name="gather-alarms",
    work=gather,
    period_s=2.0,
    wakes_on=("warning.Alarm", "warning.Diagnosis", "warning.DiagnosisTask", "command.Case"),
)
LOOPS = (GATHER,)
