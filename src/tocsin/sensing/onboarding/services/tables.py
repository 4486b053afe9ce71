"""Devices from a table: looked at first, then all of them are registered in one act, or none. Secrets leave with the answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices import services as devices
from tocsin.sensing.onboarding.models import DeviceTable
from tocsin.sensing.onboarding.queries import MANAGE, visible_tables
from tocsin.sensing.onboarding.rules.tables import RowVerdict, TableState, cells_below_headings
from tocsin.sensing.onboarding.services.rows import judged_rows

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES: Final = 4_000_000
MOST_ROWS: Final = 2_000  # of one act, whose transaction then lasts some tenths of a second


@dataclass(frozen=True)
class Handed:
    """What is handed out once: the secrets of the devices by code, in the order of the table."""

    table: DeviceTable
    secrets: dict[str, str]


def preview_devices(*, actor: "User", region_code: str, file_name: str, content: bytes, now: datetime) -> DeviceTable:
    """Keeps a table with its rows; nothing of the registry changes. InvalidInput for what is no table, is too large, or lacks
    the heading of the devices' code.
    """
    require(actor, MANAGE, region_code)
    found = cells_below_headings(read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20))
    if len(found.rows) > MOST_ROWS:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": MOST_ROWS})
    if not found.rows:
        raise InvalidInput(_("There are no rows below the headings."))
    with transaction.atomic():
        made = DeviceTable.objects.create(
            region_code=region_code,
            file_name=storable(file_name)[:200],
            at=now,
            by=actor,
            rows=[{"line": line, "cells": cells} for line, cells in found.rows],
            unread=[one[:60] for one in found.unread[:50]],
        )
        details = {"file": made.file_name, "rows": len(found.rows)}
        record_audit(actor, "device_table.previewed", "device_table", made.pk, region_code, details)
    return made


def take_devices(*, actor: "User", table_id: UUID, now: datetime) -> Handed:
    """Registers all devices and sensors of a table, judged anew, in one act; known ones stay as they are.

    Conflict for a table that was taken or dropped, for one with a wrong row, and for one that brings nothing new.
    """
    made = _waiting(actor, table_id)
    rows = judged_rows(actor, made)
    if any(row.verdict is RowVerdict.WRONG for row in rows):
        raise Conflict(_("Rows of this file are wrong: mend them in the file and give it again."))
    new = [row.device for row in rows if row.device is not None]
    sensors = [one for row in rows for one in (*row.channels, row.sensor) if one is not None]
    if not new and not sensors:
        raise Conflict(_("All of this file is registered already."))
    with transaction.atomic():
        codes = [one.code for one in new]
        free = DeviceTable.objects.filter(pk=made.pk, taken_at=None, dropped_at=None)
        if not free.update(taken_at=now, registered=codes):
            raise Conflict(_("This file was taken over or dropped already."))
        secrets = devices.register_many(actor=actor, devices=new, sensors=sensors)
        details = {"file": made.file_name, "devices": len(new), "sensors": len(sensors)}
        record_audit(actor, "device_table.taken", "device_table", made.pk, made.region_code, details)
    made.taken_at, made.registered = now, codes
    return Handed(made, secrets)


def renew_secrets(*, actor: "User", table_id: UUID) -> Handed:
    """New secrets for those devices of a table that nobody has heard yet: the file was lost. Conflict where all were heard."""
    made = visible_tables(actor).get(pk=table_id)
    if made.state is not TableState.TAKEN:
        raise Conflict(_("This file was not taken over."))
    with transaction.atomic():
        secrets = devices.renew_unheard(actor=actor, codes=made.registered)
        if not secrets:
            raise Conflict(_("All devices of this file have been heard: make a new secret on the page of the one that needs it."))
    return Handed(made, secrets)


@transaction.atomic
def drop_table(*, actor: "User", table_id: UUID, now: datetime) -> DeviceTable:
    """The file is not wanted: its rows are forgotten, that it was there is not."""
    made = _waiting(actor, table_id)
    if not DeviceTable.objects.filter(pk=made.pk, taken_at=None, dropped_at=None).update(rows=[], dropped_at=now):
        raise Conflict(_("This file was taken over or dropped already."))
    record_audit(actor, "device_table.dropped", "device_table", made.pk, made.region_code, {"file": made.file_name})
    made.rows, made.dropped_at = [], now
    return made


def _waiting(actor: "User", table_id: UUID) -> DeviceTable:
    made = visible_tables(actor).get(pk=table_id)
    if made.state is not TableState.WAITING:
        raise Conflict(_("This file was taken over or dropped already."))
    return made
