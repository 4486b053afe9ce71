"""Features of GeoJSON as rows."""

from typing import Any

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.services.sources.rows import RowsFile
from tocsin.federation.rules.outcomes import Unreadable

ID = "id"


def add_features(rows: RowsFile, collection: Any) -> int:
    """Adds the features of a FeatureCollection, with their ids where their properties have none; how many there were."""
    found = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(found, list):
        raise Unreadable(gettext_noop("the service answers with something that is no FeatureCollection of GeoJSON"))
    for one in found:
        properties = one.get("properties") if isinstance(one, dict) else None
        if not isinstance(one, dict) or not isinstance(properties, dict | None):
            raise Unreadable(gettext_noop("a feature of the service has no properties that are names and values"))
        told = dict(properties or {})
        if ID not in told and "fid" not in told and one.get("id") is not None:
            told = {ID: one["id"], **told}
        geometry = one.get("geometry")
        rows.add(told, geometry if isinstance(geometry, dict) else None)
    return len(found)
