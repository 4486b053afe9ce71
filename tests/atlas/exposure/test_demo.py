"""The bodies of a demonstration: every house of its network has people, and every time of day somebody is there."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from tests.atlas.exposure.bodies import NOW
from tocsin.atlas.exposure.models import ExposedBody, PopulationGrid
from tocsin.atlas.exposure.queries.area import exposed_in
from tocsin.atlas.exposure.queries.register import people_by_code
from tocsin.engine.exposure.areas import circle
from tocsin.jurisdiction.face import ensure_regions
from tocsin.simulation.city import City
from tocsin.workshop.demo.exposure import settle_exposure

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_district_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its grid is there from the beginning, and by one way alone: as the data resource that later deliveries replace."""
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    ensure_regions()
    city = City.build()
    houses = [one for one in city.features if one["properties"]["kind"] == "building"]
    done = settle_exposure(city, NOW)
    assert done == ExposedBody.objects.count() > len(houses)
    grid = PopulationGrid.objects.select_related("delivery__resource").get()
    assert grid.in_force
    assert grid.delivery is not None
    assert grid.delivery.resource.slug == f"population_cells_{city.region_code}"
    lon, lat = houses[len(houses) // 2]["geometry"]["coordinates"]
    found = exposed_in(circle(lon, lat, 500.0), at=NOW)
    assert all(100 < people < 20_000 for people in found.people)
    assert found.cells > 0
    sides = [aside_of_the_leak(one) for one in ExposedBody.objects.filter(kind="shelter")]
    assert min(sides) < -36 and any(36 < one < 120 for one in sides), "who leaves across the wind finds a shelter on either side"
    known = people_by_code()
    assert all(known.of(one["properties"]["id"], *one["geometry"]["coordinates"]) for one in houses)


CHLORINE, DOWNWIND = (120.42442, 36.165), 150.0  # the chlor-alkali works of the demonstration, whither its leak drifts


def aside_of_the_leak(body: ExposedBody) -> float:
    """Degrees from the axis of the cloud, -180 to 180."""
    east = (body.lon - CHLORINE[0]) * math.cos(math.radians(CHLORINE[1]))
    return (math.degrees(math.atan2(east, body.lat - CHLORINE[1])) - DOWNWIND + 180) % 360 - 180
