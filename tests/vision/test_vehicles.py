"""Vehicles that are expected: plates beside orders, sightings of others and back, stops, tables, borders, page and API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.notices.face import Notice
from tocsin.records.imports.services.taking import undo_file
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.vision.cameras.models import Camera
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.services import judging
from tocsin.vision.vehicles.models import LoadingOrder, PlateReading
from tocsin.vision.vehicles.queries import readings_to_accept
from tocsin.vision.vehicles.rules.orders import LoadingAct, LoadingState, LoadingWay, OrderFacts
from tocsin.vision.vehicles.services import orders
from tocsin.vision.vehicles.services.readings import NewReading, accept_plate, forget_plates, take_plates
from tocsin.vision.vehicles.services.tables import KIND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PLATE = "鲁BD7362"
HOUR = timedelta(hours=1)


class Gate:
    """A firm with a camera at its unloading point, its officer, and a keeper who sends what the camera reads."""

    def __init__(self) -> None:
        self.firm, self.officer, self.keeper = make_plant()
        self.camera = Camera.objects.create(
            code="37021300421310000017",
            name="Unloading point 2",
            region_code=self.firm.region_code,
            object=self.firm,
            registered_at=NOW,
            registered_by=self.keeper,
        )

    def facts(self, reference: str = "XC-1", **told: object) -> OrderFacts:
        usual: dict[str, object] = {"plate": PLATE, "way": LoadingWay.UNLOADING, "goods": "methanol"}
        window = {"from_at": NOW - HOUR, "until_at": NOW + HOUR}
        return OrderFacts(**{"reference": reference, **usual, **window, **told})  # type: ignore[arg-type]

    def order(self, reference: str = "XC-1", *, camera: bool = False, **told: object) -> LoadingOrder:
        facts, where = self.facts(reference, **told), self.camera.pk if camera else None
        return orders.enter_order(actor=self.officer, object_id=self.firm.pk, camera_id=where, facts=facts, now=NOW)

    def read(
        self, plate: str = PLATE, *, after_s: float = 0.0, confidence: float = 0.95, dangerous: bool = False
    ) -> PlateReading:
        at = NOW + timedelta(seconds=after_s)
        told = NewReading(plate=plate, confidence=confidence, at=at, model="gate", dangerous=dangerous)
        (made,) = take_plates(actor=self.keeper, camera=self.camera, readings=[told], now=at)
        return made

    def sighting(self, after_s: float = 5.0) -> Sighting:
        judging.judge_events(now=NOW + timedelta(seconds=after_s))
        return Sighting.objects.get()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    stand_at(monkeypatch, NOW)
    return Gate()


def told(purpose: str) -> list[Notice]:
    return list(Notice.objects.filter(purpose=purpose))


def test_the_expected_vehicle_arrives_and_its_firm_is_told(gate: Gate) -> None:
    order = gate.order()
    reading = gate.read()
    order.refresh_from_db()
    assert (order.state, order.arrived_at, reading.verdict, reading.kind) == ("arrived", NOW, "match", "")
    (notice,) = told("vehicle_arrived")
    assert notice.figures["order"] == "XC-1" and notice.organisation == gate.firm.organisation
    again = gate.read("鲁B07362", after_s=60, confidence=0.6)  # it stands there, and a sign is misread
    assert (again.pk, again.count) == (reading.pk, 2)
    judging.judge_events(now=NOW + 2 * HOUR)
    assert not Sighting.objects.exists()
    assert gate.order("XC-2", plate="鲁B55555").state == "expected"


@pytest.mark.parametrize(
    ("plate", "window", "dangerous", "verdict", "kind", "asks"),
    [
        ("鲁B07362", 0, False, "doubtful", "vehicle_unexpected", "finding"),
        (PLATE, 5, False, "window", "vehicle_out_of_window", "finding"),
        ("鲁B99999", 0, False, "none", "vehicle_unexpected", "finding"),
        ("鲁B99999", 0, True, "none", "tanker_without_order", "case"),
    ],
)
def test_another_vehicle_is_a_sighting_with_its_order(
    gate: Gate, plate: str, window: float, dangerous: bool, verdict: str, kind: str, asks: str
) -> None:
    order = gate.order(from_at=NOW + window * HOUR, until_at=NOW + (window + 1) * HOUR)
    reading = gate.read(plate, dangerous=dangerous)
    assert gate.read(plate, after_s=30).pk == reading.pk, "it stands there: one coming"
    sighting = gate.sighting()
    assert (reading.verdict, sighting.kind, sighting.asks) == (verdict, kind, asks)
    order.refresh_from_db()
    assert order.state == "expected"
    page = signed_in(make_person("inspector")).get(f"/vision/sightings/{sighting.pk}/").content.decode()
    assert plate in page
    assert (f"/vision/vehicles/{order.pk}/" in page) is (verdict != "none")
    assert bool(told("vehicle_doubtful")) is (verdict != "none")
    links = signed_in(make_person("supervisor")).get(f"/api/v1/vision/sightings/{sighting.pk}/links").json()
    assert [one["name"] for one in links] == [plate, "XC-1"][: 1 if verdict == "none" else 2]


def test_who_decides_says_in_one_press_that_it_is_the_orders_vehicle(gate: Gate) -> None:
    order = gate.order()
    reading, sighting = gate.read("鲁B07362"), gate.sighting()
    assert list(readings_to_accept(gate.officer, NOW)) == [reading]
    browser = signed_in(make_person("inspector"))
    page = browser.post(f"/vision/vehicles/readings/{reading.pk}/accept/", follow=True)
    assert "It is the order&#x27;s vehicle" in page.content.decode()
    order.refresh_from_db()
    sighting.refresh_from_db()
    assert (order.state, sighting.verdict) == ("arrived", "rejected")
    assert "XC-1" in sighting.reason
    assert not readings_to_accept(gate.officer, NOW).exists()
    with pytest.raises(Conflict, match="awaits no vehicle"):
        accept_plate(actor=gate.officer, reading_id=reading.pk, now=NOW)


def test_the_firms_own_word_lets_the_order_arrive_and_leaves_the_sighting_to_the_authority(gate: Gate) -> None:
    order = gate.order()
    reading, sighting = gate.read("鲁B07362"), gate.sighting()
    accept_plate(actor=gate.officer, reading_id=reading.pk, now=NOW)
    order.refresh_from_db()
    sighting.refresh_from_db()
    assert (order.state, sighting.verdict) == ("arrived", "waiting")
    page = signed_in(make_person("inspector")).get(f"/vision/sightings/{sighting.pk}/").content.decode()
    assert "accepted as the order" in page


def test_a_firm_that_keeps_no_orders_is_not_accused(gate: Gate) -> None:
    assert gate.read("鲁B99999", dangerous=True).verdict == "unknown"
    judging.judge_events(now=NOW + HOUR)
    assert not Sighting.objects.exists()


def test_a_doubtful_plate_that_is_read_better_arrives(gate: Gate) -> None:
    order = gate.order()
    assert gate.read("鲁B07362").verdict == "doubtful"
    assert gate.read(after_s=20).verdict == "match"
    order.refresh_from_db()
    assert order.state == "arrived"


def test_a_window_that_passes_is_told_and_the_vehicle_may_still_be_let_in(gate: Gate) -> None:
    order = gate.order()
    late = NOW + timedelta(hours=1, minutes=31)
    assert orders.miss_orders(now=NOW + HOUR) == 0
    assert (orders.miss_orders(now=late), orders.miss_orders(now=late)) == (1, 0)
    assert len(told("vehicle_missed")) == 1
    reading = gate.read(after_s=3 * 3600)
    assert reading.verdict == "window"
    accept_plate(actor=gate.officer, reading_id=reading.pk, now=NOW + 3 * HOUR)
    order.refresh_from_db()
    assert order.state == "arrived"


def seen(
    gate: Gate, *, kind: str = "person_down", after_s: float = 60.0, settled: bool = True, camera: Camera | None = None
) -> Sighting:
    at = NOW + timedelta(seconds=after_s)
    moments = dict.fromkeys(("began_at", "raised_at", "last_at"), at)
    verdict = {"verdict": "confirmed", "decided_at": at, "decided_by": gate.keeper, "settled_at": at} if settled else {}
    where = camera or gate.camera
    facts = {"region_code": where.region_code, "kind": kind, "asks": "case", "count": 3, "best_score": 0.9}
    return Sighting.objects.create(camera=where, **facts, **moments, **verdict)


@pytest.mark.parametrize(
    ("kind", "after_s", "settled", "elsewhere", "stops"),
    [
        ("person_down", 60, True, False, True),
        ("fire", 60, True, False, True),
        ("smoking", 60, True, False, False),
        ("person_down", -60, True, False, False),
        ("person_down", 60, False, False, False),
        ("person_down", 60, True, True, False),
    ],
)
def test_a_confirmed_danger_stops_the_unloading(
    gate: Gate, kind: str, after_s: float, settled: bool, elsewhere: bool, stops: bool
) -> None:
    order = gate.order(camera=True)
    gate.read()
    other = Camera.objects.create(
        code="37021300421310000018",
        name="Gate",
        region_code=LICANG,
        object=gate.firm,
        registered_at=NOW,
        registered_by=gate.keeper,
    )
    sighting = seen(gate, kind=kind, after_s=after_s, settled=settled, camera=other if elsewhere else None)
    assert orders.stop_at_sightings(now=NOW + timedelta(minutes=2)) == int(stops)
    order.refresh_from_db()
    assert order.state == ("stopped" if stops else "arrived")
    if not stops:
        return
    assert order.stopping == sighting and order.reason.endswith("· Unloading point 2")
    urgent = told("loading_stopped")
    assert {one.figures["order"] for one in urgent} == {"XC-1"} and all(one.urgent for one in urgent)
    assert {one.organisation_id for one in urgent} == {gate.firm.organisation_id, gate.firm.competent_id}
    orders.act_on_order(
        actor=gate.officer, order_id=order.pk, act=LoadingAct.RESUME, reason="helped", now=NOW + timedelta(minutes=9)
    )
    assert orders.stop_at_sightings(now=NOW + timedelta(minutes=10)) == 0, "the same sighting stops it once"
    late = seen(gate, kind=kind, after_s=120)
    Sighting.objects.filter(pk=late.pk).update(settled_at=NOW + timedelta(minutes=10))
    assert orders.stop_at_sightings(now=NOW + timedelta(minutes=10)) == 0, "what was seen before it was put right"
    page = signed_in(make_person("inspector")).get(f"/vision/sightings/{sighting.pk}/").content.decode()
    assert "XC-1" in page, "and back"
    again = seen(gate, kind=kind, after_s=660)
    assert orders.stop_at_sightings(now=NOW + timedelta(minutes=12)) == 1
    order.refresh_from_db()
    assert order.stopping == again, "what is seen after it went on stops it again"


def test_acts_ask_for_a_reason_and_the_right_state(gate: Gate) -> None:
    order = gate.order()
    act = {"actor": gate.officer, "order_id": order.pk, "now": NOW}
    with pytest.raises(Conflict, match="does not stand so"):
        orders.act_on_order(**act, act=LoadingAct.STOP, reason="x")
    gate.read()
    with pytest.raises(InvalidInput, match="Say why"):
        orders.act_on_order(**act, act=LoadingAct.STOP, reason=" ")
    orders.act_on_order(**act, act=LoadingAct.STOP, reason="hose leaks")
    assert orders.act_on_order(**act, act=LoadingAct.FINISH).state == LoadingState.DONE
    with pytest.raises(Conflict, match="changed no more"):
        orders.change_order(actor=gate.officer, order_id=order.pk, camera_id=None, facts=gate.facts(), now=NOW)
    assert gate.read(after_s=1800).verdict == "match", "on its way out"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"reference": " "}, "order's number"),
        ({"goods": ""}, "which goods"),
        ({"plate": "x"}, "no number plate"),
        ({"until_at": NOW - 2 * HOUR}, "window ends after"),
        ({"until_at": NOW + timedelta(days=9)}, "window ends after"),
        ({"amount_t": 0.0}, "amount"),
        ({"carrier": "x" * 121}, "at most 120"),
    ],
)
def test_what_is_wrong_with_an_order_is_said(gate: Gate, facts: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        gate.order(**facts)
    assert why in refused.value.in_english


def test_who_may_enter_read_and_accept(gate: Gate) -> None:
    gate.order()
    with pytest.raises(Conflict, match="XC-1"):
        gate.order()
    other, stranger, _keeper = make_plant("Other", "plant-b")
    facts = {"facts": gate.facts("XC-2"), "now": NOW}
    with pytest.raises(SupervisedObject.DoesNotExist):
        orders.enter_order(actor=stranger, object_id=gate.firm.pk, camera_id=None, **facts)
    with pytest.raises(InvalidInput, match="no such camera"):
        orders.enter_order(actor=stranger, object_id=other.pk, camera_id=gate.camera.pk, **facts)
    viewer = make_person("viewer")
    with pytest.raises(NotAllowed):
        orders.enter_order(actor=viewer, object_id=gate.firm.pk, camera_id=None, **facts)
    reading = gate.read("鲁B07362")
    with pytest.raises(PlateReading.DoesNotExist):
        accept_plate(actor=stranger, reading_id=reading.pk, now=NOW)
    with pytest.raises(NotAllowed):
        accept_plate(actor=viewer, reading_id=reading.pk, now=NOW)
    with pytest.raises(NotAllowed, match="send nothing"):
        take_plates(actor=gate.officer, camera=gate.camera, readings=[], now=NOW)
    Camera.objects.update(object=None)
    gate.camera.refresh_from_db()
    with pytest.raises(InvalidInput, match="no supervised object"):
        gate.read()


HEAD = "预约单号,车牌号,装卸,货物,数量,预约开始,预约结束,摄像机\n"


def test_a_table_of_orders_is_judged_written_changed_and_undone(gate: Gate) -> None:
    rows = f"T-1,鲁b·d7362,卸车,甲醇,28吨,2026-11-25 08:00,2026-11-25 12:00,{gate.camera.code}\n"
    wrong = "T-2,鲁B,倒车,,x,gestern,2026-11-25 12:00,1\nT-1,鲁B12345,装,苯,,2026-11-25 08:00,2026-11-25 09:00,\n"
    made = given(gate.officer, KIND, HEAD + rows + wrong, region=LICANG, now=NOW)
    first, second, third = judged_now(made, NOW)
    assert first.verdict == "new"
    assert {one.column for one in second.problems} == {"plate", "way", "goods", "amount_t", "from_at"}
    assert "same number" in third.problems[0].text
    taken(made, NOW, leave_wrong=True)
    order = LoadingOrder.objects.get()
    assert (order.plate, order.way, order.amount_t, order.camera, order.object) == (
        PLATE,
        "unloading",
        28.0,
        gate.camera,
        gate.firm,
    )
    assert timezone.localtime(order.from_at).hour == 8
    again = given(gate.officer, KIND, HEAD + rows, region=LICANG, now=NOW)
    assert [one.verdict for one in judged_now(again, NOW)] == ["same"]
    changed = given(gate.officer, KIND, HEAD + rows.replace("甲醇", "乙醇"), region=LICANG, now=NOW)
    (row,) = judged_now(changed, NOW)
    assert [(one.column, one.before, one.after) for one in row.changes] == [("goods", "甲醇", "乙醇")]
    taken(changed, NOW)
    undo_file(actor=gate.officer, import_id=changed.pk, now=NOW)
    order.refresh_from_db()
    assert order.goods == "甲醇"
    undo_file(actor=gate.officer, import_id=made.pk, now=NOW)
    assert not LoadingOrder.objects.exists()


def test_the_pages_from_entering_to_done(gate: Gate) -> None:
    browser = signed_in(gate.officer)
    assert "Enter a loading order" in " ".join(words_of(browser.get("/vision/vehicles/?permit=DH-7").content))
    form = {
        **{"object": str(gate.firm.pk), "reference": "P-1", "plate": "鲁B·D7362", "trailer": "", "way": "unloading"},
        **{"goods": "methanol", "amount_t": "28", "carrier": "", "point": "2", "camera": str(gate.camera.pk), "permit": "DH-7"},
        **{"from_at": "2026-11-25T09:00", "until_at": "2026-11-25T12:00"},
    }
    page = browser.post("/vision/vehicles/enter/", form, follow=True)
    order = LoadingOrder.objects.get()
    assert "P-1" in page.content.decode() and order.permit == "DH-7"
    assert "no number plate" in browser.post("/vision/vehicles/enter/", form | {"plate": "x"}, follow=True).content.decode()
    del form["object"]
    browser.post(f"/vision/vehicles/{order.pk}/change/", form | {"goods": "ethanol"})
    gate.read()
    page = browser.get(f"/vision/vehicles/{order.pk}/")
    assert "is there" in page.content.decode() and "ethanol" in page.content.decode()
    browser.post(f"/vision/vehicles/{order.pk}/stop/", {"reason": "hose"})
    browser.post(f"/vision/vehicles/{order.pk}/resume/", {"reason": "mended"})
    browser.post(f"/vision/vehicles/{order.pk}/finish/")
    order.refresh_from_db()
    assert order.state == "done"
    assert PLATE in browser.get("/vision/vehicles/readings/").content.decode()
    assert PLATE in browser.get("/vision/vehicles/?export=csv").content.decode()


def test_the_same_for_programs(gate: Gate) -> None:
    client = signed_in(gate.keeper)

    def post(path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = client.post(f"/api/v1/vision/{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    window = {"from_at": (NOW - HOUR).isoformat(), "until_at": (NOW + HOUR).isoformat()}
    body = {"object_id": str(gate.firm.pk), "reference": "A-1", "plate": PLATE, "way": "loading", "goods": "benzene", **window}
    status, order = post("loading-orders", body)
    assert (status, order["state"]) == (201, "expected")
    read = {"plate": "鲁B07362", "confidence": 0.9, "at": NOW.isoformat(), "model": "gate"}
    status, plates = post(f"cameras/{gate.camera.pk}/plates", {"plates": [read]})
    assert (status, plates[0]["verdict"], plates[0]["order"]) == (200, "doubtful", "A-1")  # type: ignore[index]
    assert post(f"cameras/{gate.camera.pk}/plates", {"plates": [read | {"plate": "?"}]})[0] == 400
    status, reading = post(f"plate-readings/{plates[0]['id']}/accept", {})  # type: ignore[index]
    assert (status, reading["accepted_by"]) == (200, str(gate.keeper))
    assert post(f"loading-orders/{order['id']}/acts", {"act": "finish"})[1]["state"] == "done"
    rows = {
        "rows": [
            {
                "firm": gate.firm.code,
                "reference": "A-2",
                "plate": "鲁B1",
                "way": "装",
                "goods": "x",
                "from_at": "",
                "until_at": "",
            }
        ]
    }
    status, answer = post("loading-orders/rows", rows)
    assert (status, answer["new"], len(answer["wrong"])) == (200, 0, 1)  # type: ignore[arg-type]
    assert client.get("/api/v1/vision/loading-orders?state=done").json()["total"] == 1
    assert client.get("/api/v1/vision/plate-readings?verdict=doubtful").json()["total"] == 1


def test_plates_are_forgotten_and_orders_stay(gate: Gate) -> None:
    gate.order()
    gate.read()
    assert forget_plates(now=NOW + timedelta(days=89)) == 0
    assert forget_plates(now=NOW + timedelta(days=91)) == 1
    assert LoadingOrder.objects.count() == 1
