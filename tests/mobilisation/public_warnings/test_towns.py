"""A warning of towns alone is drawn, and counts who is inside, once a department delivers their outlines."""

import json
from datetime import timedelta

import pytest
import shapely
from django.utils import timezone

from tests.languages import english
from tests.mobilisation.public_warnings.drafting import issued
from tests.people import LICANG, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.policy.catalogue import shipped_resources
from tocsin.atlas.resources.queries.towns import CODE, SLUG
from tocsin.atlas.resources.services import child, reading
from tocsin.atlas.resources.services.landing import deliver
from tocsin.atlas.resources.services.notices import OUTLINES, RESOURCES, texts
from tocsin.atlas.resources.services.taking import take_resources
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.models import Town
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.notices.messages.models import Notice

__all__ = ["english"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = timezone.now().replace(microsecond=0)
FIRST, SECOND, UNKNOWN = "370213001", "370213004", "370213003"
SQUARES = {FIRST: shapely.box(120.40, 36.15, 120.42, 36.17), SECOND: shapely.box(120.42, 36.15, 120.44, 36.17)}
MAP = "/api/v1/mobilisation/warnings.geojson"


def outlines() -> bytes:
    rows = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {CODE: code, "名称": f"街道{code[-1]}", "常住人口": 40_000, "六十五岁以上": 9_000, "户数": 15_000},
        }
        for code, shape in SQUARES.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}, ensure_ascii=False).encode()


def told() -> list[tuple[User | None, Organisation | None, str]]:
    """Who was told of outlines that are missing, and in which words."""
    rows = [one for one in Notice.objects.filter(purpose=RESOURCES) if one.figures["what"] == OUTLINES]
    return [(one.person, one.organisation, texts([one])[one.pk]) for one in rows]


def test_towns_are_drawn_as_soon_as_their_outlines_are_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_ask_child", child.read)
    leader = make_person("shift_leader", organisation="monitoring_centre")
    made = issued(leader, NOW, expires_at=NOW + timedelta(hours=2), places=NewPlaces(towns=f"{FIRST},{SECOND},{UNKNOWN}"))
    desk = signed_in(leader)
    assert desk.get(MAP).json()["features"] == []
    assert "their outlines are not known" in desk.get(f"/warnings/{made.pk}/").content.decode()

    [(_person, body, words)] = told()
    assert body is not None and body.code == "government_duty_room" and "delivers (3)" in words, "nobody keeps data here"
    keeper = make_person("system_administrator")
    for _twice in range(2):
        issued(leader, NOW, expires_at=NOW + timedelta(hours=2), places=NewPlaces(towns=UNKNOWN))
    [words] = [words for person, _body, words in told() if person == keeper]
    assert "delivers (1)" in words and f"{SLUG}_{LICANG}" in words, "once for the county"

    shipped = [one for one in shipped_resources() if one.slug == SLUG]
    owner = usual_bodies(LICANG)["emergency_bureau"].pk
    take_resources(actor=system_actor(), shipped=shipped, region_code=LICANG, owner_id=owner, now=NOW)
    resource = Resource.objects.get(slug=f"{SLUG}_{LICANG}")
    deliver(actor=system_actor(), resource_id=resource.pk, file_name="towns.geojson", content=outlines(), now=NOW)
    assert Resource.objects.get(pk=resource.pk).good_id is not None

    [feature] = desk.get(MAP).json()["features"]
    drawn = shapely.geometry.shape(feature["geometry"])
    assert drawn.symmetric_difference(shapely.union_all(list(SQUARES.values()))).area < 1e-5
    page = desk.get(f"/warnings/{made.pk}/").content.decode()
    assert "No map shows" in page
    assert len(told()) == 2, "what is drawn, and what was told, is told no more"
    exercise = {"expires_at": NOW + timedelta(hours=2), "places": NewPlaces(towns=UNKNOWN)}
    issued(leader, NOW, **exercise, exercise=True)
    assert len(told()) == 2
    issued(leader, NOW, **exercise)
    [words] = [words for _person, body, words in told() if body == resource.owner]
    assert "Deliver Population of towns" in words, "this delivery lacks one"

    Resource.objects.update(level="inner")
    assert desk.get(MAP).json()["features"] == [], "what is not public draws no public warning"


def test_a_mistyped_town_is_refused_where_towns_are_known() -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    with pytest.raises(InvalidInput, match="no street or town 370213999"):
        issued(leader, NOW, expires_at=NOW + timedelta(hours=2), places=NewPlaces(towns=f"{FIRST} 370213999"))
    Town.objects.filter(region=LICANG).delete()
    issued(leader, NOW, expires_at=NOW + timedelta(hours=2), places=NewPlaces(towns="370213999"))
