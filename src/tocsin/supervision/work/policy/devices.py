"""`devices.toml` as the engine's frozen figures; an unknown or missing key is refused with its name."""

from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.policy import read_policy
from tocsin.engine.work.danger import DangerFigures
from tocsin.engine.work.devices.figures import DeviceFigures, EssentialFigures, MeterFigures, ProtectiveFigures, StopFigures

FILE = Path(__file__).with_name("devices.toml")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    meters: MeterFigures
    protective: ProtectiveFigures
    essential: EssentialFigures
    stop: StopFigures
    danger: DangerFigures


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
    file = read_policy(text, _File, source)
    return DeviceFigures(file.meters, file.protective, file.essential, file.stop), file.danger
