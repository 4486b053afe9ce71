"""Whoever supervises a firm that lost an essential load hears who depends on it, as far as the networks know."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.lifelines.models import Asset, NetworkVersion
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.dependants import dependants_of
from tocsin.supervision.work.services.telling import tell_question

pytestmark = pytest.mark.django_db


def draw(firm: SupervisedObject) -> None:
    """The firm's substation feeds a hospital by a cable of its own; another one feeds a school."""

    def asset(code: str, kind: str, geometry: dict[str, Any], lon: float, **fields: Any) -> None:
        told = {"code": code, "kind": kind, "region_code": LICANG, "geometry": geometry, "lon": lon, "lat": 36.16}
        Asset.objects.create(**told, **fields)

    def point(lon: float) -> dict[str, Any]:
        return {"type": "Point", "coordinates": [lon, 36.16]}

    def line(start: float, end: float) -> dict[str, Any]:
        return {"type": "LineString", "coordinates": [[start, 36.16], [end, 36.16]]}

    asset("S1", "substation", point(120.400), 120.400, owner=firm.organisation)
    asset("S2", "substation", point(120.450), 120.450)
    asset("C1", "power_cable", line(120.400, 120.405), 120.4025, from_code="S1", to_code="M1")
    asset("C2", "power_cable", line(120.450, 120.455), 120.4525, from_code="S2", to_code="M2")
    asset("M1", "manhole", point(120.405), 120.405)
    asset("M2", "manhole", point(120.455), 120.455)
    asset("B1", "building", point(120.404), 120.404, name="People's Hospital", use="hospital")
    asset("B2", "building", point(120.454), 120.454, name="School", use="school")
    NetworkVersion.objects.update_or_create(region_code=LICANG, defaults={"version": 9, "changed_at": NOW})


def test_essential_load_lost_is_told_with_its_dependants(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    ensure_regions()
    stand_at(monkeypatch, NOW)
    bureau = usual_bodies(LICANG)["emergency_bureau"]
    firm = make_object("Power works", organisation=make_body("works"), trade="cement_grinding")
    make_named_person("officer", "firm_officer", firm.organisation)
    make_named_person("inspector", "inspector", bureau)
    assert dependants_of(firm) == []
    draw(firm)
    assert dependants_of(firm) == ["People's Hospital"]
    episode = Episode.objects.create(
        id=new_id(),
        object=firm,
        kind="essential_load_lost",
        level="red",
        region_code=LICANG,
        start_at=NOW - timedelta(hours=1),
        detected_at=NOW,
        probability=0.95,
        state="asked",
    )
    tell_question(episode, now=NOW)
    told = {one.purpose: one for one in Notice.objects.all()}
    assert (told["work_question"].organisation, told["essential_load_lost"].organisation) == (firm.organisation, bureau)
    assert text_of(told["essential_load_lost"]).endswith("Nothing else feeds: People's Hospital.")
    assert told["essential_load_lost"].urgent
