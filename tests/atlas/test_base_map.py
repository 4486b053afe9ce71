"""The base map: decoded whole, shared edges kept, its review number with it."""

import gzip
import json
import struct
from pathlib import Path
from typing import Any

import pytest
import shapely

from tocsin.atlas.layers.queries.base_map import SOURCE, base_map
from tocsin.atlas.layers.rules import boundaries as rules
from tocsin.jurisdiction.areas import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    services.ensure_regions()
    return dict(json.loads(gzip.decompress(base_map(tmp_path))))


def test_shandong_is_whole(document: dict[str, Any]) -> None:
    counties = {one["properties"]["code"]: shapely.from_geojson(json.dumps(one)) for one in document["counties"]["features"]}
    assert len(counties) == 136
    assert len(document["cities"]["features"]) == 16
    assert counties["370213"].contains(shapely.Point(120.42, 36.18))  # the government of Licang District
    assert shapely.coverage_is_valid(list(counties.values()), gap_width=0)


def test_names_are_in_both_languages_and_the_source_is_named(document: dict[str, Any]) -> None:
    labels = {one["properties"]["code"]: one["properties"] for one in document["labels"]["features"]}
    assert labels["370213"] == {"level": "district", "code": "370213", "zh": "李沧区", "en": "Licang District"}
    assert document["source"] == SOURCE
    assert "GS(2024)0650" in SOURCE


def test_it_is_made_once(tmp_path: Path) -> None:
    base_map(tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"kept")
    assert base_map(tmp_path) == b"kept"


def test_a_wrong_file_is_refused() -> None:
    with pytest.raises(ValueError, match="should have"):
        rules.decode_shapes(struct.pack("<II", 1, 100), [0])
