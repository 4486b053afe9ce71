"""What would go if it went now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from tocsin.records.retention.models import Hold
from tocsin.records.retention.rules import Kept


@dataclass(frozen=True)
class Standing:
    """One kind, the time before which it goes, and how many rows are older; None where that is not counted."""

    kept: Kept
    days: float
    before: datetime
    due: int | None


def all_kept() -> list[Kept]:
    """Every kind, in the order of the catalogue."""
    return [import_string(name.replace(":", ".")) for name in settings.RETENTION]


def standings(*, now: datetime) -> Iterator[Standing]:
    """The preview: what the loop would delete by the policy in force."""
    for kept in all_kept():
        days = kept.days()
        before = now - timedelta(days=days)
        yield Standing(kept, days, before, kept.count(before) if kept.count else None)


def standing_holds() -> QuerySet[Hold]:
    """Holds that nobody has lifted."""
    return Hold.objects.filter(lifted_at__isnull=True).select_related("placed_by")


def held_numbers() -> list[str]:
    """Numbers of cases about which nothing goes."""
    return list(standing_holds().values_list("number", flat=True))
