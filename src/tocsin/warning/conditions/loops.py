"""The loop that looks at conditions over several sensors."""

from datetime import datetime

from django.conf import settings

from tocsin.bus.loops.rows import Loop
from tocsin.warning.conditions.policy import CONDITIONS
from tocsin.warning.conditions.services import ConditionWatch

_watch = ConditionWatch()


def look(*, now: datetime) -> None:
    """Conditions that begin to hold raise alarms, those that are over end theirs."""
    _watch.look(now=now, speed=settings.CONFIGURATION.clock.speed)


LOOPS = (Loop(name="watch-conditions", work=look, period_s=CONDITIONS.shipped.every_s, by_clock=True, lease_s=60.0),)
