"""What the installation tells of how much its devices report."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from tocsin.records.system.rules import Gauge, Sample
from tocsin.sensing.availability.models import Night
from tocsin.sensing.availability.queries import rates_by_door


def online_rates(_now: datetime) -> Iterator[Sample]:
    """The online rate of the last judged day, by door, in percent."""
    day = Night.objects.filter(is_done=True).order_by("-day").values_list("day", flat=True).first()
    for door, _devices, _below, pct in rates_by_door(day) if day is not None else ():
        if pct is not None:
            yield Sample(round(pct, 2), {"door": door or "unknown"}, door or str(_("unknown")))


GAUGES: Final = (Gauge("online_rate_percent", _("Online rate of the day before, in percent"), online_rates),)
