"""The ground: what a city's file must be, and that the demonstration's is one."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation

from tests.atlas.test_tiles import tile_at
from tests.atlas.tile_reader import read_tile
from tests.people import make_person
from tocsin.atlas.layers.queries.ground import ground, ground_tile, ground_version
from tocsin.atlas.layers.rules.ground import PARTS, read_ground
from tocsin.atlas.layers.services.ground import keep_ground
from tocsin.base.errors import InvalidInput
from tocsin.records.audit.models import AuditEntry
from tocsin.simulation.city import City
from tocsin.simulation.ground import ground_of

SQUARE = {"type": "Polygon", "coordinates": [[[120.4, 36.1], [120.5, 36.1], [120.5, 36.2], [120.4, 36.2], [120.4, 36.1]]]}


def feature(geometry: Any = SQUARE, **told: str) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"part": "park", **told}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (feature(part="forest"), "feature 1: part 'forest' is unknown"),
        (feature(part="block", kind="slum"), "feature 1: kind 'slum' of a block is unknown"),
        (feature({"type": "Point", "coordinates": [120, 36]}), "feature 1 is a Point; a park is a Polygon"),
        (feature(None), "feature 1 has no geometry that can be read"),
        (
            feature({"type": "Polygon", "coordinates": [[[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]]]}),
            "outside the earth in degrees",
        ),
    ],
)
def test_a_wrong_feature_is_named_with_what_is_wrong(given: dict[str, Any], said: str) -> None:
    with translation.override("en"), pytest.raises(InvalidInput, match=said):
        read_ground([given])


def test_the_demonstrations_district_has_every_part_and_the_same_seed_gives_the_same() -> None:
    first = ground_of(City.build())
    assert {one.part for one in read_ground(first)} == set(PARTS)
    assert first == ground_of(City.build())


@pytest.mark.django_db
def test_a_new_ground_takes_the_place_of_the_old_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    actor, now = make_person("system_administrator", organisation="monitoring_centre"), timezone.now()
    first = keep_ground(actor=actor, features=[feature(name="李村公园", name_en="Licun Park")], folder=tmp_path, now=now)
    with pytest.raises(InvalidInput):
        keep_ground(actor=actor, features=[feature(part="forest")], folder=tmp_path, now=now)
    assert ground_version(tmp_path) == first
    place = tile_at(120.45, 36.15, 12)
    found = read_tile(ground_tile(tmp_path, first, place))
    assert found["park"][0].kind == 3
    assert found["place"][0].properties == {"kind": "park", "zh": "李村公园", "en": "Licun Park"}
    second = keep_ground(actor=actor, features=[feature(name="沧口公园")], folder=tmp_path, now=now)
    assert ground_version(tmp_path) == second != first
    assert [one.name for one in read(tmp_path)] == ["沧口公园", "沧口公园"]
    assert AuditEntry.objects.filter(action="map.ground_loaded").count() == 2


def read(folder: Path) -> list[Any]:
    city = ground(folder)
    assert city is not None
    return city.features
