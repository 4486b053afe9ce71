"""Devices get a model and are brought in line with it. Keyword-only, rights checked, with the audit entry."""

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit, record_audits
from tocsin.sensing.devices.models import Device, DeviceModel, Sensor
from tocsin.sensing.devices.queries.models import model_for, sheet_of, visible_models
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.devices.rules import ModelSheet, NewSensor, sensor_of_channel
from tocsin.sensing.devices.services import registering, registry
from tocsin.sensing.makes.queries import MANAGE, Differing, differing_devices, fitted_sensors, managed_devices
from tocsin.sensing.makes.rules.differences import DifferenceKind, changed_settings

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_DEVICES: Final = 1_000  # of one press: some seconds
AT_ONCE: Final = 50  # devices of one transaction, which then lasts some tens of milliseconds


@dataclass(frozen=True)
class BroughtInLine:
    """What one press did: devices, settings and channels, and devices that have no place for a further channel."""

    devices: int
    settings: int
    channels: int
    without_place: list[str]
    left: bool  # whether more differ than one press takes


@transaction.atomic
def set_model(*, actor: "User", device_id: UUID, model_id: UUID | None) -> Device:
    """Says of which model a device is; its sensors stay as they are until it is brought in line."""
    device = visible_devices(actor).get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    before = str(device.model or "")
    model = None if model_id is None else model_for(actor, model_id)
    Device.objects.filter(pk=device.pk).update(model=model)
    details = {"code": device.code, "model": [before, str(model or "")]}
    record_audit(actor, "device.model_set", "device", device.pk, device.region_code, details)
    return visible_devices(actor).get(pk=device_id)


def bring_in_line(*, actor: "User", model_id: UUID) -> BroughtInLine:
    """All devices of the model that the actor manages get its settings and missing channels; a thousand of them at one press.

    What a sensor's history means, and channels that the model does not know, stay. Conflict where no device differs so.
    """
    model = visible_models(actor).get(pk=model_id)
    differing = (one for one in differing_devices(model, managed_devices(actor, model)) if one.is_mendable)
    chosen = list(islice(differing, MOST_DEVICES + 1))
    return _bring(actor, model, chosen[:MOST_DEVICES], left=len(chosen) > MOST_DEVICES)


def bring_device_in_line(*, actor: "User", device_id: UUID) -> BroughtInLine:
    """The same for one device."""
    device = visible_devices(actor).get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    if device.model is None:
        raise Conflict(_("Nobody has said of which model this device is."))
    found = differing_devices(device.model, Device.objects.filter(pk=device.pk))
    return _bring(actor, device.model, [one for one in found if one.is_mendable], left=False)


def _bring(actor: "User", model: DeviceModel, differing: list[Differing], *, left: bool) -> BroughtInLine:
    if not differing:
        raise Conflict(_("No device that you manage differs from this model in what can be changed."))
    sheet = sheet_of(model)
    settings = channels = 0
    without_place: list[str] = []
    for start in range(0, len(differing), AT_ONCE):
        part = [one.device for one in differing[start : start + AT_ONCE]]
        with transaction.atomic():
            settings += _set_settings(actor, model, sheet, part)
            made, placeless = _add_channels(actor, sheet, differing[start : start + AT_ONCE])
            channels += made
            without_place += placeless
    return BroughtInLine(len(differing), settings, channels, without_place, left)


def _set_settings(actor: "User", model: DeviceModel, sheet: ModelSheet, part: list[Device]) -> int:
    """Settings of sensors as the model says; how many were changed. A sensor of a region that the actor does not manage stays."""
    fitted = fitted_sensors([one.pk for one in part])
    says = {one.channel: one for one in sheet.channels}
    rows = Sensor.objects.select_for_update().filter(device__in=part, channel__in=list(says)).order_by("index")
    changed: list[Sensor] = []
    told: list[tuple[UUID, str, dict[str, object]]] = []
    count = 0
    for sensor in rows:
        wanted = changed_settings(says[sensor.channel], fitted[sensor.device_id][sensor.channel])
        if not wanted or not may(actor, MANAGE, sensor.region_code):
            continue
        details: dict[str, object] = {"model": str(model), "version": model.version}
        for name, value in wanted.items():
            details[name] = [getattr(sensor, name), value]
            setattr(sensor, name, value)
        count += len(wanted)
        changed.append(sensor)
        told.append((sensor.pk, sensor.region_code, details))
    fields = ["interval_s", "silence_s", "accuracy", "profile", "alarm_low", "alarm_high"]
    Sensor.objects.bulk_update(changed, fields, batch_size=registry.ROWS_AT_ONCE)
    record_audits(actor, "sensor.edited", "sensor", told)
    registry.registry_changed(one.device_id for one in changed)
    return count


def _add_channels(actor: "User", sheet: ModelSheet, part: list[Differing]) -> tuple[int, list[str]]:
    """Channels that devices lack are registered where their first sensor is; how many, and devices that have no such place."""
    says = {one.channel: one for one in sheet.channels}
    made: list[NewSensor] = []
    placeless: list[str] = []
    for one in part:
        missing = [found.channel for found in one.differences if found.kind is DifferenceKind.MISSING]
        if not missing:
            continue
        first = one.device.sensors.order_by("index").first()
        if first is None:
            placeless.append(one.device.code)
            continue
        place = (one.device.code, first.lon, first.lat, first.region_code)
        made += [sensor_of_channel(says[channel], *place) for channel in missing]
    if made:
        registering.register_many(actor=actor, devices=[], sensors=made)
    return len(made), placeless
