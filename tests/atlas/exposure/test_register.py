"""The register of exposed bodies: what is refused, what its history keeps, and what the one question answers."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist

from tests.atlas.exposure.bodies import LAT, LON, NOW, body, keeper
from tests.languages import english as english
from tests.people import LICANG, QINGDAO, make_person
from tocsin.atlas.exposure.models import BodyFigures, PopulationGrid, PopulationTile
from tocsin.atlas.exposure.queries.area import exposed_in
from tocsin.atlas.exposure.rules import Origin, Slot
from tocsin.atlas.exposure.services.bodies import BodyFacts, change_body, close_body, register_many
from tocsin.atlas.exposure.services.grids import grid_from_bodies, take_grid
from tocsin.atlas.exposure.shown.area import describe_area
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.exposure.areas import circle
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

NIGHT = NOW + timedelta(hours=12)
SATURDAY = NOW + timedelta(days=1)
AROUND = circle(LON, LAT, 300.0)
FACTS: dict[str, Any] = {"kind": "school", "name": "第一小学", "lon": LON, "lat": LAT}


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        pytest.param({"kind": "palace"}, "none of residential", id="kind"),
        pytest.param({"name": " "}, "must not be empty", id="no name"),
        pytest.param({"lon": None}, "or neither", id="half a place"),
        pytest.param({"lon": None, "lat": None}, "is missing", id="no place"),
        pytest.param({"lat": 95.0}, "on the earth", id="off the earth"),
        pytest.param({"figures": {"beds": 3}}, "no such figure; it has boarders", id="figure of another kind"),
        pytest.param({"figures": {"pupils": -1}}, "lies between", id="figure below nothing"),
        pytest.param({"people_day": 10**8}, "lie between", id="more people than there are"),
        pytest.param({"figures_on": date(2030, 1, 1)}, "of that day", id="figures of tomorrow"),
        pytest.param({"within": "X9"}, "X9 is no other body", id="part of nothing"),
        pytest.param(
            {"shape": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}},
            "do not cross",
            id="a bow tie",
        ),
        pytest.param({"shape": {"type": "Polygon", "coordinates": "x"}}, "GeoJSON", id="no geometry"),
    ],
)
def test_what_is_wrong_is_told(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        body(keeper(), **({**FACTS, **facts}))


def test_only_keepers_of_the_region_write() -> None:
    found = body(keeper())
    for other in (make_person("duty_officer", LICANG), make_person("viewer", LICANG)):
        with pytest.raises(NotAllowed):
            change_body(actor=other, body_id=found.pk, facts=BodyFacts(**FACTS), now=NOW)
    with pytest.raises(ObjectDoesNotExist):
        change_body(actor=keeper("370202"), body_id=found.pk, facts=BodyFacts(**FACTS), now=NOW)
    with pytest.raises(NotAllowed):
        body(keeper("370202"))


def test_a_code_is_there_once() -> None:
    by = keeper()
    body(by, code="S-1")
    with pytest.raises(Conflict):
        body(by, "第二小学", code="S-1")


def test_new_figures_are_added_to_the_history() -> None:
    by = keeper()
    found = body(by, figures={"pupils": 800.0}, source="教育局2025")
    facts = {**FACTS, "figures": {"pupils": 900.0}, "source": "教育局2026", "figures_on": date(2026, 9, 1)}
    change_body(actor=by, body_id=found.pk, facts=BodyFacts(**facts), now=NOW + timedelta(hours=1))
    change_body(actor=by, body_id=found.pk, facts=BodyFacts(**facts, contact="王老师"), now=NOW + timedelta(hours=2))
    lines = list(BodyFigures.objects.filter(body=found).order_by("at"))
    assert [line.figures["pupils"] for line in lines] == [800.0, 900.0]
    entry = AuditEntry.objects.filter(action="exposed_body.changed").order_by("pk")
    assert {"contact": ["", "王老师"]} in [one.details for one in entry]


@pytest.mark.parametrize(
    ("at", "people"),
    [
        pytest.param(NOW, 960 + 45, id="by day pupils are at school"),
        pytest.param(NIGHT, 2 + 120, id="by night they are at home"),
        pytest.param(SATURDAY, 2 + 95, id="on a Saturday, too"),
    ],
)
def test_pupils_are_counted_in_one_place(at: datetime, people: int) -> None:
    by = keeper()
    body(by, figures={"pupils": 900.0, "staff": 60.0})
    body(by, "1号楼", "residential")
    assert exposed_in(AROUND, at=at).count == pytest.approx(people, abs=1)


def test_a_span_counts_its_fullest_time() -> None:
    body(keeper(), "1号楼", "residential", figures={"residents": 100.0})
    found = exposed_in(AROUND, at=NOW, until=NOW + timedelta(hours=10))
    assert (found.slot, found.count) == (Slot.NIGHT, 100)


def test_a_part_counts_in_its_whole_and_alone_when_that_is_gone() -> None:
    by = keeper()
    whole = body(by, "广场", "market", code="M", people_day=500)
    body(by, "广场影院", "venue", within="M", people_day=120)
    assert exposed_in(AROUND, at=NOW).count == 500
    close_body(actor=by, body_id=whole.pk, active=False, now=NOW)
    assert exposed_in(AROUND, at=NOW).count == 120


def test_where_nothing_is_known_that_is_said() -> None:
    found = exposed_in(AROUND, at=NOW)
    assert not found.known
    told = describe_area(make_person("viewer", LICANG), AROUND, at=NOW)
    assert (told.people, told.known) == (0, False)
    assert told.sentence.startswith("Nobody knows")


def test_the_answer_tells_how_it_was_reckoned_and_whom_to_tell() -> None:
    by = keeper()
    body(by, figures={"pupils": 900.0}, contact="王老师", telephone="0532-1")
    body(by, "远处医院", "hospital", lon=LON + 0.05)
    body(by, "1号楼", "residential", people_day=40, people_night=90, figures_on=date(2020, 1, 1))
    told = describe_area(make_person("viewer", LICANG), AROUND, at=NOW, place=(LON, LAT))
    assert [(one.name, one.people, one.told) for one in told.bodies] == [("第一小学", 900, True)]
    assert told.reckoning[0] == "940 in 2 registered bodies (counted 1, reckoned from figures 1)"
    assert told.is_old
    assert "2020-01-01 – 2026-03-01 (old" in told.reckoning[-1]


def test_readers_see_what_their_regions_registered() -> None:
    body(keeper("370202"), region="370202", people_day=70)
    assert describe_area(make_person("viewer", LICANG), AROUND, at=NOW).known is False
    assert describe_area(make_person("viewer", QINGDAO), AROUND, at=NOW).people == 70


def grid(text: str, **more: Any) -> PopulationGrid:
    told = {"source": "统计局", "figures_on": date(2026, 1, 1), **more}
    return take_grid(actor=keeper(), region_code=LICANG, file_name="g.csv", content=text.encode(), now=NOW, **told)


def test_a_grid_takes_the_place_of_the_one_before() -> None:
    grid(f"lon,lat,people\n{LON},{LAT},200\n")
    made = grid(f"经度,纬度,白天人数,夜间人数\n{LON},{LAT},30,80\n{LON + 0.001},{LAT},5,10\n")
    assert (made.cells, made.people_night) == (2, 90)
    assert PopulationTile.objects.exclude(grid=made).count() == 0
    assert PopulationGrid.objects.filter(in_force=True).get() == made
    assert exposed_in(AROUND, at=NIGHT).people[Slot.NIGHT] == pytest.approx(90, rel=1e-6)


def test_a_dwelling_silences_the_grid_of_its_cell() -> None:
    grid(f"lon,lat,people\n{LON},{LAT},200\n")
    body(keeper(), "1号楼", "residential", people_day=40, people_night=90)
    found = exposed_in(AROUND, at=NIGHT)
    assert (found.count, found.cells, found.origins) == (90, 0, {Origin.COUNTED: 1})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lon,lat,people\n120,36,x\n", "line 2: people can't be read"),
        ("lon,lat,people\n120,,3\n", "line 2: longitude"),
        ("lon,lat\n120,36\n", "nobody is counted"),
        ("lon,lat,people\n120,36,-4\n", "between 0 and"),
        ("lon,people\n120,3\n", "headings for lon, lat"),
        ("lon,lat,people\n", "no rows"),
    ],
)
def test_wrong_grids_are_refused_by_line(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        grid(text)
    assert not PopulationGrid.objects.exists()


def test_a_grid_is_made_from_bodies() -> None:
    by = keeper()
    register_many(
        actor=by,
        region_code=LICANG,
        facts=[BodyFacts(kind="residential", name=f"{n}号楼", lon=LON, lat=LAT, people_night=50) for n in range(3)],
        now=NOW,
    )
    assert grid_from_bodies(actor=by, region_code=LICANG, now=NOW).people_night == 150
    assert exposed_in(AROUND, at=NIGHT).count == 150
