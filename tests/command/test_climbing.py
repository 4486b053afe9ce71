"""A step that nobody does: told again, one further up each time, until somebody acts; many clocks at once as one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of
from tests.people import LICANG, make_named_person, make_person
from tests.usual_bodies import usual_bodies
from tocsin.command.casebook.models import Case, CaseChange, Clock
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import open_book
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.escalation.services import stages
from tocsin.command.handling.services import handling
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import owners_of
from tocsin.command.orders.services.sending import dispatch_by_policy, send_order
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services.rosters import add_layer, create_roster
from tocsin.notices.inbox.services import read_notice, see_notices
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of

pytestmark = pytest.mark.django_db
GAS = [("gas_main_leak", 0.9, "G1")]


@pytest.fixture
def bodies(street: None) -> dict[str, Organisation]:
    return usual_bodies(LICANG)


@pytest.fixture
def case(bodies: dict[str, Organisation], time: Timeline) -> Case:
    alarm = time.rings(2, GAS, level=4)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def night(bodies: dict[str, Organisation]) -> User:
    return _officer(bodies, "Night")


@pytest.fixture
def day(bodies: dict[str, Organisation]) -> User:
    return _officer(bodies, "Day")


def _officer(bodies: dict[str, Organisation], name: str) -> User:
    return make_named_person(name.lower(), "duty_officer", bodies["monitoring_centre"], name=name)


@pytest.fixture
def roster(bodies: dict[str, Organisation], night: User, day: User) -> None:
    """The day shift has begun; the night shift is next."""
    today = timezone.localdate(START)
    made = create_roster(actor=system_actor(), organisation_id=bodies["monitoring_centre"].pk, name_zh="值班", name_en="Desk")
    add_layer(
        actor=system_actor(),
        roster_id=made.pk,
        teams=[[Member(person=day.pk)], [Member(person=night.pk)]],
        starts_on=today,
        handovers="08:30, 17:30",
        turn="shift",
        today=today,
    )


def fires(now: datetime) -> None:
    while stages.run_clocks(now=now):
        pass


def told(case: Case, step: Step) -> set[str]:
    """Who waits to act on that step by what its clock told, by name."""
    rows = notices_of(case).filter(figures__step=step.value, key__startswith="clock-").exclude(fate="superseded")
    return {str(one.person or one.organisation) for one in rows.select_related("person", "organisation")}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_whoever_was_called_is_named_in_the_readers_language(
    case: Case, roster: None, day: User, bodies: dict[str, Organisation], language: str
) -> None:
    fires(START + timedelta(minutes=1, seconds=31))
    with override(language):
        sentence = describe_change(case.changes.filter(act="clock", figures__step="confirm").get()).sentence
        assert sentence.endswith(f"{bodies['monitoring_centre']} · {day}")


def test_it_climbs_to_the_next_on_call_and_the_leader_until_somebody_acts(
    case: Case, roster: None, night: User, day: User, clock: SetClock, bodies: dict[str, Organisation]
) -> None:
    leader = make_person("shift_leader")
    fires(START + timedelta(minutes=1, seconds=31))
    assert told(case, Step.CONFIRM) == {str(day)}
    fires(START + timedelta(minutes=4, seconds=31))
    assert str(leader) in told(case, Step.CONFIRM) and str(night) not in told(case, Step.CONFIRM)
    fires(START + timedelta(minutes=10))  # the first repeat, 5 min after the last stage
    assert {str(night), str(leader)} <= told(case, Step.CONFIRM)
    once_each = notices_of(case).filter(person=leader, figures__step="confirm").exclude(fate="superseded")
    assert once_each.count() == 1, "the newest stands for all before it"
    before = Clock.objects.get(case=case, step=Step.CONFIRM).next_at
    assert before is not None and before > START + timedelta(minutes=10)

    clock(START + timedelta(minutes=11))
    read_notice(actor=leader, notice_id=once_each.get().pk)
    count = notices_of(case).filter(figures__step="confirm").count()
    fires(before)
    assert notices_of(case).filter(figures__step="confirm").count() == count, "who has it in hand is left to it for one round"
    held = case.changes.filter(act="clock_held").get()
    assert held.figures["called"] == [{"zh": str(leader), "en": str(leader)}]

    again = Clock.objects.get(case=case, step=Step.CONFIRM).next_at
    assert again is not None
    fires(again)
    assert str(night) in told(case, Step.CONFIRM) and notices_of(case).filter(figures__step="confirm").count() > count
    clock(again)
    handling.take_case(actor=day, case_id=case.pk)
    assert told(case, Step.CONFIRM) - {str(leader)} == set()
    waiting = inbox_of(night, now=again).filter(figures__step="confirm")
    assert not waiting.exists(), "no reminder is left after the deed"


def test_what_a_page_has_shown_meets_the_clock_of_telling_and_ends_the_climb(
    case: Case, roster: None, bodies: dict[str, Organisation], clock: SetClock
) -> None:
    owners = notices_of(case).filter(purpose="told", why__in=("symptom_owner", "likely_cause_owner", "industry_department"))
    people = {}
    for notice in owners:
        assert notice.organisation is not None
        people[notice.pk] = make_named_person(notice.organisation.code, "unit_desk", notice.organisation)
    Notice.objects.filter(pk__in=people).update(fate="queued")
    for notice in owners:
        notice.sendings.create(channel="screen", address=str(notice.organisation_id), not_before=timezone.now())
    fires(START + timedelta(minutes=20))
    assert told(case, Step.NOTIFY_OWNER)
    clock(START + timedelta(minutes=21))
    for pk, person in people.items():
        assert Clock.objects.get(case=case, step=Step.NOTIFY_OWNER).met_at is None
        assert see_notices(actor=person, notice_ids=[pk]) == 1
        assert see_notices(actor=person, notice_ids=[pk]) == 0
    assert Clock.objects.get(case=case, step=Step.NOTIFY_OWNER).met_at == START + timedelta(minutes=21)
    assert told(case, Step.NOTIFY_OWNER) == set()
    seen = Notice.objects.get(pk=next(iter(people)))
    assert (seen.seen_by, seen.delivered_at, seen.fate) == (people[seen.pk], START + timedelta(minutes=21), "delivered")


def test_many_clocks_at_once_as_one_by_one(
    bodies: dict[str, Organisation], roster: None, monkeypatch: pytest.MonkeyPatch, time: Timeline
) -> None:
    def all_told(batch: int) -> list[tuple[Any, ...]]:
        monkeypatch.setattr(stages, "BATCH", batch)
        Notice.objects.all().delete()
        cases = [_bare_case(number + 100 * batch) for number in range(6)]
        for now in (START + timedelta(minutes=31), START + timedelta(minutes=61), START + timedelta(hours=3)):
            fires(now)
        rows = notices_about_cases(cases).order_by("subject_label", "purpose", "why", "written_at", "id")
        columns = ("purpose", "why", "organisation_id", "person_id", "fate", "figures__step", "figures__percent", "written_at")
        return sorted(map(str, rows.values_list(*columns)))  # type: ignore[arg-type]

    assert all_told(60) == all_told(1)


def test_many_clocks_cost_hardly_more_statements_than_few(bodies: dict[str, Organisation], roster: None) -> None:
    def statements(count: int, first: int, minute: int) -> int:
        for number in range(count):
            _bare_case(first + number, minute=minute)
        with CaptureQueriesContext(connection) as captured:
            assert stages.run_clocks(now=START + timedelta(minutes=minute + 31)) == count
            Clock.objects.update(next_at=None)
        return len(captured)

    few = statements(3, 0, 0)
    assert statements(40, 10, 100) <= few + 5


def notices_about_cases(cases: list[Case]) -> Any:
    return Notice.objects.filter(subject_id__in=[one.pk for one in cases])


def _bare_case(number: int, minute: int = 0) -> Case:
    """A case of which one clock alone runs, one hour long."""
    begun = START + timedelta(minutes=minute)
    made = Case.objects.create(
        number=f"{LICANG}-20260101-{number:04d}", origin="person", region_code=LICANG, level=3, begun_at=begun, opened_at=begun
    )
    due = begun + timedelta(hours=1)
    Clock.objects.create(case=made, step="arrive", began_at=begun, due_at=due, next_at=begun + timedelta(minutes=30))
    return made


def test_orders_of_many_cases_at_once_as_one_by_one(bodies: dict[str, Organisation], time: Timeline, clock: SetClock) -> None:
    def sent(at_once: bool) -> list[str]:
        Notice.objects.update(instead_of=None)
        for model in (Notice, Order, Clock, CaseChange):
            model.objects.filter(pk__in=_made(model)).delete()
        book = open_book(LICANG, actor=system_actor(), channel="gathering", now=START)
        cases = list(Case.objects.filter(pk__in=ids).order_by("number"))
        if at_once:
            dispatch_by_policy(book, cases)
        else:
            for case in cases:
                owners = owners_of(case, at=START)
                for unit in owners.all:
                    send_order(book, case, unit=unit, role=OrderRole.LEAD if unit == owners.lead else OrderRole.ASSISTING)
        return [
            *map(str, Order.objects.order_by("number").values_list("number", "unit__code", "role", "state", "sent_at")),
            *sorted(map(str, Clock.objects.values_list("case__number", "step", "subject", "due_at", "next_at", "met_at"))),
            *sorted(map(str, Notice.objects.filter(purpose="order").values_list("act_label", "organisation__code", "fate"))),
            *sorted(map(str, CaseChange.objects.filter(act="order_sent").values_list("case__number", "figures"))),
            *map(str, Case.objects.order_by("number").values_list("number", "state", "level")),
        ]

    def _made(model: Any) -> list[Any]:
        if model is Notice:
            return list(Notice.objects.filter(purpose="order").values_list("pk", flat=True))
        if model is Clock:
            return list(Clock.objects.filter(step="sign").values_list("pk", flat=True))
        if model is CaseChange:
            return list(CaseChange.objects.filter(act="order_sent").values_list("pk", flat=True))
        return list(model.objects.values_list("pk", flat=True))

    alarms = [time.at(0).rings(number, GAS if number % 2 else [("blockage", 0.6, "S5")], level=4) for number in (0, 2, 5, 7)]
    time.looks()
    ids = {case_of(alarm).pk for alarm in alarms}
    assert sent(at_once=True) == sent(at_once=False)
    assert Order.objects.count() >= len(ids)
