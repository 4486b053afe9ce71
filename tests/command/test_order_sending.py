"""Who is sent: by policy, by one press, by hand; who leads, and what 'not ours' and passing on change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.command.orders import LEAK, RED, bodies, case, clock, do, is_likely_of, now, send
from tests.command.street import START, Timeline, case_of
from tests.people import LICANG, make_person
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.cases import time_line_of
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.services.log import open_book
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.orders.models import Order
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.orders import dispatch_order, dispatch_proposed, lead_by, make_lead
from tocsin.command.orders.services.sending import dispatch_by_policy, proposed_orders
from tocsin.command.orders.services.undo import undo_sending
from tocsin.command.orders.shown import describe_order
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.shown import text_of

__all__ = ["bodies", "case", "now"]
pytestmark = pytest.mark.django_db


def test_not_ours_costs_no_minute_and_the_government_keeps_the_case(case: Case, bodies: dict[str, Organisation]) -> None:
    dues = {one.step: one.due_at for one in Clock.objects.filter(case=case)}
    gas, heating = send(case, bodies["gas_company"]), send(case, bodies["heating_company"], OrderRole.ASSISTING)
    do(gas, OrderAct.ACCEPT)
    do(gas, OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS, text="no ethane"), minutes=28)
    case.refresh_from_db()
    assert (case.keeper.code, case.state) == ("government_duty_room", "waiting")
    assert {one.step: one.due_at for one in Clock.objects.filter(case=case, subject="")} == dues
    lines = [describe_change(one).sentence for one in time_line_of(case)]
    assert any("not ours" in line and line.endswith("no ethane") for line in lines)
    assert describe_order(Order.objects.select_related("unit").get(pk=gas.pk)).reason == "not ours: no ethane"
    book = open_book(LICANG, actor=system_actor(), channel="gathering", now=START + timedelta(minutes=29))
    lead_by(book, case, unit=bodies["heating_company"])
    do(heating, OrderAct.ACCEPT, minutes=30)
    case.refresh_from_db()
    assert (case.keeper, case.state) == (None, "accepted")
    assert Order.objects.get(pk=heating.pk).role == "lead"


def test_a_running_unit_is_made_lead_and_told_so_with_its_task(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    """The gas company was on site and sends its order back; the heating company, which assists and has signed, leads at once."""
    gas, heating = send(case, bodies["gas_company"]), send(case, bodies["heating_company"], OrderRole.ASSISTING)
    do(heating, OrderAct.ACCEPT, minutes=3)
    do(gas, OrderAct.ACCEPT, minutes=4)
    do(gas, OrderAct.ARRIVE, minutes=18)
    do(gas, OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS), minutes=20)
    case.refresh_from_db()
    assert case.keeper is not None
    now.at(21)
    make_lead(actor=officer, order_id=heating.pk, text="Look at the make-up water and the supply main")
    case.refresh_from_db()
    heating.refresh_from_db()
    assert (case.keeper, case.state, heating.role) == (None, "accepted", "lead")
    assert heating.text == "Look at the make-up water and the supply main"
    told = Notice.objects.get(purpose="lead", instead_of__isnull=True)
    assert (told.organisation, told.act_id) == (bodies["heating_company"], heating.pk)
    assert "you lead now. Look at the make-up water" in text_of(told)
    # what the gas company had done is waited for anew, in full time; what nobody had done goes on as it was
    assert clock(case, "arrive", heating.number).due_at == START + timedelta(minutes=81)
    assert clock(case, "control").due_at == START + timedelta(minutes=90)
    assert not Clock.objects.filter(case=case, step="control", subject=heating.number).exists()
    do(heating, OrderAct.ARRIVE, minutes=40)
    assert clock(case, "arrive", heating.number).met_at == START + timedelta(minutes=40)
    names = {one.unit.code: describe_order(one).role_name for one in Order.objects.select_related("unit")}
    assert names == {"gas_company": "led before", "heating_company": "lead"}
    with pytest.raises(Conflict):
        make_lead(actor=officer, order_id=heating.pk)
    with pytest.raises(Conflict):
        make_lead(actor=officer, order_id=gas.pk)


def test_a_slip_is_undone_within_seconds_before_letters_leave(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    gas = send(case, bodies["gas_company"])
    now.at(3)
    sent = {"actor": officer, "case_id": case.pk, "unit_id": bodies["heating_company"].pk}
    slip = dispatch_order(**sent, role=OrderRole.LEAD)
    letters = Sending.objects.filter(notice__act_id=slip.pk, fate="queued")
    assert all(one.not_before > timezone.now() + timedelta(seconds=8) for one in letters)
    with pytest.raises(NotAllowed):
        undo_sending(actor=make_person("shift_leader"), order_id=slip.pk)
    undo_sending(actor=officer, order_id=slip.pk)
    gas.refresh_from_db()
    slip.refresh_from_db()
    assert (gas.role, slip.state, clock(case, "sign", slip.number).met_at) == ("lead", "withdrawn", None)
    assert not letters.exists()
    with pytest.raises(Conflict):
        undo_sending(actor=officer, order_id=slip.pk)
    assist = dispatch_order(**sent, role=OrderRole.ASSISTING, text="stand ready")
    now.at(4)
    make_lead(actor=officer, order_id=assist.pk, text="after all")
    undo_sending(actor=officer, order_id=assist.pk)
    gas.refresh_from_db()
    assist.refresh_from_db()
    assert (gas.role, assist.role, assist.text, assist.state) == ("lead", "assisting", "stand ready", "sent")
    make_lead(actor=officer, order_id=assist.pk)
    now.at(4.2)
    with pytest.raises(Conflict):
        undo_sending(actor=officer, order_id=assist.pk)


def test_after_two_not_ours_the_government_leads_itself(case: Case, bodies: dict[str, Organisation]) -> None:
    for code in ("gas_company", "heating_company"):
        do(send(case, bodies[code]), OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS), minutes=10)
    lead = Order.objects.get(case=case, state=OrderState.SENT)
    assert (lead.unit.code, lead.role) == ("government_duty_room", "lead")


def test_an_assisting_unit_that_is_not_concerned_changes_nothing_for_the_lead(
    case: Case, bodies: dict[str, Organisation]
) -> None:
    send(case, bodies["gas_company"])
    do(send(case, bodies["water_company"], OrderRole.ASSISTING), OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS))
    case.refresh_from_db()
    assert (case.keeper, case.state) == (None, "dispatched")


def test_passed_on_before_the_signature_the_time_to_sign_goes_on(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.PASS_ON, EntryData(unit=bodies["water_company"].pk), minutes=3)
    order.refresh_from_db()
    assert order.state == OrderState.PASSED_ON
    after = order.passed_to
    assert (after.unit.code, after.role) == ("water_company", "lead")
    assert clock(case, "sign", after.number).began_at == START + timedelta(minutes=1)
    assert clock(case, "sign", order.number).stopped_at is not None


def test_from_red_on_owners_are_sent_at_once_and_only_once(bodies: dict[str, Organisation], time: Timeline) -> None:
    alarm = time.at(0).rings(3, LEAK, level=RED)
    time.looks()
    case = case_of(alarm)
    dispatch_by_policy(open_book(LICANG, actor=system_actor(), channel="gathering", now=START), [case])
    sent = [(one.unit.code, one.role) for one in Order.objects.filter(case=case)]
    assert sent[0] == ("gas_company", "lead")
    assert all(role == "assisting" for _code, role in sent[1:])
    assert len(sent) == len(set(sent))


def test_the_owners_are_proposed_below_red_and_sent_with_one_press(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    """Who would lead first; nobody is sent unseen, nobody twice, and where somebody leads the rest assist."""
    is_likely_of(case, "heating_company")
    now.at(1)
    proposed = proposed_orders(case, at=now.now)
    expected = [("gas_company", OrderRole.LEAD), ("heating_company", OrderRole.ASSISTING)]
    assert [(one.unit.code, one.role) for one in proposed] == expected
    seen = [one.unit.pk for one in proposed]
    with pytest.raises(Conflict, match="look again"):
        dispatch_proposed(actor=officer, case_id=case.pk, unit_ids=seen[1:])
    assert not Order.objects.exists()
    sent = dispatch_proposed(actor=officer, case_id=case.pk, unit_ids=seen)
    assert [(one.unit_id, one.role) for one in sent] == [(one.unit.pk, one.role) for one in proposed]
    assert len({one.number for one in sent}) == len(sent)
    case.refresh_from_db()
    assert (case.state, proposed_orders(case, at=now.now)) == ("dispatched", [])
    with pytest.raises(Conflict, match="has an order already"):
        dispatch_proposed(actor=officer, case_id=case.pk, unit_ids=seen)
    undo_sending(actor=officer, order_id=sent[-1].pk)
    with pytest.raises(NotAllowed):
        dispatch_proposed(actor=make_person("viewer"), case_id=case.pk, unit_ids=seen)


def test_where_a_unit_leads_the_other_owners_are_proposed_to_assist(case: Case, bodies: dict[str, Organisation]) -> None:
    is_likely_of(case, "heating_company")
    send(case, bodies["gas_company"])
    assert [(one.unit.code, one.role) for one in proposed_orders(case, at=START)] == [("heating_company", OrderRole.ASSISTING)]
    case.state = CaseState.MENDED
    assert proposed_orders(case, at=START) == []


def test_the_duty_officer_changes_the_lead(case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User) -> None:
    gas = send(case, bodies["gas_company"])
    now.at(3)
    unit = bodies["heating_company"].pk
    heating = dispatch_order(actor=officer, case_id=case.pk, unit_id=unit, role=OrderRole.LEAD, text="make-up water jumped")
    gas.refresh_from_db()
    assert (gas.role, heating.role) == ("assisting", "lead")
    with pytest.raises(Conflict):
        dispatch_order(actor=officer, case_id=case.pk, unit_id=unit, role=OrderRole.LEAD)
