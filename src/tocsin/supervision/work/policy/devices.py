"""`devices.toml` as the engine's frozen figures; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.engine.work.danger import DangerFigures
from tocsin.engine.work.devices.figures import DeviceFigures, EssentialFigures, MeterFigures, ProtectiveFigures, StopFigures

FILE = Path(__file__).with_name("devices.toml")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    meters: MeterFigures
    protective: ProtectiveFigures
    essential: EssentialFigures
    stop: StopFigures
    danger: DangerFigures


def device_figures() -> DeviceFigures:
    """The figures of meters and devices in force."""
    return METERS.current()[0]


def danger_figures() -> DangerFigures:
    """The figures of electrical danger in force."""
    return METERS.current()[1]


def read_devices(text: bytes, source: str) -> tuple[DeviceFigures, DangerFigures]:
    """Both from a TOML text; ValueError names `source` and the key that is unknown, missing or of another type."""
    file = read_policy(text, _File, source)
    return DeviceFigures(file.meters, file.protective, file.essential, file.stop), file.danger


METERS = PolicyFile("supervision.meters", FILE, read_devices, "计量与用电安全", "Meters, devices and electrical danger")
