"""A request from the first list to what comes back, as its people act; and what is refused on the way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.translation import override

from tests.clocks import stand_at
from tests.people import LICANG, make_person, signed_in
from tests.supplies.requests import approved, desk, request_for, served
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.base.keys import Purpose, key_for
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import Notice
from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.requests.models import Delivery, DeliveryEntry
from tocsin.supplies.requests.queries.requests import cases_of_open_requests, open_amounts
from tocsin.supplies.requests.rules.codes import driver_token, receipt_code
from tocsin.supplies.requests.rules.entries import DeliveryData
from tocsin.supplies.requests.rules.states import DeliveryAct, DeliveryState, StepVerdict, step
from tocsin.supplies.requests.services import plans, requests
from tocsin.supplies.requests.services.clocks import run_request_clocks
from tocsin.supplies.requests.services.deliveries import apply_delivery_act, apply_drivers_act
from tocsin.supplies.stock.models import Holding, Reservation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def enter(by: User, delivery: Delivery, act: DeliveryAct, **data: object) -> DeliveryEntry:
    given = DeliveryData(**data)  # type: ignore[arg-type]
    return apply_delivery_act(actor=by, act=NewAct(new_id(), delivery.pk, act.value, NOW, given))


def code_of(delivery: Delivery) -> str:
    return receipt_code(delivery.pk, key_for(Purpose.CODES))


def test_standards_reckon_a_first_list_and_what_departs_needs_a_reason() -> None:
    lead, by = head(), desk()
    quilt, heater = item(lead, "棉被"), item(lead, "电暖器", unit_zh="台")
    made = request_for(by)
    assert dict(made.lines.values_list("item__name_zh", "amount")) == {"棉被": 400_000, "电暖器": 12_000}
    with override("en"), pytest.raises(InvalidInput, match="Say why"):
        requests.set_line(actor=by, request_id=made.pk, item=quilt, quantity=Decimal(450), reason="", now=NOW)
    requests.set_line(actor=by, request_id=made.pk, item=quilt, quantity=Decimal(450), reason="babies", now=NOW)
    requests.set_line(actor=by, request_id=made.pk, item=heater, quantity=Decimal(0), reason="none", now=NOW)
    assert list(made.lines.values_list("amount", "reason")) == [(450_000, "babies")]


def test_whoever_asks_does_not_approve() -> None:
    lead, by = head(), desk()
    lead.organisation = by.organisation
    item(lead, "棉被")
    made = request_for(lead)
    requests.ask(actor=lead, request_id=made.pk, now=NOW)
    with override("en"), pytest.raises(Conflict, match="second person"):
        requests.decide(actor=lead, request_id=made.pk, approved=True, now=NOW)
    with pytest.raises(NotAllowed):
        requests.decide(actor=by, request_id=made.pk, approved=True, now=NOW)


def test_an_accepted_plan_reserves_all_or_nothing() -> None:
    _by, lead, made, deliveries = served()
    assert sum(one.amount for each in deliveries for one in each.lines.all()) == 400_000
    assert sum(Holding.objects.values_list("reserved", flat=True)) == 400_000
    assert Reservation.objects.get().state == "held"
    assert open_amounts(made) == {}
    with pytest.raises(Conflict):
        plans.accept_plan(actor=lead, plan_id=Plan.objects.filter(request_id=made.pk).earliest("asked_at", "id").pk, now=NOW)


def test_somebody_else_was_faster_and_the_plans_are_made_anew() -> None:
    lead, by = head(), desk()
    held = received(lead, store(), item(lead, "棉被"), 400)
    made = request_for(by)
    best = approved(by, lead, made)[1]
    Holding.objects.filter(pk=held.pk).update(free=100_000)
    with pytest.raises(Conflict):
        plans.accept_plan(actor=by, plan_id=best.pk, now=NOW)
    assert not Delivery.objects.exists()
    assert Plan.objects.filter(request_id=made.pk, state="asked").count() == 3


def test_what_is_missing_is_named_with_who_could_help() -> None:
    city, lead, by = head(), head(LICANG), desk()
    quilt = item(city, "棉被")
    received(lead, store(), quilt, 100)
    received(city, store("黄岛区库", "370211"), quilt, 900, "L9")
    made = request_for(by)
    plan = approved(by, lead, made)[0]
    assert [(one["amount"], one["because"]) for one in plan.missing] == [(300_000, "stock")]
    assert [(one["region"], one["goods"][0]["amount"]) for one in plan.helpers] == [("370211", 900_000)]
    assert Notice.objects.filter(figures__what="not_enough").exists()


def test_a_closed_way_leaves_its_store_out() -> None:
    lead, by = head(), desk()
    quilt, near = item(lead, "棉被"), store()
    received(lead, near, quilt, 400)
    made = request_for(by)
    approved(by, lead, made)
    plans.remark_way(actor=by, request_id=made.pk, store_id=near.pk, minutes=None, reason="bridge down", now=NOW)
    while plans.work_out_plans(now=NOW):
        pass
    plan = Plan.objects.filter(request_id=made.pk, state="ready").earliest("asked_at", "id")
    assert (plan.missing[0]["because"], plan.closed) == ("way", [{"store": near.name, "why": "closed"}])


def test_a_delivery_goes_its_way_and_what_was_lent_comes_back() -> None:
    by, lead, _made, deliveries = served(400)
    (one,) = deliveries
    lot = one.lines.get()
    enter(lead, one, DeliveryAct.PICK)
    enter(lead, one, DeliveryAct.LOAD, driver="王师傅", vehicle="鲁B12345")
    holding = Holding.objects.get(pk=lot.holding_id)
    assert (holding.free, holding.reserved) == (0, 0)
    assert Reservation.objects.get().state == "used"
    enter(lead, one, DeliveryAct.LEAVE)
    with pytest.raises(InvalidInput):
        enter(lead, one, DeliveryAct.HAND_OVER, code="0000000x")
    enter(lead, one, DeliveryAct.HAND_OVER, code=code_of(one))
    one.refresh_from_db()
    assert (one.state, one.return_by) == ("handed_over", NOW + timedelta(days=14))
    run_request_clocks(now=NOW + timedelta(days=15))
    assert Notice.objects.filter(figures__what="return").exists()
    enter(by, one, DeliveryAct.USE, counts={str(lot.pk): 50_000})
    enter(lead, one, DeliveryAct.BRING_BACK)
    one.refresh_from_db()
    holding.refresh_from_db()
    assert (one.state, holding.returned) == ("closed", 350_000)
    assert not [entry for entry in one.entries.all() if entry.data.get("code")]


def test_a_short_store_frees_the_rest_and_it_is_planned_anew() -> None:
    _by, lead, made, deliveries = served(400)
    (one,) = deliveries
    lot = one.lines.get()
    with override("en"), pytest.raises(InvalidInput, match="Say why less"):
        enter(lead, one, DeliveryAct.PICK, counts={str(lot.pk): 150_000})
    enter(lead, one, DeliveryAct.PICK, counts={str(lot.pk): 150_000}, text="damp")
    assert open_amounts(made) == {lot.line_id: 250_000}
    assert Plan.objects.filter(request_id=made.pk, state="asked").exists()
    assert Holding.objects.get(pk=lot.holding_id).free == 250_000


def test_the_paper_alone_lets_a_driver_leave_and_hand_over() -> None:
    _by, lead, _made, (one,) = served(400)
    token = driver_token(one.pk, key_for(Purpose.CODES))
    browser = signed_in(make_person("viewer"))
    browser.logout()
    assert browser.get(f"/supplies/way/{token}/").headers["Location"] == f"/supplies/way/#{token}"
    assert browser.get(f"/supplies/way/{token[:-2]}xx/").status_code == 404
    enter(lead, one, DeliveryAct.PICK)
    enter(lead, one, DeliveryAct.LOAD)
    entry = {"token": token, "at": NOW.isoformat()}
    steps = [
        {**entry, "id": str(new_id()), "act": "leave", "data": {"driver": "王师傅"}},
        {**entry, "id": str(new_id()), "act": "hand_over", "data": {"code": code_of(one)}},
        {**entry, "id": str(new_id()), "act": "bring_back"},
    ]
    sent = browser.post("/supplies/way/entries", {"entries": steps}, content_type="application/json").json()
    assert [one["taken"] for one in sent] == [True, True, False]
    one.refresh_from_db()
    assert (one.state, one.driver) == ("handed_over", "王师傅")
    with pytest.raises(NotAllowed):
        act = NewAct(new_id(), one.pk, DeliveryAct.BRING_BACK.value, NOW, DeliveryData())
        apply_drivers_act(token=token, act=act, name="", now=NOW)


def test_the_same_step_from_a_phone_twice_is_one() -> None:
    _by, lead, _made, (one,) = served(400)
    act = NewAct(new_id(), one.pk, DeliveryAct.PICK.value, NOW, DeliveryData(), "phone-1", 1, 0)
    assert apply_delivery_act(actor=lead, act=act).pk == apply_delivery_act(actor=lead, act=act).pk
    assert one.entries.count() == 1


def test_late_steps_ring_once() -> None:
    _by, _lead, _made, _deliveries = served(400)
    late = NOW + timedelta(hours=1)
    assert run_request_clocks(now=late) == 1
    assert run_request_clocks(now=late) == 0
    assert Notice.objects.filter(figures__what="late").exists()


def test_a_case_with_lent_goods_is_still_needed() -> None:
    _by, _lead, made, _deliveries = served(400)
    made.subject_kind, made.subject_label = "case", "370213-20261128-0001"
    made.save()
    assert cases_of_open_requests() == {"370213-20261128-0001"}


@pytest.mark.parametrize("state", list(DeliveryState))
@pytest.mark.parametrize("act", list(DeliveryAct))
def test_no_step_is_done_twice_or_before_its_turn(state: DeliveryState, act: DeliveryAct) -> None:
    verdict, after = step(state, act)
    assert (after is state) or verdict is StepVerdict.GOES_ON
    if state in (DeliveryState.CLOSED, DeliveryState.REFUSED, DeliveryState.CANCELLED):
        assert verdict in (StepVerdict.STAYS, StepVerdict.NOT_NOW)


def test_pages_show_the_request_its_plans_and_the_code() -> None:
    by, lead, made, (one,) = served(400)
    enter(lead, one, DeliveryAct.PICK)
    asker, keeper = signed_in(by), signed_in(lead)
    assert code_of(one) in asker.get(f"/supplies/deliveries/{one.pk}/").content.decode()
    assert "/supplies/way/" in keeper.get(f"/supplies/deliveries/{one.pk}/").content.decode()
    for page in (f"/supplies/requests/{made.pk}/", "/supplies/requests/", "/supplies/deliveries/"):
        assert made.number in asker.get(page).content.decode()
    told = asker.get(f"/api/v1/supplies/requests/{made.pk}").json()
    assert told["lines"][0]["open"] == 0


def test_each_step_has_its_paper_and_the_consignment_note_is_the_stores() -> None:
    by, lead, _made, (one,) = served(400)
    asker, keeper = signed_in(by), signed_in(lead)

    def pdf(browser: Client, name: str) -> int:
        return browser.get(f"/records/papers/{name}/{one.pk}.pdf").status_code

    assert pdf(asker, "supply_pick_list") == 200
    assert pdf(keeper, "supply_consignment") == 409
    enter(lead, one, DeliveryAct.PICK)
    assert pdf(keeper, "supply_consignment") == 200
    enter(lead, one, DeliveryAct.LOAD)
    enter(lead, one, DeliveryAct.LEAVE)
    assert pdf(asker, "supply_handover") == 409
    enter(lead, one, DeliveryAct.HAND_OVER, code=code_of(one))
    assert [pdf(asker, f"supply_{name}") for name in ("handover", "return", "order")] == [200, 200, 200]
    keeper_elsewhere = signed_in(make_person("store_keeper", "370211"))
    assert pdf(keeper_elsewhere, "supply_handover") == 403
