"""The bodies of a demonstration: every house of its network has people, and every time of day somebody is there."""

import pytest

from tests.atlas.exposure.bodies import NOW
from tocsin.atlas.exposure.models import ExposedBody, PopulationGrid
from tocsin.atlas.exposure.queries.area import exposed_in
from tocsin.atlas.exposure.queries.register import people_by_code
from tocsin.engine.exposure.areas import circle
from tocsin.jurisdiction.face import ensure_regions
from tocsin.simulation.city import City
from tocsin.workshop.demo.exposure import settle_exposure

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_district_is_filled() -> None:
    ensure_regions()
    city = City.build()
    houses = [one for one in city.features if one["properties"]["kind"] == "building"]
    done = settle_exposure(city, NOW)
    assert done == ExposedBody.objects.count() > len(houses)
    assert PopulationGrid.objects.get().in_force
    lon, lat = houses[len(houses) // 2]["geometry"]["coordinates"]
    found = exposed_in(circle(lon, lat, 500.0), at=NOW)
    assert all(100 < people < 20_000 for people in found.people)
    assert found.cells > 0
    known = people_by_code()
    assert all(known.of(one["properties"]["id"], *one["geometry"]["coordinates"]) for one in houses)
