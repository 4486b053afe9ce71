"""Supervised firms of an area."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from tocsin.atlas.exposure.rules import InArea, lies_in
from tocsin.supervision.objects.models import SupervisedObject

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def firms_in_area(shape: "BaseGeometry", counties: Collection[str]) -> Iterable[InArea]:
    """Enterprises and sites; of one without a place the county decides."""
    rows = SupervisedObject.objects.filter(
        region_code__in=counties, kind__in=("enterprise", "site"), active=True, merged_into__isnull=True
    ).order_by()
    for pk, name, region, body, lon, lat in rows.values_list(
        "pk", "name", "region_code", "organisation", "lon", "lat"
    ).iterator():
        if lies_in(shape, lon, lat):
            yield InArea("firm", 1, region, body, pk, name)
