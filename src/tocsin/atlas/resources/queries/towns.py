"""Outlines of towns and streets, from the department that delivers them."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

import polars as pl
import shapely

from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.rules.levels import SharingLevel

if TYPE_CHECKING:
    from django.db.models import QuerySet

SLUG: Final = "population_townships"
"""The shipped resource with one polygon a town; in a region it is called so with the region's code behind."""
CODE: Final = "编码"
NAME: Final = "名称"


def town_shapes(county_code: str) -> "dict[str, shapely.Polygon | shapely.MultiPolygon]":
    """By code of nine digits the outlines of a county's towns that its public resource, else its city's, serves now."""
    served = _nearest(county_code, Resource.objects.filter(good__isnull=False, level=SharingLevel.PUBLIC.value))
    if served is None or served.good_id is None:
        return {}
    return {code: shape for code, shape in _outlines(served.pk, served.good_id).items() if code.startswith(county_code)}


def town_names(county_code: str) -> dict[str, str]:
    """By code of nine digits the names of a county's towns, as the department that delivers their outlines writes them."""
    served = _nearest(county_code, Resource.objects.filter(good__isnull=False, level=SharingLevel.PUBLIC.value))
    if served is None:
        return {}
    rows = rows_of(served.pk)
    if not {CODE, NAME} <= set(rows.collect_schema()):
        return {}
    told = rows.select(pl.col(CODE).cast(pl.String), pl.col(NAME).cast(pl.String)).drop_nulls().collect()
    return {code: name for code, name in told.iter_rows() if code.startswith(county_code)}


def towns_resource(county_code: str) -> Resource | None:
    """The resource whose owner delivers the outlines of a county's towns, or is to: the one that serves them, else one that is
    registered for the county or its city. Its owner is loaded.
    """
    rows = Resource.objects.select_related("owner")
    serving = _nearest(county_code, rows.filter(good__isnull=False, level=SharingLevel.PUBLIC.value))
    return serving or _nearest(county_code, rows)


def _nearest(county_code: str, rows: "QuerySet[Resource]") -> Resource | None:
    slugs = (f"{SLUG}_{county_code}", f"{SLUG}_{county_code[:4]}00")
    by_slug = {one.slug: one for one in rows.filter(slug__in=slugs, active=True)}
    return next((by_slug[slug] for slug in slugs if slug in by_slug), None)


@lru_cache(maxsize=64)
def _outlines(resource_id: UUID, delivery_id: UUID) -> "dict[str, shapely.Polygon | shapely.MultiPolygon]":
    """Of one delivery; rows that are no areas are left out."""
    rows = rows_of(resource_id)
    if CODE not in rows.collect_schema():
        return {}
    frame = rows.filter(pl.col("_geometry").is_not_null()).select(pl.col(CODE).cast(pl.String), "_geometry").collect()
    shapes = shapely.from_wkb(frame["_geometry"].to_numpy())
    areas = {
        code: shape for code, shape in zip(frame[CODE], shapes, strict=True) if shape.geom_type in ("Polygon", "MultiPolygon")
    }
    return {str(code): shape for code, shape in areas.items() if code}
