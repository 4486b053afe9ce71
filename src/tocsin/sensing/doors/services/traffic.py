"""Writing what the doors counted and set aside: few statements for thousands of devices, short transactions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.db import transaction
from django.db.models import F

from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.quarantine.models import QuarantinedMessage

ROWS_AT_ONCE = 200  # devices of one transaction, which then lasts a few milliseconds


@dataclass(frozen=True)
class Traffic:
    """What one device sent since the last record."""

    code: str
    messages: int
    rejected: int
    at: datetime


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


def record_traffic(traffic: Sequence[Traffic], aside: Sequence[Aside]) -> None:
    """Adds to the devices' counters and to the quarantine."""
    for start in range(0, len(traffic), ROWS_AT_ONCE):
        with transaction.atomic():
            for one in traffic[start : start + ROWS_AT_ONCE]:
                Device.objects.filter(code=one.code).update(
                    messages=F("messages") + one.messages, rejected=F("rejected") + one.rejected, last_seen_at=one.at
                )
    devices = queries.devices_by_code({one.code for one in aside if one.code})
    for start in range(0, len(aside), ROWS_AT_ONCE):
        with transaction.atomic():
            for fault in aside[start : start + ROWS_AT_ONCE]:
                _add(fault, devices.get(fault.code))


def _add(aside: Aside, device: Device | None) -> None:
    code = aside.code if device else ""
    latest = {"door": aside.door, "detail": aside.detail[:300], "sample": _printable(aside.sample), "last_seen_at": aside.last_at}
    found = QuarantinedMessage.objects.filter(device_code=code, reason=aside.reason)
    if not found.update(count=F("count") + aside.count, **latest):
        QuarantinedMessage.objects.create(
            device=device,
            device_code=code,
            region_code=device.region_code if device else "",
            reason=aside.reason,
            count=aside.count,
            first_seen_at=aside.first_at,
            **latest,
        )


def _printable(sample: str) -> str:
    """At most 500 characters that every database stores and every page shows."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in sample[:500])
