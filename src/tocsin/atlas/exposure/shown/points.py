"""Exposed bodies as points of the map."""

from typing import TYPE_CHECKING

from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.shown.bodies import kind_name
from tocsin.screens.geojson import Feature, point

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.atlas.exposure.models import ExposedBody

MOST = 20_000


def body_features(found: "QuerySet[ExposedBody]") -> list[Feature]:
    """GeoJSON points; what must be told by name is orange."""
    kinds = exposure_policy().by_code
    return [
        point(
            lon,
            lat,
            name=name,
            words=kind_name(code),
            url=f"/exposed/{identity}/",
            shape="orange" if code in kinds and kinds[code].told else "unknown",
        )
        for identity, name, code, lon, lat in found.values_list("id", "name", "kind", "lon", "lat")[:MOST]
    ]
