"""GeoJSON of networks, as an operator loads it."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.network import Network
from tocsin.lifelines.services.networks import _asset, _read_all, _wrong_ends, network_features

MOST = 2_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def check(data: bytes) -> None:
    """Assets that a database takes, or words about what can't be read; the same file makes the engine's network."""
    with suppress(InvalidInput):
        features = network_features(read_json(data), "file")
        rows, errors = _read_all(features)
        if errors or _wrong_ends(rows, set()):
            for one in errors:
                one.encode()
            return
        for number, row in rows.items():
            asset = _asset(row, features[number], None, "370213", NOW)
            asset.clean_fields(exclude=["region_code", "owner"])
        Network.from_features(features)


def seeds() -> Iterator[bytes]:
    """Two points and the line between them, of every shape that is taken."""
    place = {"type": "Point", "coordinates": [120.4, 36.2]}
    line = {"type": "LineString", "coordinates": [[120.4, 36.2], [120.41, 36.2, 3.0]]}
    well = {"id": "M1", "kind": "manhole", "owner": "gas_company", "street": "Road", "utility": "sewer", "depth_m": 2.5}
    pipe = {"id": "P1", "kind": "gas_pipe", "from": "M1", "to": "M2", "diameter_mm": 200, "material": "PE", "pressure_kpa": 4}
    parts = [(place, well), (place, {**well, "id": "M2", "installed": 1998, "utility": None}), (line, pipe)]
    features = [{"type": "Feature", "geometry": shape, "properties": told} for shape, told in parts]
    yield json.dumps({"type": "FeatureCollection", "features": features}).encode()
    yield json.dumps({"type": "FeatureCollection", "features": features[:1]}).encode()
