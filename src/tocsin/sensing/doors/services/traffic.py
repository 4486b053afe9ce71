"""Writing what the doors counted and set aside: few statements for thousands of devices, short transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tocsin.bus.bulk import change_rows
from tocsin.sensing.attributes.rules.statements import Stated
from tocsin.sensing.attributes.services.keeping import keep_statements
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.doors.rules.handed import HandedMessage
from tocsin.sensing.doors.services.handing import take_handed
from tocsin.sensing.quarantine.services.asides import Aside, set_aside
from tocsin.sensing.quarantine.services.keeping import Owner, Unread, keep_messages
from tocsin.sensing.quarantine.services.strangers import Strange, keep_strange

ROWS_AT_ONCE = 200  # devices of one transaction, which then lasts a few milliseconds


@dataclass(frozen=True)
class Traffic:
    """What one device sent since the last record."""

    code: str
    messages: int
    rejected: int
    at: datetime
    door: str = ""  # through which they came last


def record_traffic(traffic: Sequence[Traffic], aside: Sequence[Aside]) -> None:
    """Adds to the devices' counters and to the quarantine."""
    for start in range(0, len(traffic), ROWS_AT_ONCE):
        part = traffic[start : start + ROWS_AT_ONCE]
        with transaction.atomic():
            _add([one for one in part if one.door], {"heard_through": [one.door for one in part if one.door]})
            _add([one for one in part if not one.door], {})
    devices = queries.devices_by_code({one.code for one in aside if one.code})
    for start in range(0, len(aside), ROWS_AT_ONCE):
        with transaction.atomic():
            for fault in aside[start : start + ROWS_AT_ONCE]:
                device = devices.get(fault.code)
                set_aside(fault, device.pk if device else None, device.region_code if device else "")


def _add(traffic: Sequence[Traffic], beside: Mapping[str, Sequence[object]]) -> None:
    """By one statement: the loop that reads from devices waits for Python's lock at each of this thread's many small steps."""
    columns: dict[str, Sequence[object]] = {
        "messages": [one.messages for one in traffic],
        "rejected": [one.rejected for one in traffic],
        "last_seen_at": [one.at for one in traffic],
        "code": [one.code for one in traffic],
    }
    change_rows(Device, "code", {**columns, **beside}, added={"messages", "rejected"})


@transaction.atomic
def keep(messages: Sequence[Unread | Stated | Strange | HandedMessage]) -> frozenset[str]:
    """Keeps all of them, or none: what fails is tried again whole. The topics of which no messages may come for a while."""
    if unread := [one for one in messages if isinstance(one, Unread)]:
        keep_unread(unread)
    if stated := [one for one in messages if isinstance(one, Stated)]:
        keep_statements(stated)
    if strange := [one for one in messages if isinstance(one, Strange)]:
        keep_strange(strange)
    return take_handed([one for one in messages if isinstance(one, HandedMessage)])


def keep_unread(messages: Sequence[Unread]) -> None:
    """Keeps messages of which something could not be read, each with its device."""
    devices = queries.devices_by_code({one.code for one in messages})
    keep_messages(messages, {code: Owner(device.pk, device.region_code) for code, device in devices.items()})
