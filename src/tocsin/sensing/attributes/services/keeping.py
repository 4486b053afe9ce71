"""What devices said of themselves, written: few statements for many messages, within each device's bounds."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.base.time import datetime_from_ms
from tocsin.bus.bulk import save_all
from tocsin.records.retention.rules import Kept
from tocsin.sensing.attributes.models import Attribute, AttributeChange
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.rules.statements import FREE, Stated, Statement, is_change
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries.registry import devices_by_code
from tocsin.sensing.quarantine.rules import Reason
from tocsin.sensing.quarantine.services.asides import Aside, set_aside

if TYPE_CHECKING:
    from uuid import UUID

SLACK: Final = 50  # so many changes beyond their bound are borne before the oldest go: not one deletion for each
AT_ONCE: Final = 2000
FIELDS: Final = ("text", "number", "stated_at", "received_at", "changed_at", "noted_text", "noted_number", "changes")


@transaction.atomic
def keep_statements(messages: Sequence[Stated]) -> None:
    """Keeps what the messages say, in their order. What was said later already stands; a device's further names are set aside."""
    devices = devices_by_code({one.code for message in messages for one in message.statements})
    writer = _Writer(devices)
    for message in messages:
        for one in message.statements:
            if one.code in devices:
                writer.add(one, devices[one.code], message)
    writer.write()


class _Writer:
    """The rows of some devices, what changes of them, and what finds no place."""

    def __init__(self, devices: dict[str, Device]) -> None:
        self._policy = attributes_policy()
        rows = Attribute.objects.filter(device__in=devices.values()).select_for_update().order_by("pk")
        self._rows = {(one.device_id, one.name): one for one in rows}
        self._names = Counter(device_id for device_id, _name in self._rows)
        self._new: set[tuple[UUID, str]] = set()
        self._touched: set[tuple[UUID, str]] = set()
        self._changes: list[AttributeChange] = []
        self._asides: dict[str, tuple[Aside, Device]] = {}

    def add(self, said: Statement, device: Device, message: Stated) -> None:
        """One statement of this device in a message, which may be that of its gateway."""
        key, at = (device.pk, said.name), datetime_from_ms(said.stated_ms)
        row = self._rows.get(key)
        if row is None:
            if self._names[device.pk] >= self._policy.bounds.names:
                self._refuse(said, device, message)
                return
            self._names[device.pk] += 1
            self._new.add(key)
            row = self._rows[key] = Attribute(device=device, name=said.name, stated_at=at)
            self._take(row, said, at, message.received_at, changed=True)
            return
        if at < row.stated_at:  # sent late: a line of the past
            self._note(row, said, at, message.received_at)
            return
        known = self._policy.known.get(said.name, FREE)
        changed = is_change(known, (row.noted_text, row.noted_number), (said.text, said.number))
        self._take(row, said, at, message.received_at, changed=changed)

    def write(self) -> None:
        """All of it into the database."""
        Attribute.objects.bulk_create([self._rows[key] for key in sorted(self._new)])
        save_all([self._rows[key] for key in sorted(self._touched - self._new)], *FIELDS)
        AttributeChange.objects.bulk_create(self._changes, ignore_conflicts=True)
        for key in sorted(self._touched):
            if self._rows[key].changes > self._policy.bounds.changes + SLACK:
                self._prune(self._rows[key])
        for aside, device in self._asides.values():
            set_aside(aside, device.pk, device.region_code)

    def _take(self, row: Attribute, said: Statement, at: datetime, received_at: datetime, *, changed: bool) -> None:
        row.text, row.number, row.stated_at, row.received_at = said.text, said.number, at, received_at
        self._touched.add((row.device_id, row.name))
        if changed:
            row.changed_at, row.noted_text, row.noted_number = at, said.text, said.number
            self._note(row, said, at, received_at)

    def _note(self, row: Attribute, said: Statement, at: datetime, received_at: datetime) -> None:
        row.changes += 1
        self._touched.add((row.device_id, row.name))
        self._changes.append(
            AttributeChange(
                device_id=row.device_id, name=said.name, text=said.text, number=said.number, stated_at=at, received_at=received_at
            )
        )

    def _prune(self, row: Attribute) -> None:
        kept = AttributeChange.objects.filter(device=row.device_id, name=row.name).order_by("-stated_at")
        last = kept.values_list("stated_at", flat=True)[self._policy.bounds.changes - 1 :][:1]
        for at in last:
            kept.filter(stated_at__lt=at).delete()
        Attribute.objects.filter(pk=row.pk).update(changes=kept.count())

    def _refuse(self, said: Statement, device: Device, message: Stated) -> None:
        why = InvalidInput(
            "“%(name)s” is one attribute too many: of a device %(most)s are kept; send fewer names",
            name=said.name,
            most=self._policy.bounds.names,
        )
        sample, before = f"{said.name}: {said.text}", self._asides.get(device.code)
        if before is not None:
            self._asides[device.code] = (before[0].again(message.door, why, sample, message.received_at), device)
            return
        reason, at = Reason.ATTRIBUTE_REFUSED.value, message.received_at
        self._asides[device.code] = (Aside(device.code, reason, message.door, why, sample, 1, at, at), device)


def forget_old_changes(before: datetime) -> int:
    """Lets up to a batch of changes go that were received before; returns how many. What an attribute is now stays told."""
    gone = list(AttributeChange.objects.filter(received_at__lt=before).order_by().values_list("pk", flat=True)[:AT_ONCE])
    AttributeChange.objects.filter(pk__in=gone).delete()
    return len(gone)


def _count_old(before: datetime) -> int:
    return AttributeChange.objects.filter(received_at__lt=before).count()


KEPT = Kept(
    "attribute_changes",
    pgettext_lazy("kept", "Changes of what devices say of themselves"),
    "sensing.attributes",
    lambda: attributes_policy().bounds.keep_days,
    count=_count_old,
    forget=forget_old_changes,
)
