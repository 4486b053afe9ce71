"""Writing what was set aside, one row a device and reason; telling whom it concerns, once a day."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tocsin.base.errors import TocsinError
from tocsin.base.reasons import kept
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.rules import DEVICES, KEEPER, Reason

TELLING = (Reason.TOO_MANY, Reason.ALREADY_KNOWN)  # a device that does so is out of order, or in wrong hands
RECENT = timedelta(minutes=10)
CODES_TOLD = 5


@dataclass(frozen=True)
class Aside:
    """Messages of one device and one reason that were set aside: how many, from when to when, and the latest as a sample."""

    code: str
    reason: str
    door: str
    why: TocsinError
    sample: str
    count: int
    first_at: datetime
    last_at: datetime

    def again(self, door: str, why: TocsinError, sample: str, at: datetime) -> Self:
        """The same with one more."""
        return replace(self, door=door, why=why, sample=sample, count=self.count + 1, last_at=at)

    def joined(self, newer: Self) -> Self:
        """Both as one."""
        return replace(newer, count=self.count + newer.count, first_at=self.first_at)


def set_aside(aside: Aside, device_id: UUID | None, region_code: str) -> QuarantinedMessage | None:
    """Adds to the row of this device (None where it is none of ours) and reason; the row as it was, None for the first."""
    code = aside.code if device_id else ""
    latest = {"door": aside.door, "why": kept(aside.why), "sample": _printable(aside.sample), "last_seen_at": aside.last_at}
    found = QuarantinedMessage.objects.filter(device_code=code, reason=aside.reason)
    before = found.first()
    if not found.update(count=F("count") + aside.count, **latest):
        QuarantinedMessage.objects.create(
            device_id=device_id,
            device_code=code,
            region_code=region_code,
            reason=aside.reason,
            count=aside.count,
            first_seen_at=aside.first_at,
            **latest,
        )
    return before


def _printable(sample: str) -> str:
    """At most 500 characters that every database stores and every page shows."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in sample[:500])


@transaction.atomic
def tell_keepers(*, now: datetime) -> None:
    """Who manages sensors of a region hears once a day which of its devices send too much or contradict themselves: one notice
    for all of them, however many and however often.
    """
    since = now - RECENT
    rows = QuarantinedMessage.objects.filter(reason__in=TELLING, last_seen_at__gt=since, device__isnull=False)
    codes: dict[str, set[str]] = defaultdict(set)
    for region, code in rows.values_list("region_code", "device_code"):
        codes[region].add(code)
    drafts = [
        Draft(
            DEVICES,
            KEEPER,
            urgent=False,
            key=f"devices-{region}-{now:%Y%m%d}-{person.pk}",
            person=person,
            figures={"count": len(found), "codes": sorted(found)[:CODES_TOLD]},
        )
        for region, found in sorted(codes.items())
        for person in people_who_may("sensors.manage", region)
    ]
    if drafts:
        write_all(drafts, Directory(now))
