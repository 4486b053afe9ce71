"""Needs as points of the map."""

from typing import TYPE_CHECKING

from tocsin.mobilisation.volunteers.shown.calls import describe_need
from tocsin.screens.geojson import Feature, point

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.mobilisation.volunteers.models import Need


def need_features(needs: "Iterable[Need]") -> list[Feature]:
    """GeoJSON points of needs: green where all have said yes, orange where all were asked, else red."""
    return [
        point(
            one.lon,
            one.lat,
            name=f"{one.what} {one.sure}/{one.count}",
            words=f"{one.place} · {one.number}",
            url=f"/volunteers/needs/{one.number}/",
            shape="good" if one.sure >= one.count else "orange" if one.filled >= one.count else "red",
        )
        for one in map(describe_need, needs)
    ]
