"""What would become of each row of a table of devices: every error by its column, against the registry as it is now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import QUANTITIES, conversion
from tocsin.jurisdiction.face import may, regions_within, visible_organisations
from tocsin.lifelines.face import asset_ids
from tocsin.screens.words import quantity_name
from tocsin.sensing.devices import rules
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry
from tocsin.sensing.devices.queries.models import models_by_name, sheet_of
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.onboarding.models import DeviceTable
from tocsin.sensing.onboarding.queries import MANAGE
from tocsin.sensing.onboarding.rules.tables import (
    NEEDED_OF_SENSOR,
    OF_DEVICE,
    OF_SENSOR,
    QUANTITY_WORDS,
    RowVerdict,
    read_days,
    read_numbers,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

LANGUAGES: Final = ("zh-hans", "en")
SEEN_AGAIN: Final = (
    "lon",
    "lat",
    "interval_s",
    "accuracy",
    "profile",
    "alarm_low",
    "alarm_high",
    "calibrated_on",
    "calibration_due",
)


@dataclass
class Row:
    """One row: its line, its cells, what it would register, and what is wrong: column and how to mend it."""

    line: int
    cells: Mapping[str, str]
    device: NewDevice | None = None
    sensor: NewSensor | None = None
    channels: list[NewSensor] = field(default_factory=list)  # of the model of a new device
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def verdict(self) -> RowVerdict:
        """What taking it over would do."""
        if self.problems:
            return RowVerdict.WRONG
        return RowVerdict.NEW if self.device or self.sensor else RowVerdict.SAME


class Judge:
    """What the rows are compared with, read once for all of them."""

    def __init__(self, actor: "User", table: DeviceTable) -> None:
        self.actor, self.table = actor, table
        cells = [one["cells"] for one in table.rows]
        codes = {one["code"] for one in cells if "code" in one} | {one["gateway"] for one in cells if "gateway" in one}
        self.known: dict[str, Device] = registry.devices_by_code(codes)
        carrying = {one.gateway_id for one in self.known.values() if one.gateway_id}
        self.gateways: dict[UUID, str] = dict(Device.objects.filter(pk__in=carrying).values_list("pk", "code"))
        self.sensors = _sensors_of(self.known)
        self.regions = set(regions_within(actor, MANAGE).values_list("code", flat=True))
        self.bodies = _bodies(actor)
        self.assets = asset_ids({one["asset"] for one in cells if "asset" in one})
        self.quantities = quantity_words()
        self.models = models_by_name(actor)
        self.gateway_of: dict[str, str] = {one["code"]: one["gateway"] for one in cells if "code" in one and "gateway" in one}
        self.first: dict[str, Row] = {}
        self.channels: dict[tuple[str, str], int] = {}

    def judge(self, row: Row) -> Row:
        """The row with what it would register, or with all that is wrong."""
        code = row.cells.get("code", "")
        if not code:
            row.problems.append(("code", _("This cell must not be empty.")))
            return row
        region = self._judge_device(row, code)
        if "model" in row.cells and "channel" not in row.cells:
            self._judge_channels_of_model(row, code, region)
        elif any(name in row.cells for name in OF_SENSOR):
            self._judge_sensor(row, code, region)
        self.first.setdefault(code, row)
        return row

    def _judge_device(self, row: Row, code: str) -> str:
        """The region of the row's device, "" where that is wrong."""
        first, known = self.first.get(code), self.known.get(code)
        if first is not None:
            for name in OF_DEVICE:
                if name in row.cells and row.cells[name] != first.cells.get(name, ""):
                    row.problems.append((name, _("Line %(line)s says something else of this device.") % {"line": first.line}))
            return known.region_code if known else self._region(first)
        if known is not None:
            if not may(self.actor, MANAGE, known.region_code):
                row.problems.append(("code", _("The code %(code)s can't be used: choose another one.") % {"code": code}))
                return ""
            self._compare_device(row, known)
            return known.region_code
        return self._judge_new_device(row, code)

    def _judge_new_device(self, row: Row, code: str) -> str:
        self._refuse(row, "code", rules.check_device_code, code)
        region = self._region(row)
        if region not in self.regions:
            text = _("You manage no sensors in a region %(region)s.") % {"region": region[:12]}
            row.problems.append(("region_code", text))
        if len(row.cells.get("name", "")) > 120:
            row.problems.append(("name", _("At most 120 characters.")))
        named = row.cells.get("organisation", "")
        if named and named.lower() not in self.bodies:
            row.problems.append(("organisation", _("There is no such organisation that you may see.")))
        gateway = row.cells.get("gateway", "")
        if gateway:
            self._judge_gateway(row, code, gateway)
        model = self.models.get(row.cells.get("model", "").lower())
        if "model" in row.cells and model is None:
            row.problems.append(("model", _("There is no such model of devices that you may see.")))
        if not row.problems:
            row.device = NewDevice(
                code=code,
                name=row.cells.get("name", ""),
                region_code=region,
                organisation_id=self.bodies.get(named.lower()),
                gateway_code=gateway,
                model_id=model.pk if model else None,
            )
        return region

    def _judge_gateway(self, row: Row, code: str, gateway: str) -> None:
        known = self.known.get(gateway)
        is_told = any(one["cells"].get("code") == gateway for one in self.table.rows)
        if not is_told and (known is None or not may(self.actor, MANAGE, known.region_code)):
            row.problems.append(("gateway", _("There is no device %(code)s that you manage.") % {"code": gateway[:64]}))
        is_chained = gateway in self.gateway_of or (known is not None and known.gateway_id is not None)
        if gateway == code or is_chained or code in self.gateway_of.values():
            text = _("Device %(code)s can't be carried by %(gateway)s: a gateway has no gateway itself.")
            row.problems.append(("gateway", text % {"code": code, "gateway": gateway[:64]}))

    def _compare_device(self, row: Row, known: Device) -> None:
        """A registered device is changed on its page, never by a table: what the row says otherwise is wrong."""
        told = row.cells
        body = self.bodies.get(told.get("organisation", "").lower())
        gateway = self.gateways[known.gateway_id] if known.gateway_id else ""
        model = self.models.get(told.get("model", "").lower())
        for name, is_other in (
            ("name", told.get("name", known.name) != known.name),
            ("region_code", told.get("region_code", known.region_code) != known.region_code),
            ("organisation", "organisation" in told and body != known.organisation_id),
            ("gateway", told.get("gateway", gateway) != gateway),
            ("model", "model" in told and (model is None or model.pk != known.model_id)),
        ):
            if is_other:
                row.problems.append((name, _("This device is registered otherwise: change it on its page.")))

    def _judge_channels_of_model(self, row: Row, code: str, region: str) -> None:
        """A row with a model and no channel stands for all channels of the model, at its place; those of a known device stay."""
        model = self.models.get(row.cells["model"].lower())
        if row.device is None or model is None:
            return
        channels = sheet_of(model).channels
        numbers, unread = read_numbers(row.cells)
        row.problems += [(one, _("This can't be read: %(text)s") % {"text": row.cells[one][:60]}) for one in unread]
        if channels and not row.problems:
            row.problems += [(one, _("This cell must not be empty.")) for one in ("lon", "lat") if one not in numbers]
        if row.problems:
            return
        for one in channels:
            sensor = rules.sensor_of_channel(one, code, numbers["lon"], numbers["lat"], region)
            self._refuse(row, "lon", rules.check_sensor, sensor)
            self.channels[code, one.channel] = row.line
            row.channels.append(sensor)

    def _judge_sensor(self, row: Row, code: str, region: str) -> None:
        cells = row.cells
        row.problems += [(one, _("This cell must not be empty.")) for one in NEEDED_OF_SENSOR if one not in cells]
        numbers, unread = read_numbers(cells)
        days, no_days = read_days(cells)
        row.problems += [(one, _("This can't be read: %(text)s") % {"text": cells[one][:60]}) for one in (*unread, *no_days)]
        quantity = self.quantities.get(cells.get("quantity", "").lower(), "")
        if "quantity" in cells and not quantity:
            known = ", ".join(quantity_name(one) for one in QUANTITIES)
            row.problems.append(("quantity", _("Not known; known are: %(known)s") % {"known": known}))
        if quantity:
            self._refuse(row, "unit", lambda unit: conversion(quantity, unit), cells.get("unit", ""))
        if "asset" in cells and (region, cells["asset"]) not in self.assets:
            row.problems.append(("asset", _("There is no such asset in region %(region)s.") % {"region": region or "–"}))
        for name, most in (("sensor_name", 120), ("profile", 60)):
            if len(cells.get(name, "")) > most:
                row.problems.append((name, _("At most %(most)s characters.") % {"most": most}))
        self._judge_channel(row, code, quantity)
        if row.problems:
            return
        sensor = NewSensor(
            device_code=code,
            channel=cells["channel"],
            quantity=quantity,
            unit=cells.get("unit", ""),
            name=cells.get("sensor_name", ""),
            region_code=region,
            asset_code=cells.get("asset", ""),
            profile=cells.get("profile", ""),
            **numbers,  # type: ignore[arg-type]  # the columns of numbers and days are fields of them
            **days,  # type: ignore[arg-type]
        )
        self._refuse(row, "channel", rules.check_sensor, sensor)
        known_sensor = self.sensors.get((code, sensor.channel))
        if known_sensor is not None:
            self._compare_sensor(row, sensor, known_sensor)
        elif not row.problems:
            row.sensor = sensor

    def _judge_channel(self, row: Row, code: str, quantity: str) -> None:
        channel = row.cells.get("channel", "")
        if not channel:
            return
        if (code, channel) in self.channels:
            text = _("Line %(line)s has the same channel.") % {"line": self.channels[code, channel]}
            row.problems.append(("channel", text))
        self.channels.setdefault((code, channel), row.line)
        known = self.sensors.get((code, channel))
        if known is not None and quantity and known.quantity != quantity:
            text = _("This channel is registered as %(quantity)s, which can't be changed.")
            row.problems.append(("quantity", text % {"quantity": quantity_name(known.quantity)}))

    def _compare_sensor(self, row: Row, told: NewSensor, known: Sensor) -> None:
        other = [one for one in SEEN_AGAIN if one in row.cells and getattr(told, one) != getattr(known, one)]
        other += ["unit"] if "unit" in row.cells and told.unit != known.unit else []
        other += ["sensor_name"] if "sensor_name" in row.cells and told.name != known.name else []
        asset_id = self.assets.get((known.region_code, told.asset_code)) if told.asset_code else known.asset_id
        other += ["asset"] if asset_id != known.asset_id else []
        row.problems += [(one, _("This sensor is registered otherwise: change it on its page.")) for one in other]

    def _region(self, row: Row) -> str:
        return row.cells.get("region_code", self.table.region_code)

    def _refuse(self, row: Row, column: str, check: object, value: object) -> None:
        try:
            check(value)  # type: ignore[operator]  # a function of one value
        except InvalidInput as error:
            row.problems.append((column, str(error)))


def judged_rows(actor: "User", table: DeviceTable) -> list[Row]:
    """What would become of each row, in the file's order. A handful of queries, however many rows."""
    judge = Judge(actor, table)
    return [judge.judge(Row(one["line"], one["cells"])) for one in table.rows]


def _sensors_of(known: Mapping[str, Device]) -> dict[tuple[str, str], Sensor]:
    found: dict[tuple[str, str], Sensor] = {}
    codes = {one.pk: code for code, one in known.items()}
    keys = list(codes)
    for start in range(0, len(keys), 500):
        for one in Sensor.objects.filter(device_id__in=keys[start : start + 500]):
            found[codes[one.device_id], one.channel] = one
    return found


def _bodies(actor: "User") -> dict[str, UUID]:
    """By name in either language and by code, in small letters: the body, of those that the actor may see; none for two."""
    found: dict[str, UUID] = {}
    twice: set[str] = set()
    for pk, *words in visible_organisations(actor).values_list("pk", "name_zh", "name_en", "code"):
        for word in {one.lower() for one in words if one}:
            if found.setdefault(word, pk) != pk:
                twice.add(word)
    return {word: pk for word, pk in found.items() if word not in twice}


def quantity_words() -> dict[str, str]:
    """Quantities by all that they are called, in small letters."""
    words = {name: name for name in QUANTITIES} | QUANTITY_WORDS
    for language in LANGUAGES:
        with translation.override(language):
            words |= {quantity_name(name).lower(): name for name in QUANTITIES}
    return words
