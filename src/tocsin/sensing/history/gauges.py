"""What the installation tells of its history: who waits for it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from tocsin.records.system.rules import Gauge, Sample, Unit
from tocsin.sensing.history.models import HistoryWait

LATE_S: Final = 30.0


def history_waits(now: datetime) -> Iterator[Sample]:
    """How long readings of each detector have been waiting because the history can't be written; nothing where none wait."""
    for row in HistoryWait.objects.order_by("writer"):
        yield Sample(max(0.0, (now - row.since).total_seconds()), {"writer": row.writer}, row.writer)


GAUGES: Final = (
    Gauge(
        "history_waiting", _("Readings wait for the history, which can't be written"), history_waits, Unit.SECONDS, limit=LATE_S
    ),
)
