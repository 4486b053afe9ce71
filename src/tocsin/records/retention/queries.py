"""What would go if it went now, what is held, and what has gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from tocsin.jurisdiction.face import may
from tocsin.records.retention.models import Hold, Tombstone
from tocsin.records.retention.policy import FOR_GOOD, RETENTION
from tocsin.records.retention.rules import Kept
from tocsin.records.versions.queries import read_content
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.jurisdiction.rights.rules import Permission
    from tocsin.records.versions.models import PolicyVersion

FIRST: Final = 50
"""So many of what would go are named."""


@dataclass(frozen=True)
class Standing:
    """One kind, the time before which it goes (None: kept for good), and how many are older; None where that is not counted."""

    kept: Kept
    days: float
    before: datetime | None
    due: int | None

    @property
    def numbers(self) -> list[str]:
        """The first of what would go, by name."""
        return _numbers(self.kept, self.before)


def all_kept() -> list[Kept]:
    """Every kind, in the order of the catalogue."""
    return [import_string(name.replace(":", ".")) for name in settings.RETENTION]


def standings(*, now: datetime) -> Iterator[Standing]:
    """The preview: what the loop would delete by the policy in force."""
    for kept in all_kept():
        yield _standing(kept, kept.days(), now)


def _standing(kept: Kept, days: float, now: datetime) -> Standing:
    if days == FOR_GOOD:
        return Standing(kept, days, None, 0)
    before = now - timedelta(days=days)
    return Standing(kept, days, before, kept.count(before) if kept.count else None)


def _numbers(kept: Kept, before: datetime | None) -> list[str]:
    return list(islice(kept.numbers(before), FIRST)) if kept.numbers and before is not None else []


def try_retention(row: "PolicyVersion", content: dict[str, Any]) -> dict[str, Any]:
    """Of every kind whose days a draft changes: how many go now, how many would go with it, and the first of those by name."""
    draft = read_content(RETENTION, content, row.policy)
    now = current_time()
    told: dict[str, Any] = {}
    for before in standings(now=now):
        kept = before.kept
        if kept.policy != RETENTION.name or (days := getattr(draft, kept.key)) == before.days:
            continue
        after = _standing(kept, days, now)
        told[f"{kept.code}_now"], told[f"{kept.code}_with_the_draft"] = before.due, after.due
        if numbers := after.numbers:
            told[f"{kept.code}_numbers"] = ", ".join(numbers)
    return told


def standing_holds() -> QuerySet[Hold]:
    """Holds that nobody has lifted."""
    return Hold.objects.filter(lifted_at__isnull=True).select_related("placed_by")


def held_numbers() -> list[str]:
    """Numbers about which nothing goes."""
    return list(standing_holds().values_list("number", flat=True))


def needed_numbers(kind: str) -> set[str]:
    """Numbers of objects of a kind that somebody elsewhere on the ladder still needs (`STILL_NEEDED` of the catalogue)."""
    found: set[str] = set()
    for name in settings.STILL_NEEDED.get(kind, ()):
        found |= set(import_string(name.replace(":", "."))())
    return found


def hold_of(*numbers: str) -> Hold | None:
    """The hold that stands upon one of these numbers, the oldest; None where nobody holds any."""
    return standing_holds().filter(number__in=numbers).order_by("placed_at").first()


def tombstone_of(user: "Person", name: str | UUID) -> Tombstone | None:
    """What remains of the object of that number or id, for whoever might see such an object there; None for all others."""
    try:
        asked = Q(object_id=name if isinstance(name, UUID) else UUID(name))
    except ValueError:
        asked = Q(number=name)
    found = Tombstone.objects.filter(asked).select_related("whole").first() if name else None
    return found if found is not None and may(user, cast("Permission", found.permission), found.region_code) else None
