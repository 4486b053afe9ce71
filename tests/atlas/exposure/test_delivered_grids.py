"""The population grid of a region as a data resource: one truth, which counts people, is served and is drawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from tests.atlas.exposure.bodies import LAT, LON, NOW, keeper
from tests.atlas.resources.files import steward
from tests.people import LICANG
from tocsin.atlas.exchange.queries.collections import collections_for
from tocsin.atlas.exposure.models import PopulationGrid
from tocsin.atlas.exposure.queries.area import exposed_in
from tocsin.atlas.exposure.rules import Slot
from tocsin.atlas.exposure.services.delivered_grids import take_delivered_grids
from tocsin.atlas.exposure.services.grids import grid_from_bodies, take_grid
from tocsin.atlas.layers.queries.layers import layers_of
from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.policy.catalogue import shipped_resources
from tocsin.atlas.resources.services import child, reading
from tocsin.atlas.resources.services.landing import deliver
from tocsin.atlas.resources.services.notices import RESOURCES, texts
from tocsin.atlas.resources.services.taking import take_resources
from tocsin.base.errors import Conflict
from tocsin.engine.exposure.areas import circle
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
HEAD = "格网号,人数,白天人数,夜间人数,节假日人数,经度,纬度"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    monkeypatch.setattr(reading, "_ask_child", child.read)
    yield


@pytest.fixture
def by(db: None) -> User:
    return steward()


@pytest.fixture
def cells(by: User) -> Resource:
    (one,) = (one for one in shipped_resources() if one.slug == "population_cells")
    assert by.organisation_id is not None
    (made,) = take_resources(actor=by, shipped=[one], region_code=LICANG, owner_id=by.organisation_id, now=NOW)
    return made


def given(by: User, cells: Resource, *rows: str, after: timedelta = timedelta(0)) -> Delivery:
    text = "\n".join([HEAD, *rows])
    return deliver(actor=by, resource_id=cells.pk, file_name="格网.csv", content=text.encode(), now=NOW + after)


def night(metres: float = 200.0) -> float:
    return exposed_in(circle(LON, LAT, metres), at=NOW).from_grid[Slot.NIGHT]


def test_what_is_delivered_counts_is_served_and_is_drawn(by: User, cells: Resource) -> None:
    made = given(by, cells, f"A,,10,30,20,{LON},{LAT}", f"B,12,,,,{LON + 0.001},{LAT}")
    assert made.stage == "landed", made.findings
    assert (take_delivered_grids(now=NOW), take_delivered_grids(now=NOW)) == (1, 0)
    grid = PopulationGrid.objects.get(in_force=True)
    assert (grid.delivery_id, grid.people_day, grid.people_night, grid.people_day_off) == (made.pk, 22.0, 42.0, 32.0)
    assert night() == pytest.approx(42.0, rel=0.01)
    assert cells.slug in collections_for(by)
    assert f"r.{cells.slug}" in {one.name for one in layers_of(by)}

    given(by, cells, f"A,,10,50,20,{LON},{LAT}", f"B,12,,,,{LON + 0.001},{LAT}", after=HOUR)
    assert take_delivered_grids(now=NOW + HOUR) == 1
    assert night() == pytest.approx(62.0, rel=0.01)
    assert PopulationGrid.objects.filter(in_force=True).count() == 1


def test_a_delivery_that_is_set_aside_leaves_the_grid_in_force(by: User, cells: Resource) -> None:
    given(by, cells, *(f"{number},{20 + number},,,,{LON + number / 1000},{LAT}" for number in range(30)))
    take_delivered_grids(now=NOW)
    before = PopulationGrid.objects.get(in_force=True).people_night
    wrong = [f"{number},{1000 * (20 + number)},,,,{LON + number / 1000},{LAT}" for number in range(30)]
    assert given(by, cells, *wrong, after=HOUR).stage == "set_aside"
    assert take_delivered_grids(now=NOW + HOUR) == 0
    assert PopulationGrid.objects.get(in_force=True).people_night == before


def test_rows_that_count_nobody_are_left_out_and_written_down(by: User, cells: Resource) -> None:
    sound = [f"{number},3,,,,{LON},{LAT}" for number in range(200)]
    made = given(by, cells, *sound, f"B,-4,,,,{LON},{LAT}", f"C,,,,,{LON},{LAT}")
    assert made.stage == "landed", made.findings
    assert take_delivered_grids(now=NOW) == 1
    assert PopulationGrid.objects.get(in_force=True).people_night == 600.0
    assert AuditEntry.objects.get(action="population_grid.rows_left_out").details["rows"] == 2


def test_where_nothing_counts_the_grid_before_stays_and_it_is_written_down_once(by: User, cells: Resource) -> None:
    take_grid(
        actor=keeper(),
        region_code=LICANG,
        file_name="g.csv",
        content=f"lon,lat,people\n{LON},{LAT},7\n".encode(),
        source="",
        figures_on=None,
        now=NOW,
    )
    given(by, cells, f"A,-1,,,,{LON},{LAT}")
    assert [take_delivered_grids(now=NOW) for _again in range(2)] == [0, 0]
    assert PopulationGrid.objects.get(in_force=True).people_night == 7.0
    assert AuditEntry.objects.filter(action="population_grid.delivery_refused").count() == 1
    (told,) = Notice.objects.filter(purpose=RESOURCES)
    assert told.organisation_id == cells.owner_id
    with translation.override("en"):
        words = texts([told])[told.pk]
    assert "none of the 1 rows of 格网.csv counts anybody" in words


def test_nothing_else_takes_the_place_of_the_resource(by: User, cells: Resource) -> None:
    given(by, cells, f"A,30,,,,{LON},{LAT}")
    actor = keeper()
    with pytest.raises(Conflict, match=cells.slug):
        take_grid(
            actor=actor, region_code=LICANG, file_name="g.csv", content=b"lon,lat,people\n", source="", figures_on=None, now=NOW
        )
    with pytest.raises(Conflict, match=cells.slug):
        grid_from_bodies(actor=actor, region_code=LICANG, now=NOW)
