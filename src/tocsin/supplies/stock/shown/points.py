"""Stores as points of the map."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.screens.geojson import Feature, point
from tocsin.supplies.stock.shown.stock import describe_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.supplies.stock.models import Store

SHAPES = {"fresh": "good", "old": "blue", "grey": "unknown", "none": "unknown"}


def store_features(stores: "Iterable[Store]", now: datetime) -> list[Feature]:
    """GeoJSON points of stores that have a place, coloured by how old their figures are; their bodies are loaded."""
    return [
        point(
            one.lon,
            one.lat,
            name=one.name,
            words=" · ".join(filter(None, (one.level_name, one.body, one.telephone))),
            url=f"/supplies/stores/{one.id}/",
            shape=SHAPES[one.age],
        )
        for one in (describe_store(store, now) for store in stores)
    ]
