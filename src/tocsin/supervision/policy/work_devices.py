"""`work_devices.toml` as the engine's frozen figures; an unknown or missing key is refused with its name."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import msgspec

from tocsin.engine.work.danger import DangerFigures
from tocsin.engine.work.devices import DeviceFigures, EssentialFigures, MeterFigures, ProtectiveFigures, StopFigures
from tocsin.supervision.policy import FOLDER

FILE = FOLDER / "work_devices.toml"
SECTIONS = ("meters", "protective", "essential", "stop", "danger")


@cache
def device_figures() -> DeviceFigures:
    """The shipped figures of meters and devices."""
    return read_devices(FILE.read_bytes(), str(FILE))[0]


@cache
def danger_figures() -> DangerFigures:
    """The shipped figures of electrical danger."""
    return read_devices(FILE.read_bytes(), str(FILE))[1]


def read_devices(text: bytes, source: str) -> tuple[DeviceFigures, DangerFigures]:
    """Both from a TOML text; ValueError names `source` and the key that is unknown, missing or of another type."""
    try:
        tables = msgspec.toml.decode(text, type=dict[str, dict[str, Any]])
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"{source}: {error}") from None
    _same(set(tables), set(SECTIONS), source)
    devices = DeviceFigures(
        meters=_read(tables["meters"], MeterFigures, f"{source}, meters"),
        protective=_read(tables["protective"], ProtectiveFigures, f"{source}, protective"),
        essential=_read(tables["essential"], EssentialFigures, f"{source}, essential"),
        stop=_read(tables["stop"], StopFigures, f"{source}, stop"),
    )
    return devices, _read(tables["danger"], DangerFigures, f"{source}, danger")


def _read[T](table: Mapping[str, Any], kind: type[T], source: str) -> T:
    _same(set(table), {field.name for field in fields(kind)}, source)  # type: ignore[arg-type]  # every kind is a dataclass
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"{source}: {error}") from None


def _same(given: set[str], wanted: set[str], source: str) -> None:
    for name in sorted(given ^ wanted):
        raise ValueError(f"{source}: {'unknown' if name in given else 'missing'} key `{name}`")
