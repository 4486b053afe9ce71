"""A view of the one map: what is looked at, which layers lie over each other, at which moment. An address says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from tocsin.base.errors import InvalidInput

MOST_LAYERS = 40  # shown at once
FARTHEST_ZOOM, CLOSEST_ZOOM = 4.0, 20.0
_NAME = re.compile(r"[\w.:-]{1,80}")


@dataclass(frozen=True)
class ShownLayer:
    """A layer that is drawn, with its opacity in per cent."""

    name: str
    opacity: int = 100


@dataclass(frozen=True)
class MapView:
    """Middle in degrees and zoom (None: what is watched), the layers from the lowest to the highest, the moment (None: now)."""

    lon: float | None
    lat: float | None
    zoom: float | None
    layers: tuple[ShownLayer, ...] | None
    at: datetime | None

    @classmethod
    def parse(cls, told: Mapping[str, str]) -> Self:
        """From the parameters of an address: `view=lon,lat,zoom`, `layers=cases,alarms*60` and `at` in ISO 8601.

        >>> MapView.parse({"view": "120.43,36.16,13.5", "layers": "alarms,cases*60"}).layers[1]
        ShownLayer(name='cases', opacity=60)
        """
        lon, lat, zoom = _place(told.get("view", ""))
        layers = told.get("layers")
        return cls(lon, lat, zoom, None if layers is None else _layers(layers), moment_of(told.get("at", "")))

    @property
    def address(self) -> str:
        """The parameters of the address that says it.

        >>> MapView(120.43, 36.16, 13.5, (ShownLayer("alarms"), ShownLayer("cases", 60)), None).address
        'view=120.43000,36.16000,13.50&layers=alarms,cases*60'
        """
        told = {}
        if self.zoom is not None:
            told["view"] = f"{self.lon:.5f},{self.lat:.5f},{self.zoom:.2f}"
        if self.layers is not None:
            told["layers"] = ",".join(one.name if one.opacity == 100 else f"{one.name}*{one.opacity}" for one in self.layers)
        if self.at is not None:
            told["at"] = self.at.isoformat()
        return urlencode(told, safe=",*:")


def moment_of(written: str) -> datetime | None:
    """A moment of the address; None for now. InvalidInput without an offset from UTC: else it would be somebody's guess."""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise InvalidInput("at %(at)s is no moment of ISO 8601", at=repr(written[:40])) from None
    if at.tzinfo is None:
        raise InvalidInput(
            "at %(at)s names no time zone: write it with its offset, as 2026-11-24T14:00+08:00", at=repr(written[:40])
        )
    return at


def _place(written: str) -> tuple[float | None, float | None, float | None]:
    if not written:
        return None, None, None
    try:
        lon, lat, zoom = map(float, written.split(","))
    except ValueError:
        raise InvalidInput(
            "view %(view)s is not longitude, latitude and zoom with commas between", view=repr(written[:60])
        ) from None
    if not (-180 <= lon <= 180 and -85 <= lat <= 85 and FARTHEST_ZOOM <= zoom <= CLOSEST_ZOOM):
        raise InvalidInput("view %(view)s lies outside the map", view=repr(written[:60]))
    return lon, lat, zoom


def _layers(written: str) -> tuple[ShownLayer, ...]:
    shown: dict[str, ShownLayer] = {}
    for part in filter(None, written.split(",")):
        name, _, opacity = part.partition("*")
        if not _NAME.fullmatch(name) or not (opacity == "" or (opacity.isdecimal() and len(opacity) <= 3)):
            raise InvalidInput(
                "layers: %(part)s is no name of a layer with an opacity in per cent behind *", part=repr(part[:60])
            )
        shown[name] = ShownLayer(name, min(100, int(opacity or 100)))
    if len(shown) > MOST_LAYERS:
        raise InvalidInput(
            "layers: %(count)d are more than the %(most)d that the map draws at once", count=len(shown), most=MOST_LAYERS
        )
    return tuple(shown.values())
