"""People of a request and of levels are taken from the register of exposed bodies, as a proposal that a person edits."""

from datetime import date

import pytest
import shapely
from django.utils.translation import override

from tests.atlas.exposure.bodies import body, keeper
from tests.clocks import stand_at
from tests.people import LICANG, QINGDAO, signed_in
from tests.supplies.requests import HERE, desk, request_for
from tests.supplies.stores import NOW, head, item
from tocsin.base.errors import InvalidInput
from tocsin.supplies.levels.models import PeopleAtRisk
from tocsin.supplies.levels.queries import exposed
from tocsin.supplies.levels.queries.exposed import parts_of_region
from tocsin.supplies.levels.services.people import enter_people
from tocsin.supplies.requests.models import SupplyRequest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def housed(people: int = 700) -> None:
    """A dwelling with so many people by night, at the place of need."""
    figures = {"people_day": 100, "people_night": people, "people_day_off": 300, "figures_on": date(2026, 3, 1)}
    body(keeper(), "石牛山小区", "residential", lon=HERE[0], lat=HERE[1], **figures)


def test_who_is_near_is_the_number_unless_a_person_types_another() -> None:
    housed()
    lead, by = head(), desk()
    item(lead, "棉被")
    near = request_for(by, None, people_from="within", within_m=300.0)  # type: ignore[arg-type]
    assert (near.people, near.people_basis["count"], near.people_basis["slot"]) == (700, 700, "night")
    assert near.lines.get().amount == 700_000
    edited = request_for(by, 650, people_from="within", within_m=300.0)
    assert (edited.people, edited.people_basis["count"]) == (650, 700)
    page = signed_in(by).get(f"/supplies/requests/{edited.pk}/").content.decode()
    assert "<b>700</b>" in page
    assert "2026-03-01" in page


def test_nobody_knows_is_said_and_no_number_is_made_up() -> None:
    by = desk()
    with override("en"), pytest.raises(InvalidInput, match="Nobody knows"):
        request_for(by, None, people_from="within", within_m=300.0)  # type: ignore[arg-type]
    with override("en"), pytest.raises(InvalidInput, match="choose another source"):
        request_for(by, None, people_from="warning:7")  # type: ignore[arg-type]
    assert not SupplyRequest.objects.exists()


def test_the_form_takes_who_is_near() -> None:
    housed()
    by = desk()
    told = {"purpose": "a", "place": "b", "lon": HERE[0], "lat": HERE[1], "region_code": LICANG, "people": ""}
    signed_in(by).post("/supplies/requests/open/", {**told, "people_from": "within", "within_m": "500"})
    assert SupplyRequest.objects.get().people == 700


def test_people_at_risk_keep_what_the_register_said() -> None:
    housed(900)
    lead = head()
    browser = signed_in(lead)
    page = browser.get(f"/supplies/levels/?region_code={LICANG}&propose=true").content.decode()
    assert 'value="900"' in page
    browser.post(
        "/supplies/levels/people/",
        {"region_code": LICANG, "hazard": "flood", "people": "400", "source": "", "from_register": "true"},
    )
    kept = PeopleAtRisk.objects.get()
    assert (kept.people, kept.basis["count"]) == (400, 900)
    assert "2026-03-01" in browser.get("/supplies/levels/").content.decode()
    with override("en"), pytest.raises(InvalidInput, match="does not know"):
        enter_people(actor=lead, region_code="370211", hazard="flood", people=None, source="", from_register=True, now=NOW)
    proposed = browser.get("/api/v1/supplies/people-at-risk/proposed", {"region_code": LICANG}).json()
    assert proposed["proposed"]["people"] == 900


def test_people_of_some_towns_are_proposed_and_kept_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    lon, lat = HERE
    shapes = {"370213001": shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)}
    shapes["370213002"] = shapely.box(lon + 0.02, lat - 0.01, lon + 0.04, lat + 0.01)
    monkeypatch.setattr(exposed, "town_shapes", lambda code: shapes if code == LICANG else {})
    monkeypatch.setattr(exposed, "town_names", lambda _code: {"370213001": "东街道", "370213002": "西街道"})
    housed(900)
    housed_there = {"people_day": 10, "people_night": 60, "people_day_off": 30, "figures_on": date(2026, 3, 1)}
    body(keeper(), "西小区", "residential", lon=lon + 0.03, lat=lat, **housed_there)
    lead = head()
    browser = signed_in(lead)
    parts = browser.get("/api/v1/supplies/people-at-risk/proposed/parts", {"region_code": LICANG}).json()
    assert [(one["name"], one["people"]) for one in parts] == [("东街道", 900), ("西街道", 60)]
    page = browser.get(f"/supplies/levels/?region_code={LICANG}&propose=true&part=370213002").content.decode()
    assert 'value="60"' in page
    told = {
        "region_code": LICANG,
        "hazard": "flood",
        "people": "60",
        "source": "",
        "from_register": "true",
        "parts": ["370213002"],
    }
    browser.post("/supplies/levels/people/", told)
    kept = PeopleAtRisk.objects.get()
    assert (kept.people, kept.basis["count"], kept.basis["source"], kept.basis["label"]) == (60, 60, "parts", "西街道")
    both = enter_people(actor=lead, region_code=LICANG, hazard="flood", people=None, source="", parts=sorted(shapes), now=NOW)
    assert both.people == 960
    with override("en"), pytest.raises(InvalidInput, match="does not know"):
        enter_people(actor=lead, region_code=LICANG, hazard="flood", people=5, source="", parts=["370211001"], now=NOW)


def test_the_parts_of_a_city_are_its_counties() -> None:
    housed(900)
    lead = head(QINGDAO)
    told = {one.code: one.basis for one in parts_of_region(lead, QINGDAO, NOW)}
    assert LICANG in told and QINGDAO not in told
    basis = told[LICANG]
    assert basis is not None and basis.count == 900
