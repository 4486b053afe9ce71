"""Writing what was set aside: one row a device and reason."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db.models import F

from tocsin.sensing.quarantine.models import QuarantinedMessage


@dataclass(frozen=True)
class Aside:
    """Messages of one device and one reason that were set aside: how many, from when to when, and the latest as a sample."""

    code: str
    reason: str
    door: str
    detail: str
    sample: str
    count: int
    first_at: datetime
    last_at: datetime

    def again(self, door: str, detail: str, sample: str, at: datetime) -> Self:
        """The same with one more."""
        return replace(self, door=door, detail=detail, sample=sample, count=self.count + 1, last_at=at)

    def joined(self, newer: Self) -> Self:
        """Both as one."""
        return replace(newer, count=self.count + newer.count, first_at=self.first_at)


def set_aside(aside: Aside, device_id: UUID | None, region_code: str) -> QuarantinedMessage | None:
    """Adds to the row of this device (None where it is none of ours) and reason; the row as it was, None for the first."""
    code = aside.code if device_id else ""
    latest = {"door": aside.door, "detail": aside.detail[:300], "sample": _printable(aside.sample), "last_seen_at": aside.last_at}
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
