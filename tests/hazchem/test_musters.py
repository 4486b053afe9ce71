"""Musters: who is out, at a point, seen or missing with the last place; ticked by hand, ended with a record; who may."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant
from tests.hazchem.test_positions import PLACE, at, give_tag
from tests.hazchem.test_zones import Plant, draw, goes, plant
from tests.languages import english as english
from tests.people import LICANG, make_person, signed_in
from tests.supervision.firms import NOW
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.command.casebook.models import Case
from tocsin.engine.positioning.musters import MusterStanding, Whereabouts, standing_of
from tocsin.hazchem.musters.models import MusterPerson, PlantMuster
from tocsin.hazchem.musters.queries.musters import roll_of
from tocsin.hazchem.musters.services import keeping
from tocsin.hazchem.musters.services import musters as services
from tocsin.hazchem.musters.shown.notices import texts
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.hazchem.zones.rules.zones import ZonePurpose, circle
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.supervision.objects.models import SupervisedObject

pytestmark = pytest.mark.django_db
_FIXTURES = (plant,)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


STANDINGS = {
    "seen before all": (Whereabouts(ticked=True), "seen"),
    "at a point": (Whereabouts(point="gate", heard_ms=10), "at_point"),
    "at a point and out": (Whereabouts(point="gate", outside=True, heard_ms=10), "at_point"),
    "out": (Whereabouts(outside=True, heard_ms=10), "out"),
    "inside": (Whereabouts(heard_ms=10), "missing"),
    "at a point, heard too long ago": (Whereabouts(point="gate", heard_ms=9), "missing"),
    "never heard": (Whereabouts(point="gate"), "missing"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", STANDINGS)
def test_how_somebody_stands(name: str) -> None:
    known, standing = STANDINGS[name]
    assert standing_of(known, fresh_ms=10) is MusterStanding(standing)


def site(plant: Plant) -> None:
    """The plant's limit of 400 m about its middle, a tank farm in it and a muster point at 150 m."""
    draw(plant, name="Limit", purpose=ZonePurpose.SITE, outline=circle(PLACE.lon, PLACE.lat, 200))
    draw(plant)
    draw(plant, name="North gate", purpose=ZonePurpose.MUSTER, outline=circle(*PLACE.spot_in_degrees(0, 150), 15))


def stands(muster: PlantMuster) -> dict[str, tuple[str, str]]:
    return {one.person.name[-2:]: (one.standing.value, one.place) for one in roll_of(muster)}


def begin(plant: Plant, *, drill: bool = False) -> PlantMuster:
    return services.begin_muster(actor=plant[1], object_id=plant[0].pk, drill=drill, reason="chlorine", now=NOW)


def test_from_the_press_to_the_record(plant: Plant) -> None:
    firm, officer = plant
    site(plant)
    usual_bodies(LICANG)
    give_tag(officer, firm, "V1", kind=TagKind.VEHICLE)
    give_tag(officer, firm, "P1", person_id=officer.pk)
    inside = (at(-30, 20, 20), at(-30, 20, 21, tag="T2"), at(-30, 60, 0, tag="P1"), at(-30, 1, 1, tag="V1"))
    goes(plant, *inside, at(-30, 300, 0, tag="T3"))
    muster = begin(plant)
    assert stands(muster) == {"T1": ("missing", "Tank farm"), "T2": ("missing", "Tank farm"), "P1": ("missing", "")}
    told = Notice.objects.filter(purpose__startswith="muster")
    assert told.filter(organisation=firm.organisation_id, purpose="muster_begun").count() == 1
    assert told.filter(purpose="muster_begun").count() == 2, "the control room and the desk of the area"
    assert told.get(purpose="muster_gather").person == officer
    with pytest.raises(Conflict, match="goes on"):
        begin(plant)
    goes(plant, at(20, 0, 150), at(20, 300, 0, tag="T2"), at(25, 10, 10, tag="T3"), now=NOW + timedelta(seconds=30))
    assert services.follow_musters(now=NOW + timedelta(seconds=30)) == 1, "T3 came in again"
    assert stands(muster) == {
        "T1": ("at_point", "North gate"),
        "T2": ("out", ""),
        "T3": ("missing", "Tank farm"),
        "P1": ("missing", ""),
    }
    client = signed_in(officer)
    waiting = client.get("/waiting/").content.decode()
    assert "Muster: find everybody" in waiting and "2 missing" in waiting
    third = muster.people.get(tag__number="T3")
    assert client.post(f"/plants/musters/people/{third.pk}/tick/").status_code == 302
    visitor = {"who": "Zhao Min", "kind": "visitor", "employer": "Bureau", "where": "North gate", "seen": "yes"}
    assert client.post(f"/plants/musters/{muster.pk}/add/", visitor).status_code == 302
    assert stands(muster)["T3"] == ("seen", "") and stands(muster)["in"] == ("seen", "North gate")
    page = client.get(f"/plants/musters/{muster.pk}/").content.decode()
    assert "1 missing" in page and "2 seen" in page
    part = client.get(f"/plants/musters/{muster.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "Zhao Min" in part and "<html" not in part
    client.post(f"/plants/musters/{muster.pk}/end/", {"note": ""})
    muster.refresh_from_db()
    assert muster.ended_at is None, "one is missing, and nothing is said of them"
    client.post(f"/plants/musters/{muster.pk}/end/", {"note": "found at home"})
    muster.refresh_from_db()
    assert (muster.ended_by, muster.note) == (officer, "found at home")
    goes(plant, at(60, 20, 20), now=NOW + timedelta(seconds=60))
    assert stands(muster)["T1"] == ("at_point", "North gate"), "the record stays as it was"
    csv = client.get(f"/plants/musters/{muster.pk}/?format=csv")
    assert "Zhao Min" in b"".join(csv.streaming_content if csv.streaming else [csv.content]).decode()
    ended = Notice.objects.filter(purpose="muster_ended")
    assert {one.why for one in ended} == {"muster_room", "muster_desk"} and all(one.urgent for one in ended)
    assert "1 missing, 1 at muster points, 1 out, 2 seen. found at home" in " ".join(texts(list(ended)).values())
    entry = AuditEntry.objects.get(action="muster.ended")
    assert (entry.details["missing"], entry.details["seen"], entry.details["out"]) == (1, 2, 1)
    with pytest.raises(Conflict, match="ended"):
        services.tick_person(actor=officer, muster_person_id=third.pk, now=NOW)


def test_ticks_are_taken_back_and_the_first_one_stands(plant: Plant) -> None:
    _firm, officer = plant
    goes(plant, at(0, 20, 20))
    muster = begin(plant, drill=True)
    person = muster.people.get()
    services.tick_person(actor=officer, muster_person_id=person.pk, where="gate", now=NOW)
    again = services.tick_person(actor=officer, muster_person_id=person.pk, where="yard", now=NOW + timedelta(seconds=9))
    assert (again.ticked_where, again.ticked_at) == ("gate", NOW)
    assert services.untick_person(actor=officer, muster_person_id=person.pk).ticked_at is None
    with pytest.raises(InvalidInput, match="who it is"):
        services.add_person(actor=officer, muster_id=muster.pk, name=" ", kind=TagKind.VISITOR, now=NOW)
    with pytest.raises(InvalidInput, match="vehicles"):
        services.add_person(actor=officer, muster_id=muster.pk, name="x", kind=TagKind.VEHICLE, now=NOW)
    unseen = services.add_person(actor=officer, muster_id=muster.pk, name="x", kind=TagKind.VISITOR, seen=False, now=NOW)
    assert {one.person.pk: one.standing for one in roll_of(muster)}[unseen.pk] is MusterStanding.MISSING


def test_command_leads_in_an_incident_and_an_evacuation_is_one(plant: Plant) -> None:
    firm, officer = plant
    SupervisedObject.objects.filter(pk=firm.pk).update(lon=PLACE.lon, lat=PLACE.lat)
    goes(plant, at(0, 20, 20))
    desk, viewer = make_person("duty_officer"), make_person("viewer")
    _other, stranger, _bureau = make_plant("Other", "plant-b")

    def anew(user: User) -> User:
        return User.objects.get(pk=user.pk)

    for actor in (desk, viewer, stranger):
        with pytest.raises(SupervisedObject.DoesNotExist):
            services.begin_muster(actor=anew(actor), object_id=firm.pk, drill=False, now=NOW)
    drill = begin(plant, drill=True)
    assert signed_in(anew(desk)).get(f"/plants/musters/{drill.pk}/").status_code == 404, "a drill opens nothing"
    services.end_muster(actor=officer, muster_id=drill.pk, note="drill", now=NOW)
    real = begin(plant)
    assert signed_in(anew(desk)).get(f"/plants/musters/{real.pk}/").status_code == 200
    assert signed_in(anew(viewer)).get(f"/plants/musters/{real.pk}/").status_code == 404
    services.tick_person(actor=anew(desk), muster_person_id=real.people.get().pk, now=NOW)
    services.end_muster(actor=anew(desk), muster_id=real.pk, now=NOW)
    assert signed_in(anew(desk)).get(f"/plants/musters/{real.pk}/").status_code == 404
    told: dict[str, Any] = {"region_code": LICANG, "origin": "person", "begun_at": NOW, "opened_at": NOW}
    Case.objects.create(number="c1", lon=PLACE.lon, lat=PLACE.lat, **told)
    by_command = services.begin_muster(actor=anew(desk), object_id=firm.pk, drill=False, now=NOW)
    assert by_command.by_command
    assert str(by_command.pk) in signed_in(anew(desk)).get("/plants/musters/").content.decode()


def test_programs_do_the_same_and_old_musters_go(plant: Plant) -> None:
    firm, officer = plant
    goes(plant, at(0, 20, 20))
    client = signed_in(officer)

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = client.post(f"/api/v1/hazchem/{path}", body, content_type="application/json")
        assert answer.status_code in (200, 201), answer.content
        found: dict[str, Any] = answer.json()
        return found

    begun = post("plant-musters", {"object_id": str(firm.pk), "drill": True})
    name, person = f"plant-musters/{begun['muster']['id']}", begun["roll"][0]["id"]
    assert begun["muster"]["missing"] == 1
    assert post(f"muster-people/{person}/tick", {"where": "gate"})["muster"]["seen"] == 1
    assert client.delete(f"/api/v1/hazchem/muster-people/{person}/tick").json()["muster"]["missing"] == 1
    assert len(post(f"{name}/people", {"name": "Zhao"})["roll"]) == 2
    ended = post(f"{name}/end", {"note": "drill"})
    assert ended["muster"]["ended_by"] == str(officer)
    assert [one["missing"] for one in client.get("/api/v1/hazchem/plant-musters").json()] == [1]
    assert keeping.KEPT.forget is not None
    assert keeping.KEPT.forget(NOW + timedelta(days=1)) == 1
    assert not MusterPerson.objects.exists()
