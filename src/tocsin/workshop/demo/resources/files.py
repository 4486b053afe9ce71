"""The files that departments of the demonstration send: points and lists as CSV, lines and areas as GeoJSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tocsin.atlas.resources.policy.catalogue import ShippedResource

type Row = Mapping[str, Any]

LON: Final = "经度"
LAT: Final = "纬度"
SHAPE: Final = "geometry"


def numbered(rows: Iterable[Row], prefix: str, key: str = "编号") -> list[Row]:
    """The rows with keys of their own, in their order."""
    return [{key: f"{prefix}{number:04d}", **row} for number, row in enumerate(rows, 1)]


def place(lon: float, lat: float) -> Row:
    """The two columns of a place."""
    return {LON: round(lon, 6), LAT: round(lat, 6)}


def file_of(resource: "ShippedResource", rows: Iterable[Row]) -> tuple[str, bytes]:
    """Name and content of the file, in the columns of the resource's contract."""
    names = [column.name for column in resource.columns]
    if resource.shape in ("line", "polygon"):
        features = [
            {"type": "Feature", "geometry": row[SHAPE], "properties": {name: row.get(name) for name in names}} for row in rows
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        return f"{resource.zh}.geojson", text.encode()
    told = io.StringIO()
    writer = csv.DictWriter(told, [*names, *((LON, LAT) if resource.shape == "point" else ())], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(dict(row) for row in rows)
    return f"{resource.zh}.csv", told.getvalue().encode()
