"""Steps of a delivery from phones without a network: twice is once, in any order, with a wrong clock, by a paper alone."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from tests.clocks import stand_at
from tests.people import make_named_person, signed_in
from tests.pictures import picture
from tests.supplies.requests import approved, desk, request_for, served
from tests.supplies.stores import NOW, head, item, received, store
from tests.usual_bodies import usual_bodies
from tocsin.base.ids import new_id
from tocsin.base.keys import Purpose, key_for
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.screens.waiting import rows_of
from tocsin.supplies.requests.models import Delivery, DeliveryEntry
from tocsin.supplies.requests.rules.codes import driver_token, receipt_code
from tocsin.supplies.requests.rules.entries import DeliveryData
from tocsin.supplies.requests.rules.states import DeliveryAct, DeliveryState, comes_ahead, step
from tocsin.supplies.requests.services import plans
from tocsin.supplies.requests.services.deliveries import apply_delivery_act, apply_drivers_act
from tocsin.supplies.requests.services.requests import close_request
from tocsin.supplies.requests.shown.phone import conflict_of
from tocsin.supplies.requests.shown.waiting import WAITING
from tocsin.supplies.stock.models import Holding

pytestmark = pytest.mark.django_db
WAY = (DeliveryAct.PICK, DeliveryAct.LOAD, DeliveryAct.LEAVE, DeliveryAct.HAND_OVER)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def token_of(delivery: Delivery) -> str:
    return driver_token(delivery.pk, key_for(Purpose.CODES))


def code_of(delivery: Delivery) -> str:
    return receipt_code(delivery.pk, key_for(Purpose.CODES))


def act_of(delivery: Delivery, act: DeliveryAct, minute: int = 0, **data: object) -> NewAct[DeliveryData]:
    if act is DeliveryAct.HAND_OVER:
        data = {"code": code_of(delivery), **data}
    given = DeliveryData(**data)  # type: ignore[arg-type]
    return NewAct(new_id(), delivery.pk, act.value, NOW + timedelta(minutes=minute), given, "phone")


def enter(keeper: User, delivery: Delivery, act: NewAct[DeliveryData]) -> DeliveryEntry:
    """By whom it is done: the store picks and loads, the driver leaves and hands over."""
    if act.act in (DeliveryAct.PICK, DeliveryAct.LOAD):
        return apply_delivery_act(actor=keeper, act=act)
    return apply_drivers_act(token=token_of(delivery), act=act, name="", now=NOW)


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_steps_in_any_order_and_twice_count_once(order: tuple[int, ...]) -> None:
    _by, lead, _made, (one,) = served(400)
    acts = [act_of(one, act) for act in WAY]
    for place in order:
        first = enter(lead, one, acts[place])
        assert enter(lead, one, acts[place]).pk == first.pk
    one.refresh_from_db()
    assert (one.state, one.entries.count()) == (DeliveryState.HANDED_OVER, 4)
    assert set(one.entries.values_list("verdict", flat=True)) == {"goes_on"}
    holding = Holding.objects.get(pk=one.lines.get().holding_id)
    assert (holding.free, holding.reserved) == (0, 0)


def test_a_step_ahead_asks_the_store_and_one_that_does_not_fit_says_so() -> None:
    _by, lead, _made, (one,) = served(400)
    line = one.lines.get()
    late = enter(lead, one, act_of(one, DeliveryAct.HAND_OVER, counts={str(line.pk): 300_000}, text="wet"))
    with override("en"):
        assert conflict_of(late) == "waits for the steps before it, which are not entered"
    assert Notice.objects.filter(figures__what="ahead").exists()
    enter(lead, one, act_of(one, DeliveryAct.PICK, counts={str(line.pk): 200_000}, text="damp"))
    enter(lead, one, act_of(one, DeliveryAct.LOAD))
    enter(lead, one, act_of(one, DeliveryAct.LEAVE))
    one.refresh_from_db()
    late.refresh_from_db()
    assert (one.state, late.verdict) == (DeliveryState.ON_WAY, "not_now")  # no more is handed over than was loaded
    assert Notice.objects.filter(figures__what="unfit").exists()


@pytest.mark.parametrize("days", [-366, 366])
def test_a_clock_that_is_wrong_by_a_year_is_noticed(days: int) -> None:
    _by, lead, _made, (one,) = served(400)
    kept = enter(lead, one, act_of(one, DeliveryAct.PICK, minute=days * 1440))
    assert (kept.at, kept.clock_said) == (NOW, NOW + timedelta(days=days))
    with override("en"):
        assert "the clock of the device is wrong: it said 202" in conflict_of(kept)
    assert "202" in signed_in(lead).get(f"/supplies/deliveries/{one.pk}/").content.decode()
    right = enter(lead, one, act_of(one, DeliveryAct.LOAD, minute=2))
    assert (right.clock_said, conflict_of(right)) == (None, "")


def test_only_steps_on_the_way_come_ahead() -> None:
    for state, act in product(DeliveryState, DeliveryAct):
        if comes_ahead(state, act):
            assert act in WAY
            assert step(state, act)[0] == "not_now"


def test_goods_are_told_in_each_readers_language() -> None:
    by, lead = desk(), head()
    received(lead, store(), item(lead, "棉被", name_en="Cotton quilt", unit_en="quilt"), 400)
    best = next(one for one in approved(by, lead, request_for(by)) if one.kind == "soonest")
    plans.accept_plan(actor=by, plan_id=best.pk, now=NOW)
    told = Notice.objects.get(figures__what="pick")
    for language, words, others in (("en", "Cotton quilt 400 quilt", "棉被"), ("zh-hans", "棉被 400 床", "Cotton")):
        with override(language):
            assert words in text_of(told) and others not in text_of(told)


def test_a_request_waits_for_a_plan_and_for_its_end() -> None:
    lead, by = head(), desk()
    received(lead, store(), item(lead, "棉被"), 400)
    made = request_for(by)

    def waits() -> list[tuple[str, datetime | None]]:
        kinds = (kind for kind in WAITING if kind.code.startswith("supply_request_"))
        return [(kind.code, row.due) for kind in kinds for row in rows_of(kind, by, NOW)]

    assert waits() == []
    best = next(one for one in approved(by, lead, made) if one.kind == "soonest")
    assert waits() == [("supply_request_to_plan", None)]
    (one,) = plans.accept_plan(actor=by, plan_id=best.pk, now=NOW)
    assert waits() == []
    for act in (DeliveryAct.PICK, DeliveryAct.LOAD, DeliveryAct.LEAVE):
        enter(lead, one, act_of(one, act))
    enter(by, one, act_of(one, DeliveryAct.HAND_OVER))
    one.refresh_from_db()
    assert one.return_by is not None and waits() == [("supply_request_to_end", one.return_by)]
    keeper = make_named_person("li", "store_keeper", one.store.body)
    back = next(kind for kind in WAITING if kind.code == "delivery_to_take_back")
    assert [row.due for row in rows_of(back, keeper, NOW)] == [one.return_by], "its store counts in what comes back"
    close_request(actor=by, request_id=made.pk, reason="all are home", now=NOW)
    assert waits() == [] and len(rows_of(back, keeper, NOW)) == 1, "what was lent stays lent"
    apply_delivery_act(actor=keeper, act=act_of(one, DeliveryAct.BRING_BACK))
    assert rows_of(back, keeper, NOW) == []


def test_the_keepers_page_lists_its_stores_deliveries_and_takes_their_steps() -> None:
    _by, _lead, _made, (one,) = served(400)
    li = make_named_person("li", "store_keeper", one.store.body)
    keeper = signed_in(li)
    with override("en"):
        told = keeper.get("/api/v1/supplies/keeper").json()["deliveries"]
    assert [(each["number"], [step["act"] for step in each["steps"]]) for each in told] == [
        (one.number, ["pick", "load", "leave", "hand_over"])
    ]
    waits = next(kind for kind in WAITING if kind.code == "delivery_to_handle")
    with override("en"):
        (row,) = rows_of(waits, li, NOW)
    assert (row.about.split(", ")[0], row.due) == (one.number, one.due_at)
    assert [kind.code for kind in WAITING for _row in rows_of(kind, li, one.due_at + timedelta(minutes=1))] == ["late_delivery"]
    elsewhere = signed_in(make_named_person("wu", "store_keeper", usual_bodies("370211")["emergency_bureau"]))
    assert elsewhere.get("/api/v1/supplies/keeper").json()["deliveries"] == []
    entry = {"id": str(new_id()), "work": "delivery", "work_id": str(one.pk), "act": "pick", "at": NOW.isoformat()}
    body = {"entries": [entry, {**entry, "id": str(new_id()), "act": "load", "data": {"driver": "王师傅"}}]}
    sent = keeper.post("/api/v1/supplies/keeper/entries", body, content_type="application/json").json()
    assert [each["taken"] for each in sent] == [True, True]
    address = "/api/v1/supplies/keeper/photos"
    form = {"id": str(new_id()), "at": NOW.isoformat(), "file": SimpleUploadedFile("p.jpg", picture(), "image/jpeg")}
    assert keeper.post(f"{address}?delivery_id={one.pk}", form).json()["taken"]
    assert keeper.post(address, {**form, "file": SimpleUploadedFile("p.jpg", picture(), "image/jpeg")}).status_code == 400
    one.refresh_from_db()
    assert (one.state, one.driver, one.entries.filter(act="photo").count()) == ("loaded", "王师傅", 1)


def test_a_paper_reads_its_delivery_alone_and_a_wrong_code_is_counted() -> None:
    _by, lead, _made, (one,) = served(400)
    phone, token = Client(), token_of(one)
    assert phone.get("/supplies/way/").status_code == 200
    told = phone.get("/supplies/way/deliveries.json", headers={"X-Delivery-Tokens": f"{token} {token[:-1]}!"}).json()
    assert ([each["number"] for each in told["deliveries"]], told["unknown"]) == ([one.number], [f"{token[:-1]}!"])
    assert code_of(one) not in str(told)
    enter(lead, one, act_of(one, DeliveryAct.PICK))
    enter(lead, one, act_of(one, DeliveryAct.LOAD))

    def hand_over(code: str) -> str:
        entry = {"id": str(new_id()), "token": token, "act": "hand_over", "at": NOW.isoformat(), "data": {"code": code}}
        answer = phone.post("/supplies/way/entries", {"entries": [entry]}, content_type="application/json")
        (said,) = answer.json()
        return "taken" if said["taken"] else str(said["reason"])

    phone.cookies["django_language"] = "en"
    assert "not the receiver's code" in hand_over("1")
    for _ in range(9):
        hand_over("1")
    assert hand_over(code_of(one)) == "Too many tries: wait a minute."
    form = {"id": str(new_id()), "at": NOW.isoformat(), "file": SimpleUploadedFile("p.jpg", picture(), "image/jpeg")}
    assert phone.post("/supplies/way/photos", form, headers={"X-Delivery-Tokens": token}).json()["taken"]
    assert phone.post("/supplies/way/photos", {"id": "1"}, headers={"X-Delivery-Tokens": token}).status_code == 400


def test_the_paper_opens_nothing_a_day_after_the_hand_over(monkeypatch: pytest.MonkeyPatch) -> None:
    _by, lead, _made, (one,) = served(400)
    for act in WAY:
        enter(lead, one, act_of(one, act))
    stand_at(monkeypatch, NOW + timedelta(days=1, minutes=1))
    told = Client().get("/supplies/way/deliveries.json", headers={"X-Delivery-Tokens": token_of(one)}).json()
    assert (told["deliveries"], told["unknown"]) == ([], [token_of(one)])
