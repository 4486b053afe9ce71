"""Planned works that another register announces: of a permit, at exactly the sensors that it disturbs.

Whoever calls has asked for its own rights. What is announced so only marks until the desk of the area confirms it, as for every
body outside.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tocsin.warning.covers.models import Cover
from tocsin.warning.covers.rules import CoverKind
from tocsin.warning.covers.services.covers import check_length, tell_of_cover

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class AnnouncedWork:
    """What disturbs sensors, when, and who is on site."""

    what: str
    who: str
    contact: str
    region_code: str
    begins_at: datetime
    ends_at: datetime


@transaction.atomic
def announce_works(*, actor: "User", work: AnnouncedWork, sensors: Collection[UUID], now: datetime) -> dict[UUID, Cover]:
    """A cover (maintenance) for each sensor alone. InvalidInput for one that lasts longer than the policy allows."""
    made = {}
    for sensor in sensors:
        cover = Cover(
            kind=CoverKind.MAINTENANCE.value,
            what=work.what[:500],
            who=work.who[:120],
            contact=work.contact[:120],
            organisation_id=actor.organisation_id,
            region_code=work.region_code,
            sensor_id=sensor,
            begins_at=work.begins_at,
            ends_at=work.ends_at,
            author=actor,
            created_at=now,
        )
        check_length(cover)
        cover.save()
        tell_of_cover(cover, "entered", actor, now)
        made[sensor] = cover
    return made


@transaction.atomic
def prolong_announced(*, actor: "User", covers: Collection[UUID], ends_at: datetime, reason: str, now: datetime) -> None:
    """Another end of those that are not over; the desk confirms a later one anew."""
    for cover in Cover.objects.select_for_update().filter(pk__in=covers, ended_at__isnull=True):
        before, cover.ends_at = cover.ends_at, ends_at
        check_length(cover)
        if ends_at > before:
            cover.second, cover.second_at = None, None
        cover.save(update_fields=["ends_at", "second", "second_at"])
        tell_of_cover(cover, "prolonged", actor, now, reason=reason)


@transaction.atomic
def end_announced(*, actor: "User", covers: Collection[UUID], reason: str, now: datetime) -> int:
    """Those that are not over end: what still holds under them rings. Returns how many."""
    rows = list(Cover.objects.select_for_update().filter(pk__in=covers, ended_at__isnull=True, ends_at__gt=now))
    for cover in rows:
        cover.ended_reason = reason[:500]
        cover.ended_at, cover.ended_by = max(now, cover.begins_at), actor
        cover.save(update_fields=["ended_at", "ended_by", "ended_reason"])
        tell_of_cover(cover, "ended", actor, now, reason=reason)
    return len(rows)
