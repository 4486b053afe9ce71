"""Screens, loudspeakers and gateways that get public warnings, as far as the reader keeps channels there; how ways out fare."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.public_warnings.models import ReceiptFault, WarningDelivery, WarningOutlet
from tocsin.mobilisation.public_warnings.rules.outlets import KEEP

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class WayOut:
    """What became of what left by one channel within a week: numbers by fate, and receipts that fit nothing."""

    channel: str
    fates: dict[str, int]
    faults: dict[str, int]


def visible_outlets(user: "Person") -> QuerySet[WarningOutlet]:
    """Those of the regions in which the user keeps channels."""
    return scope(WarningOutlet.objects.filter(ended_at=None), user, KEEP).order_by("region_code", "name", "id")


def ways_out(now: datetime) -> list[WayOut]:
    """Every channel by which something left or was asked for, by name."""
    rows = WarningDelivery.objects.filter(warning__issued_at__gte=now - LATELY).order_by()
    fates: dict[str, dict[str, int]] = {}
    for channel, fate, count in rows.values_list("channel", "fate").annotate(count=Count("pk")):
        fates.setdefault(channel, {})[fate] = count
    faults: dict[str, dict[str, int]] = {}
    for row in ReceiptFault.objects.order_by("channel", "reason"):
        faults.setdefault(row.channel, {})[row.reason] = row.count
    return [WayOut(one, fates.get(one, {}), faults.get(one, {})) for one in sorted({*fates, *faults})]
