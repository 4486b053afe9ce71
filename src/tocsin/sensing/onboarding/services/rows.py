"""What would become of each row of a table of devices: every error by its column, every change, against the registry as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import QUANTITIES, conversion
from tocsin.jurisdiction.face import may, regions_within, visible_organisations
from tocsin.lifelines.face import asset_ids
from tocsin.records.imports.rules import CellChange, CellProblem, ImportVerdict, Row
from tocsin.screens.words import quantity_name
from tocsin.sensing.devices import rules
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry
from tocsin.sensing.devices.queries.models import models_by_name, sheet_of
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.onboarding.queries import MANAGE
from tocsin.sensing.onboarding.rules.tables import (
    DAYS,
    NEEDED_OF_SENSOR,
    NUMBERS,
    OF_DEVICE,
    OF_SENSOR,
    QUANTITY_WORDS,
    read_days,
    read_numbers,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

LANGUAGES: Final = ("zh-hans", "en")
MOST_NAME: Final = 120
SEEN_AGAIN: Final = {"sensor_name": "name", "profile": "profile"} | {one: one for one in (*NUMBERS, *DAYS)}
"""Columns of what may change of a registered sensor, and its fields."""


@dataclass
class Found:
    """What taking a row over registers, and what it changes of a sensor and of a device that are registered."""

    code: str
    carried: bool = False  # by a gateway, which is registered first
    device: NewDevice | None = None
    sensor: NewSensor | None = None
    channels: list[NewSensor] = field(default_factory=list)  # of the model of a new device
    known_device: Device | None = None
    known_sensor: Sensor | None = None
    of_device: dict[str, object] = field(default_factory=dict)
    of_sensor: dict[str, object] = field(default_factory=dict)

    @property
    def sensors(self) -> list[NewSensor]:
        """All that are new."""
        return [*self.channels, *([self.sensor] if self.sensor else [])]


class Judge:
    """What the rows are compared with, read once for all of them."""

    def __init__(self, actor: "User", region_code: str, rows: Sequence[Row]) -> None:
        self.actor, self.region_code = actor, region_code
        cells = [one.cells for one in rows]
        codes = {one["code"] for one in cells if "code" in one} | {one["gateway"] for one in cells if "gateway" in one}
        self.known: dict[str, Device] = registry.devices_by_code(codes)
        carrying = {one.gateway_id for one in self.known.values() if one.gateway_id}
        self.gateways: dict[UUID, str] = dict(Device.objects.filter(pk__in=carrying).values_list("pk", "code"))
        self.sensors = sensors_of(self.known)
        self.regions = set(regions_within(actor, MANAGE).values_list("code", flat=True))
        self.bodies = _bodies(actor)
        self.assets = asset_ids({one["asset"] for one in cells if "asset" in one})
        self.quantities = quantity_words()
        self.models = models_by_name(actor)
        self.gateway_of: dict[str, str] = {one["code"]: one["gateway"] for one in cells if "code" in one and "gateway" in one}
        self.carriers = set(self.gateway_of.values())
        self.told = {one["code"] for one in cells if "code" in one}
        self.first: dict[str, Row] = {}
        self.channels: dict[tuple[str, str], int] = {}

    def judge(self, row: Row) -> None:
        """The row with what it would register or change, or with all that is wrong."""
        code = row.cells.get("code", "")
        if not code:
            self._wrong(row, "code", _("This cell must not be empty."))
            return
        found = row.found = Found(code, carried=code in self.gateway_of)
        region = self._judge_device(row, found)
        if "model" in row.cells and "channel" not in row.cells:
            self._judge_channels_of_model(row, found, region)
        elif any(name in row.cells for name in OF_SENSOR):
            self._judge_sensor(row, found, region)
        self.first.setdefault(code, row)
        if found.device or found.sensors:
            row.verdict = ImportVerdict.NEW
        else:
            row.verdict = ImportVerdict.CHANGED if row.changes else ImportVerdict.SAME

    def _wrong(self, row: Row, column: str, text: str) -> None:
        row.problems.append(CellProblem(column, text))

    def _judge_device(self, row: Row, found: Found) -> str:
        """The region of the row's device, "" where that is wrong."""
        code = found.code
        first, known = self.first.get(code), self.known.get(code)
        found.known_device = known
        if first is not None:
            for name in OF_DEVICE:
                if name in row.cells and row.cells[name] != first.cells.get(name, ""):
                    text = _("Line %(line)s says something else of this device.")
                    self._wrong(row, name, text % {"line": first.line})
            if known is None and first.problems:
                text = _("Line %(line)s, the first of this device, is wrong: mend it first.")
                self._wrong(row, "code", text % {"line": first.line})
            return known.region_code if known else self._region(first)
        if known is None:
            return self._judge_new_device(row, found)
        if not may(self.actor, MANAGE, known.region_code):
            self._wrong(row, "code", _("The code %(code)s can't be used: choose another one.") % {"code": code})
            return ""
        self._compare_device(row, found, known)
        return known.region_code

    def _judge_new_device(self, row: Row, found: Found) -> str:
        code = found.code
        self._refuse(row, "code", rules.check_device_code, code)
        region = self._region(row)
        if region not in self.regions:
            text = _("You manage no sensors in a region %(region)s.") % {"region": region[:12]}
            self._wrong(row, "region_code", text)
        if len(row.cells.get("name", "")) > MOST_NAME:
            self._wrong(row, "name", _("At most %(most)s characters.") % {"most": MOST_NAME})
        named = row.cells.get("organisation", "")
        if named and named.lower() not in self.bodies:
            self._wrong(row, "organisation", _("There is no such organisation that you may see."))
        gateway = row.cells.get("gateway", "")
        if gateway:
            self._judge_gateway(row, code, gateway)
        model = self.models.get(row.cells.get("model", "").lower())
        if "model" in row.cells and model is None:
            self._wrong(row, "model", _("There is no such model of devices that you may see."))
        if not row.problems:
            found.device = NewDevice(
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
        if gateway not in self.told and (known is None or not may(self.actor, MANAGE, known.region_code)):
            self._wrong(row, "gateway", _("There is no device %(code)s that you manage.") % {"code": gateway[:64]})
        if known is None and gateway in self.first and self.first[gateway].problems:
            text = _("The row of its gateway, line %(line)s, is wrong: mend it first.")
            self._wrong(row, "gateway", text % {"line": self.first[gateway].line})
        is_chained = gateway in self.gateway_of or (known is not None and known.gateway_id is not None)
        if gateway == code or is_chained or code in self.carriers:
            text = _("Device %(code)s can't be carried by %(gateway)s: a gateway has no gateway itself.")
            self._wrong(row, "gateway", text % {"code": code, "gateway": gateway[:64]})

    def _compare_device(self, row: Row, found: Found, known: Device) -> None:
        """A registered device gets another name; whose and where it is, its gateway and its model are changed on its page."""
        told = row.cells
        body = self.bodies.get(told.get("organisation", "").lower())
        gateway = self.gateways[known.gateway_id] if known.gateway_id else ""
        model = self.models.get(told.get("model", "").lower())
        for name, is_other in (
            ("region_code", told.get("region_code", known.region_code) != known.region_code),
            ("organisation", "organisation" in told and body != known.organisation_id),
            ("gateway", told.get("gateway", gateway) != gateway),
            ("model", "model" in told and (model is None or model.pk != known.model_id)),
        ):
            if is_other:
                self._wrong(row, name, _("This device is registered otherwise: change it on its page."))
        name = told.get("name", known.name)
        if len(name) > MOST_NAME:
            self._wrong(row, "name", _("At most %(most)s characters.") % {"most": MOST_NAME})
        elif name != known.name:
            found.of_device["name"] = name
            row.changes.append(CellChange("name", known.name, name))
        if not known.enabled and not known.messages:
            found.of_device["enabled"] = True
            row.changes.append(CellChange("code", _("out of use"), _("in use")))

    def _judge_channels_of_model(self, row: Row, found: Found, region: str) -> None:
        """A row with a model and no channel stands for all channels of the model, at its place; those of a known device stay."""
        model = self.models.get(row.cells["model"].lower())
        if found.device is None or model is None:
            return
        channels = sheet_of(model).channels
        numbers, unread = read_numbers(row.cells)
        for one in unread:
            self._wrong(row, one, _unread(row.cells[one]))
        if channels and not row.problems:
            for one in ("lon", "lat"):
                if one not in numbers:
                    self._wrong(row, one, _("This cell must not be empty."))
        if row.problems:
            return
        for channel in channels:
            sensor = rules.sensor_of_channel(channel, found.code, numbers["lon"], numbers["lat"], region)
            self._refuse(row, "lon", rules.check_sensor, sensor)
            self.channels[found.code, channel.channel] = row.line
            found.channels.append(sensor)
            row.place = numbers["lon"], numbers["lat"]

    def _judge_sensor(self, row: Row, found: Found, region: str) -> None:
        cells, code = row.cells, found.code
        known = self.sensors.get((code, cells.get("channel", "")))
        for one in ("channel",) if known else NEEDED_OF_SENSOR:
            if one not in cells:
                self._wrong(row, one, _("This cell must not be empty."))
        numbers, unread = read_numbers(cells)
        days, no_days = read_days(cells)
        for one in (*unread, *no_days):
            self._wrong(row, one, _unread(cells[one]))
        quantity = self._quantity(row, known)
        unit = cells.get("unit", known.unit if known else "")
        if quantity:
            self._refuse(row, "unit", lambda unit: conversion(quantity, unit), unit)
        if "asset" in cells and (region, cells["asset"]) not in self.assets:
            self._wrong(row, "asset", _("There is no such asset in region %(region)s.") % {"region": region or "–"})
        for name, most in (("sensor_name", MOST_NAME), ("profile", rules.LONGEST_PROFILE)):
            if len(cells.get(name, "")) > most:
                self._wrong(row, name, _("At most %(most)s characters.") % {"most": most})
        self._judge_channel(row, code)
        if row.problems:
            return
        name = cells.get("sensor_name", known.name if known else "")
        profile = cells.get("profile", known.profile if known else "")
        kept = {name: getattr(known, name) for name in (*NUMBERS, *DAYS)} if known else {}
        sensor = NewSensor(
            device_code=code,
            channel=cells["channel"],
            quantity=quantity,
            unit=unit,
            region_code=region,
            asset_code=cells.get("asset", ""),
            name=name,
            profile=profile,
            **(kept | numbers | days),  # the columns of numbers and days are fields of it
        )
        self._refuse(row, "channel", rules.check_sensor, sensor)
        row.place = sensor.lon, sensor.lat
        if known is not None:
            self._compare_sensor(row, found, sensor, known)
        elif not row.problems:
            found.sensor = sensor

    def _quantity(self, row: Row, known: Sensor | None) -> str:
        """The quantity of the row's channel; "" where it is wrong."""
        told = row.cells.get("quantity", "")
        if not told:
            return known.quantity if known else ""
        quantity = self.quantities.get(told.lower(), "")
        if not quantity:
            names = ", ".join(quantity_name(one) for one in QUANTITIES)
            self._wrong(row, "quantity", _("Not known; known are: %(known)s") % {"known": names})
        elif known is not None and known.quantity != quantity:
            text = _("This channel is registered as %(quantity)s, which can't be changed.")
            self._wrong(row, "quantity", text % {"quantity": quantity_name(known.quantity)})
        return quantity

    def _judge_channel(self, row: Row, code: str) -> None:
        channel = row.cells.get("channel", "")
        if channel and (code, channel) in self.channels:
            text = _("Line %(line)s has the same channel.") % {"line": self.channels[code, channel]}
            self._wrong(row, "channel", text)
        elif channel:
            self.channels[code, channel] = row.line

    def _compare_sensor(self, row: Row, found: Found, told: NewSensor, known: Sensor) -> None:
        """What may change of a registered sensor changes; its unit is what its history means and stays."""
        if told.unit != known.unit:
            self._wrong(row, "unit", _("This sensor sends in another unit, which can't be changed."))
        found.known_sensor = known
        for column, name in SEEN_AGAIN.items():
            before, after = getattr(known, name), getattr(told, name)
            if column in row.cells and before != after:
                found.of_sensor[name] = after
                row.changes.append(CellChange(column, _as_text(before), _as_text(after)))
        asset_id = self.assets.get((known.region_code, told.asset_code)) if told.asset_code else known.asset_id
        if asset_id != known.asset_id:
            found.of_sensor["asset_id"] = asset_id
            row.changes.append(CellChange("asset", str(known.asset or ""), told.asset_code))
        device = found.known_device
        if not known.enabled and device is not None and not device.messages:
            found.of_sensor["enabled"] = True
            row.changes.append(CellChange("channel", _("out of use"), _("in use")))

    def _region(self, row: Row) -> str:
        return row.cells.get("region_code", self.region_code)

    def _refuse(self, row: Row, column: str, check: object, value: object) -> None:
        try:
            check(value)  # type: ignore[operator]  # a function of one value
        except InvalidInput as error:
            self._wrong(row, column, str(error))


def _unread(text: str) -> str:
    return _("This can't be read: %(text)s") % {"text": text[:60]}


def _as_text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def sensors_of(known: Mapping[str, Device]) -> dict[tuple[str, str], Sensor]:
    """The sensors of these devices by code and channel, their assets loaded."""
    found: dict[tuple[str, str], Sensor] = {}
    codes = {one.pk: code for code, one in known.items()}
    keys = list(codes)
    for start in range(0, len(keys), 500):
        for one in Sensor.objects.filter(device_id__in=keys[start : start + 500]).select_related("asset"):
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
