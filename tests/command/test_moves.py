"""Merge, split and move: any sequence of them, taken back in reverse, leaves the same state at every step."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clocks import SetClock
from tests.command.street import RED, START, Timeline, case_of, reason_of
from tests.command.test_gathering import GAS
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case, CaseChange, Clock, Membership
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries.cases import time_line_of
from tocsin.command.casebook.queries.notices import notices_of_family
from tocsin.command.casebook.rules.cases import MOVES, CaseState, DeclarationKind
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import open_book
from tocsin.command.gathering.models import Apart
from tocsin.command.gathering.services import decisions as services
from tocsin.command.handling.services import comments as services_comments
from tocsin.command.handling.services import declaring, handling
from tocsin.command.orders.models import Order
from tocsin.command.orders.services.sending import send_order
from tocsin.command.plans.models import PlanStart, PlanTask
from tocsin.command.plans.services.starts import start_plan
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

ELSE = [("unknown", 1.0, "")]


@pytest.fixture
def two_cases(street: None, time: Timeline) -> tuple[Case, Case]:
    """One with the alarms of wells 0, 1 and 2, one with those of wells 5 and 6."""
    west = [time.at(k).rings(k, GAS) for k in range(3)]
    time.looks()
    east = time.at(5).rings(5, [("power_cable_fault_heating", 0.9, "")])
    time.looks()
    time.at(6).rings(5, [("power_cable_fault_heating", 0.9, "")], quantity="temperature")
    time.looks()
    return case_of(west[0]), case_of(east)


def state() -> dict[str, Any]:
    """Everything that a round trip has to bring back. A number that a split gave out stays given, as an alias without alarms."""
    members = Membership.objects.order_by("id").values("id", "alarm_id", "case_id", "reason", "figures", "joined_at", "settled")
    cases = Case.objects.exclude(state=CaseState.MERGED).order_by("id")
    running = Clock.objects.filter(met_at__isnull=True, stopped_at__isnull=True)
    return {
        "members": list(members),
        "cases": list(cases.values("id", "number", "lead_id", "state", "level", "peak_level", "closed_at", "begun_at")),
        "orders": list(Order.objects.order_by("id").values("id", "case_id", "role", "state", "ended_at")),
        "clocks": list(running.order_by("id").values("id", "case_id", "due_at", "next_at")),
        "apart": sorted((str(one), str(other)) for one, other in Apart.objects.values_list("one_id", "other_id")),
        "numbers": sorted(Membership.objects.values_list("alarm_id", "alarm__case_number")),
    }


def touch_all(officer: User) -> None:
    for case in Case.objects.exclude(state=CaseState.MERGED):
        services_comments.comment_on_case(actor=officer, case_id=case.pk, text="seen")


def send_orders(cases: tuple[Case, Case]) -> None:
    """The gas company leads both cases, the heating company leads none and assists in one."""
    known = usual_bodies(LICANG)
    for case, units in zip(cases, (("gas_company", "heating_company"), ("gas_company",)), strict=True):
        book = open_book(LICANG, actor=system_actor(), channel="console", now=case.opened_at)
        for code, role in zip(units, (OrderRole.LEAD, OrderRole.ASSISTING), strict=False):
            send_order(book, case, unit=known[code], role=role)


def do_something(officer: User, choose: Any) -> bool:
    """One merge or split of those that are possible now; False where it is refused."""
    cases = list(Case.objects.exclude(state=CaseState.MERGED).order_by("number"))
    case = choose(cases)
    alarms = list(Membership.objects.filter(case=case).order_by("id").values_list("alarm_id", flat=True))
    try:
        if choose([True, False]) and len(cases) > 1:
            services.merge_cases(actor=officer, case_id=case.pk, into_id=choose(cases).pk)
        else:
            services.split_case(actor=officer, case_id=case.pk, alarm_ids=alarms[: choose([1, 2, 3])])
    except InvalidInput:
        return False
    return True


def test_any_round_trip_leaves_the_same_state(two_cases: tuple[Case, Case], officer: User) -> None:
    from django.db import transaction

    touch_all(officer)
    send_orders(two_cases)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), st.integers(1, 6))
    def round_trip(data: st.DataObject, steps: int) -> None:
        with transaction.atomic():
            states = [state()]
            while len(states) <= steps and do_something(officer, lambda options: data.draw(st.sampled_from(options))):
                states.append(state())
            while len(states) > 1:
                assert states.pop() == state()
                last = CaseChange.objects.filter(act__in=MOVES, undone_by=None).order_by("-line").first()
                services.undo_change(actor=officer, change_id=last.pk)
            assert states.pop() == state()
            transaction.set_rollback(True)

    round_trip()


def test_a_merge_loses_nothing_that_ran_in_the_other_and_gives_it_back(
    two_cases: tuple[Case, Case], officer: User, clock: SetClock
) -> None:
    """The younger case is red by a person's word, with a plan and shorter dues; the older one is orange."""
    west, east = two_cases
    clock(START + timedelta(minutes=10))
    touch_all(officer)
    send_orders(two_cases)
    leader = make_person("shift_leader")
    handling.set_level(actor=officer, case_id=east.pk, level=RED, text="a school beside it")
    start_plan(actor=leader, case_id=east.pk, code="gas_in_closed_space")
    Case.objects.filter(pk=east.pk).update(begun_at=START - timedelta(minutes=30))
    tasks = {str(task.pk) for task in PlanTask.objects.all()}
    dues = {one.step: one.due_at for one in Clock.objects.filter(case__in=(west, east), subject="").order_by("-due_at")}
    lines = time_line_of(west).count() + time_line_of(east).count()
    before, rows = state(), list(PlanStart.objects.values("case_id"))

    services.merge_cases(actor=officer, case_id=east.pk, into_id=west.pk)
    west.refresh_from_db()
    assert (west.level, west.peak_level, west.begun_at) == (RED, RED, START - timedelta(minutes=30))
    running = Clock.objects.filter(case=west, met_at__isnull=True, stopped_at__isnull=True)
    for one in running.filter(subject=""):
        assert one.due_at <= dues.get(one.step, one.due_at), one.step
    assert set(running.filter(step="task").values_list("subject", flat=True)) == tasks
    acts = list(time_line_of(west).values_list("act", flat=True))
    assert len(acts) > lines and acts.count("plan_started") == 1 and "merged_there" not in acts
    assert set(notices_of_family(west)) == set(Notice.objects.filter(subject_id__in=(west.pk, east.pk)))

    services.undo_change(actor=officer, change_id=CaseChange.objects.get(act="merged").pk)
    after = state()
    for name in ("members", "cases", "orders", "clocks"):
        assert after[name] == before[name], name
    assert list(PlanStart.objects.values("case_id")) == rows


def test_what_a_leader_declared_stays_under_its_number(two_cases: tuple[Case, Case], officer: User) -> None:
    west, east = two_cases
    leader = make_person("shift_leader")
    declaring.declare(actor=leader, case_id=east.pk, kind=DeclarationKind.WARNING, level="red", text="it spreads")
    with pytest.raises(Conflict, match=east.number):
        services.merge_cases(actor=officer, case_id=east.pk, into_id=west.pk)
    services.merge_cases(actor=officer, case_id=west.pk, into_id=east.pk)
    assert east.declarations.filter(ended_at__isnull=True).exists()


def test_a_merged_number_is_another_name_of_the_case(two_cases: tuple[Case, Case], officer: User) -> None:
    west, east = two_cases
    services.merge_cases(actor=officer, case_id=east.pk, into_id=west.pk, text="one trench")
    assert queries.case_of_number(officer, east.number) == west
    assert queries.aliases_of(west) == [east.number]
    assert {row.alarm.case_number for row in queries.members_of(west)} == {west.number}
    assert OutboxEvent.objects.filter(name="command.CasesMerged").count() == 1
    assert AuditEntry.objects.filter(action="case.merged", actor_id=officer.pk).exists()
    with pytest.raises(Conflict):
        services.merge_cases(actor=officer, case_id=west.pk, into_id=east.pk)


def test_what_came_later_is_taken_back_first(two_cases: tuple[Case, Case], officer: User) -> None:
    west, east = two_cases
    services.merge_cases(actor=officer, case_id=east.pk, into_id=west.pk)
    first = CaseChange.objects.get(act="merged")
    services.split_case(actor=officer, case_id=west.pk, alarm_ids=[east.lead_id])
    with pytest.raises(Conflict, match="later"):
        services.undo_change(actor=officer, change_id=first.pk)
    services.undo_change(actor=officer, change_id=CaseChange.objects.get(act="split").pk)
    services.undo_change(actor=officer, change_id=first.pk)
    with pytest.raises(Conflict):
        services.undo_change(actor=officer, change_id=first.pk)


def test_the_machines_act_taken_back_is_not_done_again(street: None, time: Timeline, officer: User) -> None:
    first = time.at(0).rings(1, ELSE)
    second = time.at(1).rings(6, GAS)
    time.looks()
    time.at(5).diagnosed(first, GAS)
    time.looks()
    assert case_of(first) == case_of(second)
    services.undo_change(actor=officer, change_id=CaseChange.objects.get(act="merged").pk)
    assert case_of(first) != case_of(second)
    for minutes in (15, 60):
        time.at(minutes).diagnosed(first, GAS)
        time.diagnosed(second, GAS)
        time.looks()
    assert case_of(first) != case_of(second)


def test_a_person_may_join_again_what_was_apart(two_cases: tuple[Case, Case], officer: User) -> None:
    west, _east = two_cases
    alarm = west.memberships.last().alarm
    apart = services.split_case(actor=officer, case_id=west.pk, alarm_ids=[alarm.pk])
    assert Apart.objects.exists()
    services.merge_cases(actor=officer, case_id=apart.pk, into_id=west.pk)
    assert not Apart.objects.exists()
    assert reason_of(alarm) == "by_person"


def test_the_lead_follows_when_it_is_split_off(two_cases: tuple[Case, Case], officer: User) -> None:
    west, _east = two_cases
    lead = west.lead_id
    apart = services.split_case(actor=officer, case_id=west.pk, alarm_ids=[lead])
    west.refresh_from_db()
    assert west.lead_id != lead
    assert apart.lead_id == lead


REFUSED = [
    ("all of them", lambda west, east: [row.alarm_id for row in west.memberships.all()], InvalidInput),
    ("none", lambda west, east: [], InvalidInput),
    ("one of another case", lambda west, east: [east.lead_id], InvalidInput),
]


@pytest.mark.parametrize(("choose", "refusal"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_can_not_be_split_off(two_cases: tuple[Case, Case], officer: User, choose: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        services.split_case(actor=officer, case_id=two_cases[0].pk, alarm_ids=choose(*two_cases))


def test_who_may_not(two_cases: tuple[Case, Case]) -> None:
    west, east = two_cases
    with pytest.raises(NotAllowed):
        services.merge_cases(actor=make_person("viewer"), case_id=west.pk, into_id=east.pk)
    with pytest.raises(Case.DoesNotExist):
        services.merge_cases(actor=make_person("duty_officer", SHINAN), case_id=west.pk, into_id=east.pk)
