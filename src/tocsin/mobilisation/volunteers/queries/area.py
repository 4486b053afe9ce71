"""Volunteers of an area: how many there are, and nobody's name."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from tocsin.atlas.exposure.rules import InArea, counted
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.rules.register import Standing

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def volunteers_in_area(shape: "BaseGeometry", counties: Collection[str]) -> Iterable[InArea]:
    """Those in the register whose place is known."""
    rows = Volunteer.objects.filter(region_code__in=counties, standing=Standing.CONFIRMED, lon__isnull=False).order_by()
    return counted("volunteers", rows.values_list("lon", "lat", "region_code", "body").iterator(), shape)
