"""Units of plants as points of the map."""

from typing import TYPE_CHECKING

from tocsin.hazchem.installations.shown.units import describe_unit
from tocsin.screens.geojson import Feature, point

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.hazchem.installations.models import PlantUnit

SHAPES = {"I": "red", "II": "orange", "III": "yellow", "IV": "blue", "": "unknown"}


def unit_features(units: "Iterable[PlantUnit]") -> list[Feature]:
    """GeoJSON points of units that have a place, in the colour of their grade by design; their firms are loaded."""
    return [
        point(
            one.lon,
            one.lat,
            name=one.name,
            words=" · ".join(filter(None, (one.firm, one.kind_name, one.grade_name))),
            url=f"/plants/{one.id}/",
            shape=SHAPES[one.grade],
        )
        for one in map(describe_unit, units)
    ]
