"""What the installation tells of its alarms."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from tocsin.base.levels import AlarmLevel
from tocsin.records.system.rules import Gauge, Sample, Unit
from tocsin.screens.clock import current_time
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState

UNANSWERED_S: Final = 600.0


def open_alarms(_now: datetime) -> Iterator[Sample]:
    """Alarms that are open, by level."""
    counts = dict(Alarm.objects.open().values_list("level").annotate(Count("pk")).order_by())
    for level in AlarmLevel:
        if level is not AlarmLevel.NONE:
            yield Sample(counts.get(level.value, 0), {"level": level.name.lower()}, str(LEVEL_NAMES[level]))


def longest_unanswered(_now: datetime) -> Iterator[Sample]:
    """How long the alarm waits that has waited longest for somebody to take note of it."""
    waiting = Alarm.objects.open().filter(state=AlarmState.ACTIVE_UNACKNOWLEDGED.value)
    oldest = waiting.aggregate(at=Min("waiting_since"))["at"]
    yield Sample(0.0 if oldest is None else max(0.0, (current_time() - oldest).total_seconds()))


GAUGES: Final = (
    Gauge("open_alarms", _("Open alarms"), open_alarms),
    Gauge("alarm_unanswered", _("Longest without acknowledgement"), longest_unanswered, Unit.SECONDS, limit=UNANSWERED_S),
)
