"""Tags, gateways and plans of a firm; positions in the order in which they come; who sees whom; looks are written down."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant
from tests.languages import english as english
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from tocsin.base.geometry import LocalPlane, distance_m
from tocsin.command.casebook.models import Case
from tocsin.hazchem.positions import policy
from tocsin.hazchem.positions.models import PositionFault, PositionTag, PresentPosition, TrackPoint
from tocsin.hazchem.positions.queries.tags import newest_place, visible_tags
from tocsin.hazchem.positions.rules.arriving import NewPosition
from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagKind, TagSheet, read_points
from tocsin.hazchem.positions.services import intake, keeping, register
from tocsin.hazchem.positions.services.looking import look_at_track
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.supervision.objects.models import SupervisedObject

pytestmark = pytest.mark.django_db

PLACE = LocalPlane(120.43, 36.16)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def plant() -> tuple[SupervisedObject, User]:
    firm, officer, _keeper = make_plant()
    SupervisedObject.objects.filter(pk=firm.pk).update(lon=PLACE.lon, lat=PLACE.lat)
    firm.refresh_from_db()
    register.enter_gateway(actor=officer, object_id=firm.pk, sheet=GatewaySheet(code="g1", name="Engine of the plant"))
    return firm, officer


def give_tag(officer: User, firm: SupervisedObject, number: str = "T1", **facts: Any) -> PositionTag:
    sheet = TagSheet(**{"number": number, "kind": TagKind.STAFF, "holder": f"holder of {number}", **facts})
    return register.enter_tag(actor=officer, object_id=firm.pk, sheet=sheet, now=NOW - timedelta(hours=2))


def at(after_s: float, east: float = 0.0, north: float = 0.0, tag: str = "T1", **facts: Any) -> NewPosition:
    lon, lat = PLACE.spot_in_degrees(east, north)
    return NewPosition(**{"tag": tag, "at": NOW + timedelta(seconds=after_s), "lon": lon, "lat": lat, **facts})


def sent(officer: User, *positions: NewPosition, gateway: str = "g1") -> list[intake.Answer]:
    return intake.take_positions(actor=officer, gateway=gateway, positions=positions, now=NOW)


FAULTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "good": ({}, None),
    "unknown tag": ({"tag": "T9"}, "no_tag"),
    "withdrawn": ({"tag": "T8"}, "out_of_service"),
    "neither place": ({"lon": None}, "no_place"),
    "no plan": ({"lon": None, "lat": None, "x": 1.0, "y": 2.0}, "no_plan"),
    "swapped": ({"lon": 36.16, "lat": 120.43}, "bad_place"),
    "null island": ({"lon": 0.0, "lat": 0.0}, "bad_place"),
    "no number": ({"lon": float("nan")}, "bad_place"),
    "other town": ({"lon": 120.9}, "far_away"),
    "negative accuracy": ({"accuracy_m": -1.0}, "bad_accuracy"),
    "wide": ({"accuracy_m": 101.0}, "bad_accuracy"),
    "battery": ({"battery_percent": 140.0}, "bad_figure"),
    "speed": ({"speed_km_h": -4.0}, "bad_figure"),
    "early": ({"at": NOW + timedelta(seconds=121)}, "too_early"),
    "old": ({"at": NOW - timedelta(hours=25)}, "too_old"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", FAULTS)
def test_a_position_is_taken_or_refused_with_its_reason(plant: tuple[SupervisedObject, User], name: str) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    register.withdraw_tag(actor=officer, tag_id=give_tag(officer, firm, "T8").pk, now=NOW)
    facts, fault = FAULTS[name]
    answer = sent(officer, at(0, **facts))[0]
    assert answer.fault == fault
    assert TrackPoint.objects.count() == (fault is None)
    assert list(PositionFault.objects.values_list("fault", "count")) == ([(fault, 1)] if fault else [])


def test_bad_rows_stop_no_good_ones_and_repeats_count_once(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    first = sent(officer, at(-20), at(-10, tag="T9"), at(-20), at(-10))
    assert [(one.known, one.fault) for one in first] == [(False, None), (False, "no_tag"), (True, None), (False, None)]
    again = sent(officer, at(-20), at(-10), at(-5))
    assert [one.known for one in again] == [True, True, False]
    assert TrackPoint.objects.count() == 3


def test_a_late_position_is_kept_and_moves_nobody(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    tag = give_tag(officer, firm)
    sent(officer, at(-10, 50, 0))
    assert [one.late for one in sent(officer, at(-60, 0, 0), at(-5, 50, 1))] == [True, False]
    present = PresentPosition.objects.get(tag=tag)
    assert (present.at, present.still_since) == (NOW - timedelta(seconds=5), NOW - timedelta(seconds=10))
    assert [one.late for one in TrackPoint.objects.order_by("at")] == [True, False, False]


def test_a_batch_in_disorder_stands_where_it_was_newest(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    sent(officer, at(-5, 50, 0), at(-30, 0, 0), at(-10, 49, 0), at(-20, 25, 0))
    present = PresentPosition.objects.get()
    assert present.at == NOW - timedelta(seconds=5)
    assert present.still_since == NOW - timedelta(seconds=10), "the step of a metre is none"


def test_plant_coordinates_become_degrees_through_reference_points(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    corners = [(0, 0), (100, 0), (100, 80)]
    text = "\n".join(" ".join(str(one) for one in (x, y, *PLACE.spot_in_degrees(x + 20, y + 30))) for x, y in corners)
    _plan, fit = register.set_plan(actor=officer, object_id=firm.pk, name="site grid", points=read_points(text))
    assert fit.worst_m is not None and fit.worst_m < 0.01
    sheet = GatewaySheet(code="g2", name="UWB", plan="site grid")
    register.enter_gateway(actor=officer, object_id=firm.pk, sheet=sheet)
    assert sent(officer, at(0, lon=None, lat=None, x=50.0, y=40.0), gateway="g2") == [intake.Answer()]
    present = PresentPosition.objects.get()
    assert distance_m(present.lon, present.lat, *PLACE.spot_in_degrees(70, 70)) < 0.05
    wrong = read_points(text.replace("100 80 ", "100 95 "))
    with pytest.raises(InvalidInput, match="reference point"):
        register.set_plan(actor=officer, object_id=firm.pk, name="site grid", points=wrong)
    with pytest.raises(Conflict, match="g2"):
        register.withdraw_plan(actor=officer, plan_id=_plan.pk)
    with pytest.raises(InvalidInput, match="line 2"):
        read_points("0 0 120 36\n1 2 3")


def test_shifted_degrees_are_set_right(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    gateway = GatewaySheet(code="g3", name="phones", datum="gcj02")  # type: ignore[arg-type]  # as a form gives it
    register.enter_gateway(actor=officer, object_id=firm.pk, sheet=gateway)
    sent(officer, at(0), gateway="g3")
    present = PresentPosition.objects.get()
    assert 100 < distance_m(present.lon, present.lat, PLACE.lon, PLACE.lat) < 800


def test_the_door_is_bounded(plant: tuple[SupervisedObject, User], monkeypatch: pytest.MonkeyPatch) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    shipped = policy.position_policy()
    door = type(shipped.door)(**{**_fields(shipped.door), "at_once": 3, "a_minute": 4, "unjudged": 100})
    monkeypatch.setattr(intake, "position_policy", lambda: type(shipped)(**{**_fields(shipped), "door": door}))
    with pytest.raises(InvalidInput, match="at most 3"):
        sent(officer, *(at(-one) for one in range(4)))
    sent(officer, *(at(-one) for one in range(3)))
    assert [one.fault for one in sent(officer, at(-10), at(-11), at(-12))] == [None, "over_budget", "over_budget"]
    monkeypatch.setattr(door.__class__, "unjudged", property(lambda _one: 2), raising=True)
    with pytest.raises(Unavailable):
        sent(officer, at(-20))


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_only_the_firm_sends_and_keeps(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    give_tag(officer, firm)
    other, stranger, bureau = make_plant("Other Chemicals", "plant-b")
    for actor in (stranger, bureau, make_person("system_administrator")):
        with pytest.raises(InvalidInput, match="g1"):
            sent(actor, at(0))
    with pytest.raises(NotAllowed):
        give_tag(bureau, firm, "T2")
    with pytest.raises(Conflict, match="T1"):
        give_tag(officer, firm)
    with pytest.raises(InvalidInput, match="own people"):
        give_tag(officer, firm, "T3", person_id=stranger.pk)
    with pytest.raises(Conflict, match="g1"):
        register.enter_gateway(actor=stranger, object_id=other.pk, sheet=GatewaySheet(code="g1", name="x"))
    assert give_tag(officer, firm, "T3", person_id=officer.pk).person == officer


def test_command_sees_people_only_while_an_incident_is_open_there(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    tag = give_tag(officer, firm)
    sent(officer, at(0))
    desk, viewer, bureau = make_person("duty_officer"), make_person("viewer"), make_named_person("b", "supervisor")

    def seen() -> list[bool]:
        people = [User.objects.get(pk=one.pk) for one in (officer, desk, viewer, bureau)]
        return [visible_tags(one).filter(pk=tag.pk).exists() for one in people]

    assert seen() == [True, False, False, False]
    assert signed_in(desk).get(f"/plants/positions/tags/{tag.pk}/").status_code == 404
    lon, lat = PLACE.spot_in_degrees(100, 0)
    told: dict[str, Any] = {"region_code": LICANG, "origin": "person", "begun_at": NOW, "opened_at": NOW}
    case = Case.objects.create(number="c1", lon=lon, lat=lat, **told)
    Case.objects.create(number="c2", lon=lon + 0.1, lat=lat, **told)
    assert seen() == [True, True, False, False]
    page = signed_in(desk).get(f"/plants/positions/tags/{tag.pk}/")
    assert page.status_code == 200 and "holder of T1" in page.content.decode() and "change-tag" not in page.content.decode()
    with pytest.raises(PositionTag.DoesNotExist):
        register.change_tag(actor=desk, tag_id=tag.pk, sheet=TagSheet(number="T1", kind=TagKind.STAFF, holder="x"), now=NOW)
    Case.objects.filter(pk=case.pk).update(lon=lon + 0.01)
    assert seen() == [True, False, False, False], "a kilometre away is no incident at this firm"
    Case.objects.filter(pk=case.pk).update(lon=lon, state="closed")
    assert seen() == [True, False, False, False]


def test_each_look_at_a_track_is_written_down_and_a_new_holder_begins_without_one(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    tag = give_tag(officer, firm)
    sent(officer, at(-300), at(-200, 40), at(-100, 80))
    window = {"since": NOW - timedelta(hours=1), "until": NOW + timedelta(hours=1)}
    _tag, points = look_at_track(actor=officer, tag_id=tag.pk, **window)
    assert len(points) == 3
    entry = AuditEntry.objects.get(action="position_track.seen")
    assert (entry.object_id, entry.details["points"], entry.details["holder"]) == (str(tag.pk), 3, "holder of T1")
    sheet = TagSheet(number="T1", kind=TagKind.VISITOR, holder="Ms. Wang", employer="Bureau")
    register.change_tag(actor=officer, tag_id=tag.pk, sheet=sheet, now=NOW)
    assert look_at_track(actor=officer, tag_id=tag.pk, **window)[1] == []
    assert AuditEntry.objects.filter(action="position_track.seen").count() == 2
    with pytest.raises(InvalidInput, match="a day at most"):
        look_at_track(actor=officer, tag_id=tag.pk, since=NOW - timedelta(days=2), until=NOW)
    page = signed_in(officer).get(f"/plants/positions/tags/{tag.pk}/?since=2026-11-25T08:00&until=2026-11-25T11:00")
    assert "No position in this time" in page.content.decode()
    assert AuditEntry.objects.filter(action="position_track.seen").count() == 3


def test_tracks_go_by_the_policy_and_tags_after_they_were_withdrawn(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    tag = give_tag(officer, firm)
    sent(officer, at(-7200), at(0))
    week = NOW - timedelta(hours=1)
    assert keeping.TRACKS.count is not None and keeping.TRACKS.forget is not None
    assert (keeping.TRACKS.count(week), keeping.TRACKS.forget(week)) == (0, 0), "what zones have not seen stays"
    TrackPoint.objects.update(judged=True)
    assert (keeping.TRACKS.count(week), keeping.TRACKS.forget(week)) == (1, 1)
    assert TrackPoint.objects.count() == 1 and PresentPosition.objects.count() == 1
    register.withdraw_tag(actor=officer, tag_id=tag.pk, now=NOW)
    assert keeping.TAGS_WITHDRAWN.forget is not None
    assert keeping.TAGS_WITHDRAWN.forget(NOW + timedelta(days=1)) == 1
    assert not TrackPoint.objects.exists()


def test_a_persons_newest_place_is_that_of_the_tag_heard_last(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    tag = give_tag(officer, firm, person_id=officer.pk)
    give_tag(officer, firm, "T2")
    sent(officer, at(0), at(0, 300, tag="T2"))
    place = newest_place(officer.pk, firm.pk)
    assert place is not None and place.pk == tag.pk


def test_pages_and_api(plant: tuple[SupervisedObject, User]) -> None:
    firm, officer = plant
    client = signed_in(officer)
    assert client.get("/plants/positions/").headers["Location"] == f"/plants/positions/of/{firm.pk}/"
    post = {"tag": "T7", "kind": "contractor", "holder": "Liu Yang", "employer": "Anlan", "valid_until": "2026-11-25T09:00"}
    assert client.post(f"/plants/positions/of/{firm.pk}/do/tag/", post).status_code == 302
    tag = PositionTag.objects.get()
    body = {"gateway": "g1", "positions": [_json("T7"), _json("T9"), {**_json("T7"), "sos": True}]}
    told = _posted(client, "/api/v1/hazchem/positions", body)
    assert (told["stored"], told["known"], told["refused"]) == (1, 1, 1)
    assert [(one["position"], one["fault"]) for one in told["answers"]] == [(1, "no_tag"), (2, "")]
    listed = client.get("/api/v1/hazchem/position-tags?which=expired").json()
    assert [(one["holder"], one["expired"], one["place"]["silent"]) for one in listed] == [("Liu Yang", True, False)]
    drawn = client.get(f"/api/v1/hazchem/positions.geojson?firm={firm.pk}").json()["features"]
    assert [one["properties"]["shape"] for one in drawn] == ["good"]
    page = client.get(f"/plants/positions/of/{firm.pk}/").content.decode()
    assert "Liu Yang" in page and "beyond its time" in page and "1 people and 0 vehicles" in page
    faults = client.get(f"/plants/positions/of/{firm.pk}/register/").content.decode()
    assert "the firm has no such tag" in faults
    assert client.post(f"/plants/positions/tags/{tag.pk}/do/withdraw/").status_code == 302
    assert client.get(f"/plants/positions/tags/{tag.pk}/").status_code == 404


def _json(tag: str) -> dict[str, Any]:
    return {"tag": tag, "at": NOW.isoformat(), "lon": PLACE.lon, "lat": PLACE.lat}


def _posted(client: Client, url: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found
