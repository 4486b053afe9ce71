"""Devices and their meters: readings that can't be trusted, protective devices that are off, essential loads lost, stops of the
whole plant.
"""

from tocsin.engine.work.devices.episodes import device_episodes
from tocsin.engine.work.devices.figures import DeviceFigures, EssentialFigures, MeterFigures, ProtectiveFigures, StopFigures
from tocsin.engine.work.devices.meters import meter_trouble, trouble_spans
from tocsin.engine.work.devices.spans import WHOLE_FIRM, Span, Trouble, untrusted

__all__ = [
    "WHOLE_FIRM",
    "DeviceFigures",
    "EssentialFigures",
    "MeterFigures",
    "ProtectiveFigures",
    "Span",
    "StopFigures",
    "Trouble",
    "device_episodes",
    "meter_trouble",
    "trouble_spans",
    "untrusted",
]
