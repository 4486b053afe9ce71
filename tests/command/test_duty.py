"""The duty desk: who keeps it, a log that only grows, a handover that loses nothing, and a list that is quick."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.clocks import SetClock
from tests.command.street import START
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.standing import next_clocks
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.duty import services as duty
from tocsin.command.duty.models import Handover
from tocsin.command.duty.queries import open_cases_of, open_matters, visible_handovers, with_next_clocks
from tocsin.command.duty.rules import Change, Matter, MatterKind, TakingVerdict, changes_between, come_since, may_take
from tocsin.command.handling.services import handling
from tocsin.command.shifts import services as shifts_services
from tocsin.command.shifts.models import LogEntry, Shift
from tocsin.command.shifts.queries import desks, log_of, unhanded_shifts, visible_shifts
from tocsin.command.shifts.rules import EntryKind, ShiftStanding, standing_of
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.queries import held_by
from tocsin.jurisdiction.rosters.rules import Member
from tocsin.jurisdiction.rosters.services.rosters import add_layer, create_roster
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Organisation:
    ensure_regions()
    return usual_bodies(LICANG)["monitoring_centre"]


@pytest.fixture
def night(officer: User) -> User:
    return officer


@pytest.fixture
def day(db: None) -> User:
    user = make_person("duty_officer", "370200")
    user.name = "Zhou Min"
    user.save()
    return user


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


# --- rules ---

WHO = {
    "another person": (1, 2, False, TakingVerdict.TAKES),
    "oneself": (1, 1, False, TakingVerdict.ONESELF),
    "answered before": (1, 2, True, TakingVerdict.ANSWERED),
    "answered before, oneself": (1, 1, True, TakingVerdict.ANSWERED),
}


@pytest.mark.parametrize(("giver", "person", "answered", "verdict"), WHO.values(), ids=WHO)
def test_two_signatures_are_two_persons(giver: int, person: int, answered: bool, verdict: TakingVerdict) -> None:
    from uuid import UUID

    assert may_take(given_by=UUID(int=giver), person=UUID(int=person), answered=answered) is verdict


LASTED = {
    "an hour": (1.0, ShiftStanding.RUNNING),
    "to the minute": (24.0, ShiftStanding.RUNNING),
    "within the grace": (24.4, ShiftStanding.DUE),
    "beyond it": (24.6, ShiftStanding.UNHANDED),
}


@pytest.mark.parametrize(("hours", "standing"), LASTED.values(), ids=LASTED)
def test_a_long_shift_is_shown_as_not_handed_over(hours: float, standing: ShiftStanding) -> None:
    now = START + timedelta(hours=hours)
    assert standing_of(START, now, longest=timedelta(hours=24), grace=timedelta(minutes=30)) is standing


def test_what_came_between_the_two_signatures_is_told() -> None:
    before = [{"case": "1", "state": "waiting", "kinds": ["open"]}, {"case": "2", "state": "on_site", "kinds": ["open"]}]
    now = [
        {"case": "1", "state": "waiting", "kinds": ["overdue"]},
        {"case": "2", "state": "on_site", "kinds": ["open"]},
        {"case": "3", "state": "waiting", "kinds": ["open"]},
    ]
    assert [one["case"] for one in come_since(before, now)] == ["1", "3"]


# --- shifts and their log ---


def test_a_desk_has_one_shift_and_its_log_begins_with_it(desk: Organisation, night: User, day: User, leader: User) -> None:
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk, leader_id=leader.pk, officer_ids=[day.pk])
    assert set(shift.officers.all()) == {night, day}
    assert [one.figures["act"] for one in log_of(shift)] == ["begun"]
    with pytest.raises(Conflict, match="keep this desk already"):
        shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    with pytest.raises(InvalidInput, match="must be somebody who may lead"):
        shifts_services.name_leader(actor=night, shift_id=shift.pk, leader_id=day.pk)


def test_lines_are_added_and_corrected_and_never_changed(desk: Organisation, night: User) -> None:
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    wrong = shifts_services.write_entry(actor=night, shift_id=shift.pk, text="valve 12 closed")
    right = shifts_services.write_entry(actor=night, shift_id=shift.pk, text="valve 21 closed", corrects_id=wrong.pk)
    assert (right.line, right.corrects) == (3, wrong)
    wrong.refresh_from_db()
    assert wrong.text == "valve 12 closed"
    with pytest.raises(Conflict, match="corrected already"):
        shifts_services.write_entry(actor=night, shift_id=shift.pk, text="valve 22", corrects_id=wrong.pk)
    with pytest.raises(InvalidInput, match="empty"):
        shifts_services.write_entry(actor=night, shift_id=shift.pk, text=" ")
    with pytest.raises(InvalidInput, match="by the desk itself"):
        shifts_services.write_entry(actor=night, shift_id=shift.pk, text="x", kind=EntryKind.SHIFT)
    with pytest.raises(InvalidInput, match="in the past"):
        shifts_services.write_entry(actor=night, shift_id=shift.pk, text="x", at=START + timedelta(days=9999))


def test_who_takes_a_desk_that_nobody_handed_over_says_why(desk: Organisation, night: User, day: User, clock: SetClock) -> None:
    first = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    clock(START + timedelta(hours=25))
    with pytest.raises(InvalidInput, match="say why"):
        shifts_services.begin_shift(actor=day, desk_id=desk.pk)
    second = shifts_services.begin_shift(actor=day, desk_id=desk.pk, reason="the night officer fell ill")
    first.refresh_from_db()
    assert (first.end, first.end_reason) == ("unhanded", "the night officer fell ill")
    assert [one.pk for one in unhanded_shifts(day, desk.pk)] == [first.pk]
    assert Shift.objects.get(ended_at=None) == second


# --- handing over ---


@pytest.fixture
def case(desk: Organisation, officer: User, clock: SetClock) -> Case:
    """A red matter of 05:00 with its clocks."""
    return handling.open_case_by_hand(
        actor=officer, region_code=LICANG, title="smell of gas", place="Shiniushan Road", level=AlarmLevel.RED, kind="gas"
    )


def test_at_half_past_eight_nothing_is_lost_and_clocks_go_on(
    case: Case, desk: Organisation, night: User, day: User, clock: SetClock
) -> None:
    given = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    clock(START + timedelta(hours=3, minutes=28))
    before = {one.pk: (one.began_at, one.due_at) for one in Clock.objects.filter(case=case)}
    handover = duty.hand_over(actor=night, shift_id=given.pk, words="ask the heating control room again at nine")
    assert [one["case"] for one in handover.matters] == [case.number]
    assert handover.matters[0]["kinds"][0] == "overdue"
    assert "arrive" in handover.matters[0]["overdue"]
    clock(START + timedelta(hours=3, minutes=29))
    late = handling.open_case_by_hand(
        actor=night, region_code=LICANG, title="water on the road", place="Heilongjiang Road", level=AlarmLevel.ORANGE
    )
    clock(START + timedelta(hours=3, minutes=30))
    taken = duty.answer_handover(actor=day, handover_id=handover.pk, accept=True)
    assert [one["case"] for one in taken.since] == [late.number]
    assert {one.pk: (one.began_at, one.due_at) for one in Clock.objects.filter(pk__in=before)} == before
    given.refresh_from_db()
    assert (given.end, taken.next_shift.began_at) == ("handed_over", START + timedelta(hours=3, minutes=30))
    assert [one.figures.get("act") for one in log_of(given)] == ["begun", "given", "taken"]


def test_who_is_on_call_hears_that_a_shift_waits_for_them(desk: Organisation, night: User, day: User, clock: SetClock) -> None:
    today = timezone.localdate(START)
    User.objects.filter(pk__in=[night.pk, day.pk]).update(organisation=desk)
    roster = create_roster(actor=system_actor(), organisation_id=desk.pk, name_zh="值班", name_en="Desk")
    team = [[Member(person=night.pk), Member(person=day.pk)]]
    add_layer(
        actor=system_actor(),
        roster_id=roster.pk,
        teams=team,
        starts_on=today - timedelta(days=1),
        handovers="08:30, 17:30",
        turn="shift",
        today=today - timedelta(days=1),
    )
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    handover = duty.hand_over(actor=night, shift_id=shift.pk, words="")
    told = Notice.objects.get(purpose="handover")
    assert told.person == day and told.sendings.get().fate == "queued"
    duty.answer_handover(actor=day, handover_id=handover.pk, accept=True)
    told.refresh_from_db()
    assert told.fate == "superseded"  # also where the screen has it already: it leaves the inbox


def test_a_refusal_needs_a_reason_and_leaves_the_shift_where_it_was(desk: Organisation, night: User, day: User) -> None:
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    handover = duty.hand_over(actor=night, shift_id=shift.pk, words="")
    with pytest.raises(Conflict, match="waits for the second"):
        duty.hand_over(actor=night, shift_id=shift.pk, words="again")
    with pytest.raises(NotAllowed, match="another person"):
        duty.answer_handover(actor=night, handover_id=handover.pk, accept=True)
    with pytest.raises(InvalidInput, match="why you refuse"):
        duty.answer_handover(actor=day, handover_id=handover.pk, accept=False)
    with pytest.raises(Conflict, match="sign or refuse"):
        shifts_services.begin_shift(actor=day, desk_id=desk.pk, reason="in a hurry")
    duty.answer_handover(actor=day, handover_id=handover.pk, accept=False, reason="the gas order is missing")
    shift.refresh_from_db()
    assert shift.ended_at is None
    with pytest.raises(Conflict, match="answered already"):
        duty.answer_handover(actor=day, handover_id=handover.pk, accept=True)
    assert duty.hand_over(actor=night, shift_id=shift.pk, words="with the gas order").pk != handover.pk


def test_signatures_are_given_at_a_screen_and_by_who_keeps_the_shift(desk: Organisation, night: User, day: User) -> None:
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    with pytest.raises(NotAllowed, match="Only who keeps"):
        duty.hand_over(actor=day, shift_id=shift.pk, words="")
    night.token_scopes = ("duty.keep",)
    with pytest.raises(NotAllowed, match="token"):
        duty.hand_over(actor=night, shift_id=shift.pk, words="")


def test_the_leader_signs_an_ended_log_and_a_later_change_shows(desk: Organisation, night: User, day: User, leader: User) -> None:
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk, leader_id=leader.pk)
    shifts_services.write_entry(actor=night, shift_id=shift.pk, text="calm night")
    with pytest.raises(Conflict, match="running shift"):
        shifts_services.sign_log(actor=leader, shift_id=shift.pk)
    duty.answer_handover(actor=day, handover_id=duty.hand_over(actor=night, shift_id=shift.pk, words="").pk, accept=True)
    with pytest.raises(NotAllowed):
        shifts_services.sign_log(actor=night, shift_id=shift.pk)
    signed = shifts_services.sign_log(actor=leader, shift_id=shift.pk, words="seen")
    assert signed.digest == duty.digest_of(shifts_services.log_values(signed))
    LogEntry.objects.filter(shift=shift, text="calm night").update(text="wild night")
    assert signed.digest != duty.digest_of(shifts_services.log_values(signed))
    with pytest.raises(Conflict, match="signed already"):
        shifts_services.sign_log(actor=leader, shift_id=shift.pk)


def test_a_desk_elsewhere_is_out_of_reach(desk: Organisation, night: User) -> None:
    stranger = make_person("shift_leader", SHINAN)
    shift = shifts_services.begin_shift(actor=night, desk_id=desk.pk)
    handover = duty.hand_over(actor=night, shift_id=shift.pk, words="")
    assert not desks(stranger).filter(pk=desk.pk).exists()
    assert not visible_shifts(stranger).exists()
    assert not visible_handovers(stranger).exists()
    acts: list[Any] = [
        lambda: shifts_services.begin_shift(actor=stranger, desk_id=desk.pk, reason="x"),
        lambda: shifts_services.join_shift(actor=stranger, shift_id=shift.pk),
        lambda: shifts_services.write_entry(actor=stranger, shift_id=shift.pk, text="x"),
        lambda: duty.answer_handover(actor=stranger, handover_id=handover.pk, accept=True),
        lambda: shifts_services.sign_log(actor=stranger, shift_id=shift.pk),
    ]
    for act in acts:
        with pytest.raises((Organisation.DoesNotExist, Shift.DoesNotExist)):
            act()
    assert not desks(make_person("unit_desk")).exists()


# --- the list ---


def many_cases(count: int, clocks: int) -> None:
    made = Case.objects.bulk_create(
        Case(
            number=f"{LICANG}-20261124-{k:05d}",
            region_code=LICANG,
            origin="person",
            title="smell of gas",
            state="waiting",
            level=1 + k % 4,
            begun_at=START,
            opened_at=START,
        )
        for k in range(count)
    )
    Clock.objects.bulk_create(
        (
            Clock(case=case, step=list(Step)[n].value, began_at=START, due_at=START + timedelta(minutes=n + k % 997))
            for k, case in enumerate(made)
            for n in range(clocks)
        ),
        batch_size=5000,
    )


def test_the_list_asks_a_fixed_number_of_queries(desk: Organisation, officer: User, django_assert_num_queries: Any) -> None:
    many_cases(60, 3)
    now = START + timedelta(minutes=5)
    held_by(officer)  # once a request
    with django_assert_num_queries(1):
        ids = [one.pk for one in open_cases_of(officer, LICANG, now=now)[:50]]
    with django_assert_num_queries(2):
        rows = with_next_clocks(officer, ids)
    dues = [row.clock.due_at for row in rows if row.clock]
    assert dues == sorted(dues)
    assert next_clocks(ids)[ids[0]].due_at == START
    with django_assert_num_queries(6):
        assert len(open_matters(LICANG, now=now)) == 60


def test_a_suspended_case_waits_for_its_date(desk: Organisation, officer: User) -> None:
    many_cases(3, 1)
    asleep = Case.objects.get(number__endswith="00000")
    asleep.suspended_until = START + timedelta(hours=5)
    asleep.save()
    now = START + timedelta(minutes=30)
    assert [one.pk for one in open_cases_of(officer, LICANG, now=now)][-1] == asleep.pk
    matter = next(one for one in open_matters(LICANG, now=now) if one.case == asleep.number)
    assert [kind.value for kind in matter.kinds] == ["resumes"]
    assert Handover.objects.count() == 0


def test_a_handover_says_what_changed_since_the_last_one() -> None:
    def matter(case: str, state: str = "waiting", level: int = 2) -> Matter:
        return Matter(id=case, case=case, kinds=(MatterKind.OPEN,), state=state, level=level)

    before = [matter("A"), matter("B"), matter("C")]
    now = [matter("A"), matter("B", "on_site", 4), matter("D")]
    found = changes_between(before, now)
    assert {number: one.change for number, one in found.items()} == {
        "A": Change.SAME,
        "B": Change.CHANGED,
        "D": Change.NEW,
        "C": Change.OVER,
    }
    assert (found["B"].state, found["B"].level) == ("waiting", 2)
