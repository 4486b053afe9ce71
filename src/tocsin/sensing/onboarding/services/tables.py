"""Devices and sensors from a table, one row a channel: how the rows are judged, written and undone, and secrets handed out once.

A device is known by its code, a sensor by device and channel. Nothing of a registry is ever deleted, since readings may come and
indexes are never given twice: what an undone file brought is out of use, and in use again when a file names it once more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.base.errors import Conflict
from tocsin.bus.bulk import save_all
from tocsin.jurisdiction.face import require
from tocsin.records.face import TableImport, builds_on, plain, record_audits, restore, visible_imports
from tocsin.records.imports.rules import FollowUp, ImportKind, ImportState, Row, Written
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries.registry import devices_by_code
from tocsin.sensing.devices.services import credentials, registering, registry
from tocsin.sensing.onboarding.queries import MANAGE
from tocsin.sensing.onboarding.rules.tables import HEADINGS, NEEDED, Brought
from tocsin.sensing.onboarding.services.rows import Found, Judge, sensors_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KIND: Final = "devices"
AT_ONCE: Final = 500  # ids of one query
type _Note = tuple[UUID, str, dict[str, object]]
EXAMPLE: Final = {
    "code": "WELL-7",
    "name": "石牛山路 7 号井",
    "region_code": "370213",
    "channel": "methane",
    "quantity": "甲烷",
    "unit": "pct_lel",
    "lon": "120.4321",
    "lat": "36.1654",
    "interval_s": "60",
}
ENGLISH_EXAMPLE: Final = {"name": "Well 7, Shiniushan Road", "quantity": "methane"}


@dataclass(frozen=True)
class Handed:
    """What is handed out once: the secrets of the devices by code, in the order of the table; the channel of its first row."""

    table: TableImport
    secrets: dict[str, str]
    channel: str


def judge_devices(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the registry as it is now; gateways before what they carry. A handful of queries, however many rows."""
    judge = Judge(actor, region_code, rows)
    for row in rows:
        row.name = " ".join(filter(None, (row.cells.get("code", ""), row.cells.get("channel", ""))))
    for row in sorted(rows, key=lambda row: row.cells.get("code", "") in judge.gateway_of):
        judge.judge(row)


def write_devices(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New devices and sensors, each device with a secret that nobody knows until one is handed out; changed ones."""
    found: list[Found] = [row.found for row in rows]
    new = [one.device for one in found if one.device is not None]
    sensors = [sensor for one in found for sensor in one.sensors]
    if new or sensors:
        registering.register_many(actor=actor, devices=new, sensors=sensors)
    known = devices_by_code({one.code for one in found})
    made = sensors_of(known) if sensors else {}
    written = [_written(one, known, made) for one in found]
    _change(actor, [one for one in found if one.of_device or one.of_sensor])
    return written


def undo_devices(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New devices and sensors are out of use, changed ones hold again what they held. Conflict where one was heard or changed
    since, or something builds on it: a meter, a point of a plant, an alarm.
    """
    brought: dict[UUID, list[Brought]] = {}
    for row in written:
        brought.setdefault(row.id, []).append(convert(dict(row.before or {}), Brought))
    known = _in_bulk(Device.objects.all(), brought)
    sensors = _in_bulk(
        Sensor.objects.select_related("device"),
        {key for each in brought.values() for one in each for key in (*one.sensors, *one.of_sensors)},
    )
    for region in {one.region_code for one in known.values()} | {one.region_code for one in sensors.values()}:
        require(actor, MANAGE, region)
    new = [key for key, each in brought.items() if key in known and any(one.device for one in each)]
    fresh = [key for each in brought.values() for one in each for key in one.sensors if key in sensors]
    heard = next((known[sensors[key].device_id] for key in fresh if sensors[key].last_ts is not None), None)
    heard = heard or next((known[key] for key in new if known[key].messages), None)
    if heard is not None:
        raise Conflict(_("%(name)s has been heard: it can't be undone.") % {"name": heard.code})
    used = builds_on(Sensor, fresh) or builds_on(Device, new, apart_from=(Sensor,))
    if used is not None:
        name = known[used].code if used in known else f"{known[sensors[used].device_id].code} {sensors[used].channel}"
        raise Conflict(_("%(name)s is in use: it can't be undone.") % {"name": name})
    for key, each in brought.items():
        for one in each:
            if key in known:
                restore(known[key], one.of_device)
            for sensor, values in one.of_sensors.items():
                if sensor in sensors:
                    restore(sensors[sensor], values)
    _put_out_of_use(actor, [known[key] for key in new], [sensors[key] for key in fresh])
    save_all(list(known.values()), "name", "enabled")
    save_all(list(sensors.values()), *_SENSOR_FIELDS)
    registry.registry_changed({*known, *(one.device_id for one in sensors.values())})


def renew_secrets(*, actor: "User", table_id: UUID) -> Handed:
    """Secrets for those devices that a file brought and that nobody has heard yet; ones handed out before stop working. Conflict
    where the file was not taken over, and where all were heard.
    """
    made = visible_imports(actor).get(pk=table_id, kind=KIND)
    if made.state is not ImportState.TAKEN:
        raise Conflict(_("This file was not taken over."))
    rows = made.rows.values_list("written", "before")
    ids = [written for written, before in rows if written is not None and convert(before or {}, Brought).device]
    with transaction.atomic():
        known = _in_bulk(Device.objects.all(), ids)
        secrets = credentials.renew_unheard(actor=actor, codes=[known[key].code for key in ids if key in known])
        if ids and not secrets:
            raise Conflict(_("All devices of this file have been heard: make a new secret on the page of the one that needs it."))
    first = next((known[key] for key in ids if key in known and known[key].code in secrets), None)
    channel = first.sensors.values_list("channel", flat=True).first() if first else None
    return Handed(made, secrets, channel or "methane")


DEVICES: Final = ImportKind(
    name=KIND,
    title=pgettext_lazy("rows of a table", "Devices and sensors"),
    permission=MANAGE,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="devices",
    judge=judge_devices,
    write=write_devices,
    undo=undo_devices,
    order=lambda row: int(row.found.carried),
    batch=500,
    follow_up=FollowUp("hand_out_secrets", pgettext_lazy("of new devices", "Hand out their secrets"), "key-round"),
    place=("lon", "lat"),
)
_SENSOR_FIELDS: Final = (
    *("name", "lon", "lat", "asset", "interval_s", "accuracy", "profile", "alarm_low", "alarm_high", "enabled"),
    *("calibrated_on", "calibration_due"),
)


def _written(one: Found, known: Mapping[str, Device], made: Mapping[tuple[str, str], Sensor]) -> Written:
    device, sensor = known[one.code], one.known_sensor
    of_sensor = {name: (plain(getattr(sensor, name)), plain(value)) for name, value in one.of_sensor.items()}
    told: dict[str, object] = {
        "device": one.device is not None,
        "sensors": [str(made[one.code, new.channel].pk) for new in one.sensors],
        "of_device": {name: (plain(getattr(one.known_device, name)), value) for name, value in one.of_device.items()},
        "of_sensors": {str(sensor.pk): of_sensor} if sensor is not None and of_sensor else {},
    }
    return Written(device.pk, told)


def _change(actor: "User", found: Sequence[Found]) -> None:
    """The differences into the rows, with their audit entries."""
    told_devices, told_sensors = list[_Note](), list[_Note]()
    by_field: dict[tuple[type, str], list[Device | Sensor]] = {}
    for one in found:
        for row, values, told in (
            (one.known_device, one.of_device, told_devices),
            (one.known_sensor, one.of_sensor, told_sensors),
        ):
            if row is None or not values:
                continue
            require(actor, MANAGE, row.region_code)
            details = {name: [plain(getattr(row, name)), plain(value)] for name, value in values.items()}
            told.append((row.pk, row.region_code, {"code": one.code, **details}))
            for name, value in values.items():
                setattr(row, name, value)
                by_field.setdefault((type(row), name), []).append(row)
    for (_model, name), rows in by_field.items():
        save_all(rows, name)
    record_audits(actor, "device.edited", "device", told_devices)
    record_audits(actor, "sensor.edited", "sensor", told_sensors)
    changed = [row for rows in by_field.values() for row in rows]
    registry.registry_changed(row.pk if isinstance(row, Device) else row.device_id for row in changed)


def _put_out_of_use(actor: "User", new: Sequence[Device], fresh: Sequence[Sensor]) -> None:
    for device in new:
        device.enabled = False
    for sensor in fresh:
        sensor.enabled = False
    record_audits(actor, "device.disabled", "device", [(one.pk, one.region_code, {"code": one.code}) for one in new])
    told = [(one.pk, one.region_code, {"enabled": [True, False]}) for one in fresh]
    record_audits(actor, "sensor.edited", "sensor", told)


def _in_bulk[M: (Device, Sensor)](rows: QuerySet[M], ids: Collection[UUID]) -> dict[UUID, M]:
    return {one.pk: one for part in batched(ids, AT_ONCE) for one in rows.filter(pk__in=part)}
