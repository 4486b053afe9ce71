"""What ends with a case or an order, through the services: nobody is asked any more, and whoever was told hears of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import SetClock
from tests.command.orders import crew_of, do, send, undone
from tests.command.street import ORANGE, RED, START, YELLOW, Timeline, case_of, told_bodies
from tests.people import LICANG, make_person
from tocsin.command.casebook.models import Case, Drill
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.cases import CaseState, OutcomeKind
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import open_book
from tocsin.command.escalation.services import stages as services_stages
from tocsin.command.gathering.services import decisions as services
from tocsin.command.handling.queries import closing_papers
from tocsin.command.handling.services import comments as services_comments
from tocsin.command.handling.services import handling
from tocsin.command.handling.services.handling import close_with_drill
from tocsin.command.orders.models import Order
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries.inbox import inbox_of, untold
from tocsin.notices.messages.rules.fates import REACHABILITY
from tocsin.notices.messages.shown import text_of
from tocsin.warning.alarms.models import Alarm

pytestmark = pytest.mark.django_db

GAS = [("gas_main_leak", 0.8, "G1"), ("unknown", 0.2, "")]
LATER = timedelta(days=1)


@pytest.fixture
def bodies(street: None, clock: SetClock) -> dict[str, Organisation]:
    return told_bodies()


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


def rung(time: Timeline, *, level: int, well: int = 0) -> Case:
    alarm = time.rings(well, GAS, level=level)
    time.looks()
    return case_of(alarm)


def reach(case: Case, *codes: str) -> None:
    """These bodies have heard of the case; what others get still waits."""
    notices_of(case).filter(purpose=Purpose.TOLD, organisation__code__in=codes).update(fate=Fate.SENT)


def over(case: Case) -> dict[str, str]:
    rows = notices_of(case).filter(key__startswith="over-").select_related("organisation")
    return {one.organisation.code: text_of(one).splitlines()[-1] for one in rows}


def waits(case: Case) -> set[str]:
    """The purposes of what may still go out."""
    return set(notices_of(case).filter(fate__in=(Fate.QUEUED, Fate.UNCERTAIN)).values_list("purpose", flat=True))


def close(case: Case, leader: User) -> None:
    handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="seen to", despite=True)


def test_closing_a_case_tells_whom_it_was_told_and_stops_the_rest(
    bodies: dict[str, Organisation], time: Timeline, leader: User, clock: SetClock
) -> None:
    case = rung(time, level=RED)
    reach(case, "gas_company", "fire_rescue")
    services_stages.run_clocks(now=START + timedelta(minutes=3))
    notices_of(case).filter(purpose=Purpose.ESCALATE).update(fate=Fate.SENT)
    assert waits(case) >= {Purpose.TOLD, Purpose.ORDER}
    close(case, leader)
    assert over(case) == {"gas_company": "This case is over.", "fire_rescue": "This case is over."}
    assert waits(case) == {Purpose.TOLD}
    assert set(Notice.objects.filter(fate=Fate.QUEUED).values_list("figures__over", flat=True)) == {True}
    assert not notices_of(case).filter(purpose=Purpose.ESCALATE).exclude(fate=Fate.SUPERSEDED).exists()
    assert not Sending.objects.filter(fate=Fate.QUEUED).exclude(notice__key__startswith="over-").exists()


def test_a_case_that_ends_by_itself_is_told_too(bodies: dict[str, Organisation], time: Timeline) -> None:
    case = rung(time, level=YELLOW)
    reach(case, "gas_company")
    Alarm.objects.update(state="normal", closed_at=START)
    time.at(30).looks()
    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED
    assert over(case) == {"gas_company": "This case is over."}
    assert waits(case) == {Purpose.TOLD}
    services_comments.comment_on_case(actor=make_person("duty_officer"), case_id=case.pk, text="it was the wind")
    assert Case.objects.get(pk=case.pk).state == CaseState.CLOSED  # words open nothing again


def test_a_merged_case_goes_on_under_another_number_and_back(
    bodies: dict[str, Organisation], time: Timeline, officer: User
) -> None:
    west = rung(time.at(0), level=ORANGE)
    heat = time.at(1).rings(7, [("power_cable_fault_heating", 0.9, "")], level=RED)
    time.looks()
    east = case_of(heat)
    reach(east, "water_company")
    lead = Order.objects.get(case=east, role=OrderRole.LEAD)
    notices_of(east).filter(organisation=bodies["traffic_police"]).delete()
    services.merge_cases(actor=officer, case_id=east.pk, into_id=west.pk)
    assert over(east) == {"water_company": f"This matter goes on under the number {west.number}."}
    asked = Notice.objects.get(act_id=lead.pk, purpose=Purpose.ORDER)
    assert (asked.fate, Order.objects.get(pk=lead.pk).case) == (Fate.QUEUED, west)  # the order goes on, and is still to be signed
    pending = notices_of(east).filter(purpose=Purpose.TOLD, fate=Fate.QUEUED).exclude(key__startswith="over-")
    told = set(notices_of(west).filter(purpose=Purpose.TOLD).values_list("organisation_id", flat=True))
    assert not set(pending.values_list("organisation_id", flat=True)) & told
    assert Case.objects.get(pk=west.pk).level == RED
    assert notices_of(west).filter(level=RED, purpose=Purpose.TOLD).exists()  # those of the one hear that it has risen
    services.undo_change(actor=officer, change_id=west.changes.get(act="merged").pk)
    assert set(notices_of(east).filter(key__startswith="over-").values_list("fate", flat=True)) == {Fate.SUPERSEDED}


def _by_drill(order: Order, *_rest: Any) -> None:
    book = open_book(LICANG, actor=system_actor(), channel="drill", now=START)
    close_with_drill(book, Case.objects.get(pk=order.case_id))


def _merge(order: Order, bodies: dict[str, Organisation], leader: User) -> None:
    other = handling.open_case_by_hand(actor=leader, region_code=LICANG, title="the same", place="there", level=YELLOW)
    send(other, order.unit)
    services.merge_cases(actor=leader, case_id=order.case_id, into_id=other.pk)


ENDS: list[tuple[str, Callable[[Order, dict[str, Organisation], User], Any]]] = [
    ("returned", lambda order, *_: do(order, OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS))),
    ("passed on", lambda order, bodies, _: do(order, OrderAct.PASS_ON, EntryData(unit=bodies["heating_company"].pk))),
    ("withdrawn", lambda order, *_: do(order, OrderAct.WITHDRAW)),
    ("its case is closed", lambda order, _, leader: close(order.case, leader)),
    ("its drill has ended", _by_drill),
    ("its unit has one in the case that it went into", _merge),
]


def test_an_order_that_ends_unsigned_rings_no_more(
    bodies: dict[str, Organisation], time: Timeline, leader: User, officer: User, subtests: pytest.Subtests
) -> None:
    """The unit's screen had it already, and nobody has read it."""
    drill = Drill.objects.create(region_code=LICANG, name="drill", recipients={}, made_by=officer, made_at=START)
    desk = crew_of(bodies["gas_company"], "unit_desk")
    case = rung(time, level=ORANGE)
    order = send(case, bodies["gas_company"])
    sent = Notice.objects.filter(act_id=order.pk)
    sent.update(fate=Fate.SENT)
    Sending.objects.create(notice=sent.get(), channel="screen", address="", fate=Fate.SENT, not_before=START)
    Notice.objects.filter(act_id=order.pk).update(untold_at=START)
    for name, ends in ENDS:
        with subtests.test(name), undone():
            if ends is _by_drill:
                Case.objects.filter(pk=case.pk).update(drill=drill)
            assert sent.filter(pk__in=inbox_of(desk, now=START).values("pk")).exists()
            ends(Order.objects.select_related("case").get(pk=order.pk), bodies, leader)
            assert sent.get().fate == Fate.SUPERSEDED
            assert not sent.filter(pk__in=inbox_of(desk, now=START).values("pk")).exists()
            assert not untold(leader).filter(act_id=order.pk).exists()


def test_a_reachability_drill_waits_until_its_deadline(bodies: dict[str, Organisation], officer: User) -> None:
    until = START + timedelta(minutes=30)
    asked = Notice.objects.create(
        person=officer,
        region_code=LICANG,
        purpose=REACHABILITY,
        why="reachability",
        key="reach-1",
        written_at=START,
        deadline=until,
    )
    Sending.objects.create(notice=asked, channel="screen", address="", fate=Fate.SENT, not_before=START)
    assert list(inbox_of(officer, now=START)) == [asked]
    assert not inbox_of(officer, now=until).exists()
    assert inbox_of(officer, now=until, state="all").exists()


def test_red_settled_red_again_sends_and_tells_anew(
    bodies: dict[str, Organisation], time: Timeline, leader: User, clock: SetClock
) -> None:
    case = rung(time, level=RED)
    reach(case, "gas_company")
    order = Order.objects.get(case=case, role=OrderRole.LEAD)
    for act in (OrderAct.ACCEPT, OrderAct.ARRIVE, OrderAct.MEND):
        do(order, act)
    do(order, OrderAct.FIND_CAUSE, EntryData(cause="gas_main_leak", asset_code="G1"), at=START)
    assert (closing_papers(case).unit_signed, closing_papers(case).finding) == (True, True)
    close(case, leader)
    Alarm.objects.update(state="normal", closed_at=START)
    clock(START + LATER)
    time.now = START + LATER
    again = time.rings(0, GAS, level=RED)
    time.looks()
    assert case_of(again) == case
    running = Order.objects.filter(case=case, sent_at__gte=START + LATER)
    assert {one.role for one in running.filter(unit=bodies["gas_company"])} == {OrderRole.LEAD}
    assert running.count() == Order.objects.filter(case=case, sent_at__lt=START + LATER).count()
    assert (
        notices_of(case).filter(purpose=Purpose.TOLD, organisation=bodies["gas_company"], written_at__gte=START + LATER).exists()
    )
    assert set(notices_of(case).filter(key__startswith="over-").values_list("fate", flat=True)) == {Fate.SUPERSEDED}
    papers = closing_papers(Case.objects.get(pk=case.pk))
    assert (papers.proof, papers.unit_signed, papers.finding) == (
        False,
        False,
        False,
    )  # what the first time had proves nothing now
