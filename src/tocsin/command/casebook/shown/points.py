"""Open cases as points of a map."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.shown.cases import STATE_NAMES
from tocsin.screens.words import LEVEL_NAMES, quantity_name


def case_features(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """GeoJSON points of `queries.handling.case_points`; words are looked up once, since there may be ten thousand."""
    states = {state.value: str(name) for state, name in STATE_NAMES.items()}
    levels = {
        level.value: (str(LEVEL_NAMES[level.value]), "unknown" if not level else level.name.lower()) for level in AlarmLevel
    }
    quantities: dict[str, str] = {}
    mark = _("【DRILL】")
    features = []
    for row in rows:
        lon, lat = (row["lon"], row["lat"]) if row["lead__lon"] is None else (row["lead__lon"], row["lead__lat"])
        if lon is None or lat is None:
            continue
        quantity = row["lead__quantity"] or ""
        title = row["title"] or quantities.setdefault(quantity, quantity_name(quantity))
        level_name, shape = levels[row["level"]]
        drill = row["drill_id"] is not None
        properties = {
            "id": str(row["id"]),
            "number": row["number"],
            "state": row["state"],
            "level": row["level"],
            "drill": drill,
            "title": title,
            "name": f"{mark if drill else ''}{row['number']}",
            "words": " · ".join(filter(None, (title, level_name, states[row["state"]]))),
            "url": f"/cases/{row['number']}/",
            "shape": shape,
        }
        features.append({"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties})
    return features
