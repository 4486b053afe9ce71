"""Models of devices as people and programs read them."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.quantities import quantity_of
from tocsin.jurisdiction.face import Person, may
from tocsin.sensing.devices.models import POWER_NAMES, PROTOCOL_NAMES, Device, DeviceModel
from tocsin.sensing.devices.queries.models import sheet_of, visible_models
from tocsin.sensing.devices.rules import PowerSource, SpokenProtocol
from tocsin.sensing.devices.shown import DeviceSection
from tocsin.sensing.makes.queries import MANAGE, Differing, differences_of
from tocsin.sensing.makes.rules.differences import Difference, DifferenceKind
from tocsin.sensing.makes.rules.tables import HEADINGS

FIELD_NAMES: Final = {
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit as sent"),
    "resolution": gettext_lazy("Resolution"),
    "interval_s": gettext_lazy("Interval (s)"),
    "silence_s": gettext_lazy("Silent after (s)"),
    "accuracy": gettext_lazy("Accuracy"),
    "profile": gettext_lazy("Profile of rules"),
    "alarm_low": gettext_lazy("Lower alarm limit"),
    "alarm_high": gettext_lazy("Upper alarm limit"),
}
KIND_NAMES: Final = {
    DifferenceKind.MISSING: pgettext_lazy("difference from a model", "the channel is missing"),
    DifferenceKind.SETTING: pgettext_lazy("difference from a model", "another setting"),
    DifferenceKind.MEANING: pgettext_lazy("difference from a model", "measures something else: stays"),
    DifferenceKind.EXTRA: pgettext_lazy("difference from a model", "a channel of its own: stays"),
}


class ModelChannelFields(Schema, extra="forbid"):
    """What every device of a model sends on one channel. `unit` is the one that is sent; the rest is in canonical units."""

    channel: str = Field(max_length=64)
    quantity: str
    unit: str = Field("", max_length=20)
    range_low: float | None = Field(None, description="what it can measure")
    range_high: float | None = None
    resolution: float | None = Field(None, description="null: the quantity's own")
    accuracy: float | None = None
    interval_s: float = 60.0
    silence_s: float | None = Field(None, description="silent after so long; null: by its intervals")
    calibration_months: int | None = Field(None, description="for how long a calibration holds; null: by policy")
    profile: str = Field("", max_length=60)
    alarm_low: float | None = None
    alarm_high: float | None = None


class DeviceModelOut(Schema):
    """A maker's model of devices."""

    id: UUID
    region_code: str = Field(description="whose keepers of sensors keep it; it is known there and everywhere below")
    maker: str
    model: str
    protocol: SpokenProtocol
    protocol_name: str
    power: PowerSource
    power_name: str
    battery_low_pct: float | None = Field(description="below it the battery is to be replaced; null: it has none")
    channels: list[ModelChannelFields]
    version: int
    changed_at: datetime


class DifferenceOut(Schema):
    """In what a device differs from its model."""

    kind: DifferenceKind
    kind_name: str
    channel: str
    field: str
    field_name: str
    has: float | str | None
    says: float | str | None
    mended: bool = Field(description="whether it is gone once the device was brought in line")


class DifferingDeviceOut(Schema):
    device_id: UUID
    code: str
    name: str
    differences: list[DifferenceOut]


def describe_model(found: DeviceModel) -> DeviceModelOut:
    """One model. Who changed it stands in the audit trail: the reader may be of another body."""
    sheet = sheet_of(found)
    return DeviceModelOut(
        id=found.pk,
        region_code=found.region_code,
        maker=sheet.maker,
        model=sheet.model,
        protocol=sheet.protocol,
        protocol_name=str(PROTOCOL_NAMES[sheet.protocol]),
        power=sheet.power,
        power_name=str(POWER_NAMES[sheet.power]),
        battery_low_pct=sheet.battery_low_pct,
        channels=[ModelChannelFields(**asdict(one)) for one in sheet.channels],
        version=found.version,
        changed_at=found.changed_at,
    )


def describe_difference(one: Difference) -> DifferenceOut:
    """One difference in words."""
    return DifferenceOut(
        kind=one.kind,
        kind_name=str(KIND_NAMES[one.kind]),
        channel=one.channel,
        field=one.field,
        field_name=str(FIELD_NAMES[one.field]) if one.field else "",
        has=one.has,
        says=one.says,
        mended=one.is_mended,
    )


def describe_differing(one: Differing) -> DifferingDeviceOut:
    """One device with all in which it differs."""
    return DifferingDeviceOut(
        device_id=one.device.pk,
        code=one.device.code,
        name=one.device.name,
        differences=[describe_difference(found) for found in one.differences],
    )


def rows_of_file(models: "Iterator[DeviceModel]") -> Iterator[dict[str, object]]:
    """Models as the table that they are entered from: one row a channel."""
    for found in models:
        sheet = sheet_of(found)
        head = {name: getattr(sheet, name) for name in ("maker", "model", "protocol", "power", "battery_low_pct")}
        for one in sheet.channels or (None,):
            cells = {**head, **(asdict(one) if one else {})}
            yield {words[0]: cells.get(name) for name, words in HEADINGS.items()}


def channel_rows(found: DeviceModel) -> list[dict[str, object]]:
    """Its channels with the unit of their figures, for pages."""
    return [{"channel": one, "unit": quantity_of(one.quantity).unit} for one in sheet_of(found).channels]


def _section(device: Device, person: Person) -> dict[str, object] | None:
    may_manage = may(person, MANAGE, device.region_code)
    if device.model is None and not may_manage:
        return None
    found = differences_of(device)
    return {
        "device": device,
        "model": device.model,
        "differences": [describe_difference(one) for one in found],
        "mendable": any(one.is_mended for one in found),
        "may_manage": may_manage,
        "models": visible_models(person) if may_manage else (),
    }


SECTION = DeviceSection("model", _section, "sensing/makes/_of_device.html")
