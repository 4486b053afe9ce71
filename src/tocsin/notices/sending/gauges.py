"""What the installation tells of notices on their way."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Sending
from tocsin.records.system.rules import Gauge, Sample, Unit

LATE_S: Final = 120.0
ON_THEIR_WAY: Final = Q(fate__in=[Fate.QUEUED.value, Fate.SENDING.value])


def sendings_waiting(now: datetime) -> Iterator[Sample]:
    """Sendings that are due and that their channel has not taken yet."""
    due = Sending.objects.filter(ON_THEIR_WAY, not_before__lte=now)
    for channel, count in due.values_list("channel").annotate(Count("pk")).order_by("channel"):
        yield Sample(count, {"channel": channel}, channel)


def oldest_sending(now: datetime) -> Iterator[Sample]:
    """How long the oldest of them has been due."""
    oldest = Sending.objects.filter(ON_THEIR_WAY, not_before__lte=now).aggregate(at=Min("not_before"))["at"]
    yield Sample(0.0 if oldest is None else (now - oldest).total_seconds())


GAUGES: Final = (
    Gauge("sendings_due", _("Notices due and not yet taken by"), sendings_waiting),
    Gauge("sending_oldest", _("Oldest notice that is due and not taken"), oldest_sending, Unit.SECONDS, limit=LATE_S),
)
