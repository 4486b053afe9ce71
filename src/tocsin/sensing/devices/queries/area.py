"""Sensors of an area, by the body that has them."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from tocsin.atlas.exposure.rules import InArea, counted
from tocsin.sensing.devices.models import Sensor

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def sensors_in_area(shape: "BaseGeometry", counties: Collection[str]) -> Iterable[InArea]:
    """Those that are switched on."""
    rows = Sensor.objects.filter(region_code__in=counties, enabled=True).order_by()
    return counted("sensors", rows.values_list("lon", "lat", "region_code", "device__organisation").iterator(), shape)
