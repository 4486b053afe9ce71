"""Resources of departments as layers: rows of the delivery that is served, or of the one that was at a past moment."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import polars as pl
import shapely
from django.utils import timezone
from django.utils.translation import get_language

from tocsin.atlas.exchange.queries.agreements import agreements_in_force
from tocsin.atlas.exchange.queries.resources import sight_by
from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.atlas.layers.rules.rows import LayerRows
from tocsin.atlas.resources.queries.resources import resources_for
from tocsin.atlas.resources.queries.rows import good_delivery
from tocsin.atlas.resources.queries.sight import seen_rows, sight_of
from tocsin.atlas.resources.rules.rights import SEE
from tocsin.atlas.resources.rules.sight import Sight
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tocsin.atlas.resources.models import Resource
    from tocsin.jurisdiction.face import Person

PREFIX: Final = "r."
POINT_BYTES: Final = 21  # of one flat point in WKB
TITLES: Final = ("name", "名称", "title", "mc", "name_zh", "单位名称", "企业名称")
"""Columns that name a row, the likelier first; else the first column of texts."""


def resource_layers(user: "Person", slugs: Collection[str] | None = None) -> list[MapLayer]:
    """A layer for each resource with places that this person may read, with or without an agreement, by owner and name.

    `slugs`: of those only.
    """
    readable, granted = resources_for(user), agreements_in_force(user, timezone.localdate(current_time()))
    if slugs is not None:
        readable, granted = readable.filter(slug__in=slugs), granted.filter(resource__slug__in=slugs)
    found = readable.filter(active=True, good__isnull=False, west__isnull=False).select_related("owner")
    layers = {one.pk: _layer(one, sight_of(user, one), f"/resources/{one.pk}/") for one in found}
    for agreement in granted:
        one = agreement.resource
        if one.pk not in layers and one.good_id and one.west is not None:
            layers[one.pk] = _layer(one, sight_by(agreement), f"/resources/{one.pk}/")
    return sorted(layers.values(), key=lambda one: (one.path, str(one.words)))


def _layer(one: "Resource", sight: Sight, url: str) -> MapLayer:
    chinese = (get_language() or "").startswith("zh")
    return MapLayer(
        name=f"{PREFIX}{one.slug}",
        words=one.name_zh if chinese or not one.name_en else one.name_en,
        url=url,
        permission=SEE,
        features=lambda user, at: (),
        group="resources",
        past=True,
        look="plain",
        on_console=False,
        path=(str(one.owner),),
        resource_id=one.pk,
        sight=sight,
    )


def delivery_version(resource_id: UUID, at: datetime | None) -> tuple[object, ...]:
    """What tells apart the rows of two moments: the delivery that was served."""
    delivery = good_delivery(resource_id, at=at)
    return () if delivery is None else (delivery.pk, delivery.version)


def resource_rows(resource_id: UUID, sight: Sight, url: str, at: datetime | None) -> LayerRows:
    """The rows that have a place, as they are seen, with their own columns for the table."""
    frame = seen_rows(resource_id, sight, at=at).filter(pl.col("_geometry").is_not_null()).collect()
    own = [name for name in frame.columns if not name.startswith("_")]
    title = title_of({name: frame.schema[name] for name in own})
    names = frame[title].cast(pl.String).fill_null("").to_list() if title else frame["_key"].to_list()
    empty = [""] * len(frame)
    return LayerRows(
        geometry=_geometry(frame),
        keys=frame["_key"].to_list(),
        names=names,
        words=empty,
        urls=[url] * len(frame),
        shapes=empty,
        more={name: frame[name] for name in own if name != title},
    )


def _geometry(frame: pl.DataFrame) -> "NDArray[Any]":
    """Points from their columns, all at once; other shapes as they were delivered."""
    if frame.select((pl.col("_geometry").bin.size() == POINT_BYTES).all()).item():
        points: NDArray[Any] = shapely.points(frame["_west"].to_numpy(), frame["_south"].to_numpy())
        return points
    shapes: NDArray[Any] = shapely.force_2d(shapely.from_wkb(frame["_geometry"].to_numpy()))
    return shapes


def title_of(schema: "dict[str, pl.DataType]") -> str:
    """The column that names a row, empty where none is of texts.

    >>> title_of({"code": pl.String(), "名称": pl.String(), "beds": pl.Int64()})
    '名称'
    """
    texts = [name for name, kind in schema.items() if kind == pl.String]
    lowered = {name.lower(): name for name in texts}
    return next((lowered[one] for one in TITLES if one in lowered), texts[0] if texts else "")
