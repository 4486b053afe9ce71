"""Rosters, leave and swaps, signs and their deletion, verdicts, roll calls whose clocks outlive the worker."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tests.supervision.presence import BEGIN, make_firm, make_key_person, make_shift, sign, works
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tocsin.base.tables import column_of
from tocsin.base.time import ms_from_datetime
from tocsin.base.written_hours import read_end, read_moment
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.platforms.policy import read_platforms
from tocsin.supervision.platforms.services.connectors import take_content
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, PersonCertificate, PresenceSign, RollCall, RollCallAnswer
from tocsin.supervision.posts.policy import duty_policy
from tocsin.supervision.posts.queries.posts import holes_ahead, lapsing, rosters_of
from tocsin.supervision.posts.rules import HEADINGS, Means, read_flag
from tocsin.supervision.posts.services import rosters
from tocsin.supervision.posts.services.calls import answer_call, call_by_machine, call_on_post, note_seen, run_calls
from tocsin.supervision.posts.services.certificates import add_certificate, revoke_certificate
from tocsin.supervision.posts.services.judging import judge_due_duty, judge_duty
from tocsin.supervision.posts.services.signs import NewSign, forget_old_signs, take_signs
from tocsin.supervision.stops.models import StopOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> SupervisedObject:
    return make_firm()


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


@pytest.fixture
def inspector() -> User:
    return make_named_person("inspector", "inspector")


# Rosters


MOMENTS = [
    ("2026-11-25 08:00", "2026-11-25T08:00+00:00"),
    ("2026/11/5 8:00", "2026-11-05T08:00+00:00"),
    ("2026-11-25T08:00:00+08:00", "2026-11-25T00:00+00:00"),
    ("tomorrow", None),
    ("2026-13-01 08:00", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_moments_of_tables(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError):
            read_moment(text, UTC)
    else:
        assert read_moment(text, UTC) == datetime.fromisoformat(expected)


ENDS = [("20:00", 12), ("08:00", 24), ("24:00", 16), ("2026-11-26 08:00", 24), ("25:00", None), ("late", None)]


@pytest.mark.parametrize(("text", "hours"), ENDS)
def test_ends_of_shifts(text: str, hours: int | None) -> None:
    start = datetime(2026, 11, 25, 8, tzinfo=UTC)
    if hours is None:
        with pytest.raises(ValueError):
            read_end(text, start)
    else:
        assert read_end(text, start) == start + timedelta(hours=hours)


def test_headings_and_flags_in_both_languages() -> None:
    headings = ("工号", "Person", "开始时间（本地）", "备注")
    assert [column_of(one, HEADINGS) for one in headings] == ["person", "person", "start", ""]
    assert [read_flag(one) for one in ("是", "", "no")] == [True, False, False]


def test_history_is_entered_by_the_registers_keepers_only(firm: SupervisedObject, officer: User) -> None:
    make_key_person(firm, 1)
    row = rosters.rows_from([rosters.NewShift("P1", BEGIN, BEGIN + timedelta(hours=8))])
    assert rosters.enter_shifts(actor=officer, object_id=firm.pk, rows=row, now=NOW).wrong
    keeper = make_named_person("keeper", "supervisor")
    row = rosters.rows_from([rosters.NewShift("P1", BEGIN, BEGIN + timedelta(hours=8))])
    assert rosters.enter_shifts(actor=keeper, object_id=firm.pk, rows=row, now=NOW).new == 1


def test_only_the_own_firm(firm: SupervisedObject) -> None:
    stranger = make_named_person("stranger", "firm_officer", make_body("firm-b"))
    with pytest.raises(NotAllowed):
        rosters.enter_shifts(actor=stranger, object_id=firm.pk, rows=[], now=NOW)


def test_shifts_at_the_ends_of_the_calendar_are_refused(firm: SupervisedObject, officer: User) -> None:
    make_key_person(firm)
    for year in (1, 9999):
        start = datetime(year, 12, 31, 23, tzinfo=UTC) if year > 1 else datetime(1, 1, 1, tzinfo=UTC)
        rows = rosters.rows_from([rosters.NewShift("P1", start, start)])
        assert rosters.enter_shifts(actor=officer, object_id=firm.pk, rows=rows, now=NOW).wrong
    with pytest.raises(ValueError, match="10:00"):
        read_end("10:00", datetime(9999, 12, 31, 23, tzinfo=UTC))


# Leave and swaps


def test_who_asks_does_not_approve(firm: SupervisedObject, officer: User) -> None:
    shift = make_shift(make_key_person(firm), NOW + timedelta(hours=6))
    made = rosters.ask_change(actor=officer, shift_id=shift.pk, reason="ill", now=NOW)
    with pytest.raises(NotAllowed):
        rosters.decide_change(actor=officer, change_id=made.pk, approve=True, now=NOW)
    other = make_named_person("other", "firm_officer", firm.organisation)
    rosters.decide_change(actor=other, change_id=made.pk, approve=True, now=NOW)
    shift.refresh_from_db()
    assert shift.leave
    with pytest.raises(Conflict):
        rosters.decide_change(actor=other, change_id=made.pk, approve=False, now=NOW)


def test_leave_is_not_asked_for_afterwards(firm: SupervisedObject, officer: User) -> None:
    begun = make_shift(make_key_person(firm))
    with pytest.raises(Conflict):
        rosters.ask_change(actor=officer, shift_id=begun.pk, reason="ill", now=NOW)
    coming = make_shift(make_key_person(firm, 2), NOW + timedelta(minutes=5))
    made = rosters.ask_change(actor=officer, shift_id=coming.pk, reason="ill", now=NOW)
    other = make_named_person("other", "firm_officer", firm.organisation)
    with pytest.raises(Conflict):
        rosters.decide_change(actor=other, change_id=made.pk, approve=True, now=NOW + timedelta(minutes=6))


def test_a_swap_gives_the_colleague_the_hours(firm: SupervisedObject, officer: User) -> None:
    shift = make_shift(make_key_person(firm, 1), NOW + timedelta(hours=6))
    colleague = make_key_person(firm, 2)
    made = rosters.ask_change(actor=officer, shift_id=shift.pk, reason="family", colleague_id=colleague.pk, now=NOW)
    other = make_named_person("other", "firm_officer", firm.organisation)
    rosters.decide_change(actor=other, change_id=made.pk, approve=True, now=NOW)
    taken = colleague.shifts.get()
    assert (taken.start_at, taken.role, taken.leave) == (shift.start_at, shift.role, False)
    shift.refresh_from_db()
    assert shift.leave
    assert shift.swapped_with == taken
    with pytest.raises(Conflict):  # the colleague is taken now
        again = make_shift(make_key_person(firm, 3), shift.start_at)
        rosters.ask_change(actor=officer, shift_id=again.pk, reason="too", colleague_id=colleague.pk, now=NOW)


def test_a_shift_that_has_begun_stays(firm: SupervisedObject, officer: User) -> None:
    person = make_key_person(firm)
    with pytest.raises(Conflict):
        rosters.remove_shift(actor=officer, shift_id=make_shift(person).pk, now=NOW)
    coming = make_shift(person, NOW + timedelta(days=1))
    rosters.remove_shift(actor=officer, shift_id=coming.pk, now=NOW)
    assert not DutyShift.objects.filter(pk=coming.pk).exists()


# Certificates and holes


def test_certificates_that_lapse_are_shown_ahead(firm: SupervisedObject, officer: User) -> None:
    person = make_key_person(firm)
    PersonCertificate.objects.all().delete()
    name = "safety manager assessment"
    old = add_certificate(actor=officer, person_id=person.pk, name=name, expires=date(2026, 12, 1))
    assert add_certificate(actor=officer, person_id=person.pk, name=name, expires=date(2026, 12, 1)) == old
    assert lapsing(rosters_of([firm.pk], NOW, NOW)[firm.pk], NOW) == [old]
    newer = add_certificate(actor=officer, person_id=person.pk, name=name, expires=date(2028, 12, 1))
    assert lapsing(rosters_of([firm.pk], NOW, NOW)[firm.pk], NOW) == []
    revoke_certificate(actor=officer, certificate_id=newer.pk)
    assert lapsing(rosters_of([firm.pk], NOW, NOW)[firm.pk], NOW) == [old]


def test_holes_of_the_week_ahead(firm: SupervisedObject) -> None:
    person = make_key_person(firm)
    make_shift(person, NOW, hours=7 * 24)
    gaps = holes_ahead([firm], rosters_of([firm.pk], NOW, NOW + timedelta(days=8)), NOW)[firm.pk]
    assert gaps == []
    PersonCertificate.objects.update(expires=date(2026, 11, 28))
    gaps = holes_ahead([firm], rosters_of([firm.pk], NOW, NOW + timedelta(days=8)), NOW)[firm.pk]
    assert {gap.post for gap in gaps} == {"leader_on_site", "person_on_duty", "control_room"}
    assert {gap.start_ms for gap in gaps} == {ms_from_datetime(datetime(2026, 11, 28, 16, tzinfo=UTC))}  # local midnight
    assert {reason.value for gap in gaps for _, reason in gap.why} == {"certificate_expired"}


def test_a_stopped_firm_needs_no_leader_on_site(firm: SupervisedObject) -> None:
    StopOrder.objects.create(
        number="1", object=firm, region_code=LICANG, kind="ordered stop", first=date(2026, 11, 1), made_at=NOW
    )
    gaps = holes_ahead([firm], rosters_of([firm.pk], NOW, NOW), NOW)[firm.pk]
    assert {gap.post for gap in gaps} == {"person_on_duty"}  # duty staff at all hours all the same


# Signs


def told(firm: SupervisedObject, person: str = "P1", **fields: Any) -> NewSign:
    given = {"firm": firm.code, "person": person, "source": "gate", "at": BEGIN, "value": 1.0, **fields}
    return NewSign(**given)


def test_signs_count_once_and_are_refused_one_by_one(firm: SupervisedObject, officer: User) -> None:
    make_key_person(firm)
    other = make_object("Other works", organisation=make_body("firm-b"))
    make_key_person(other, 1)
    batch = [
        told(firm),
        told(firm),
        told(firm, "P7"),
        told(other),
        told(firm, source="horoscope"),
        told(firm, at=NOW + timedelta(hours=1)),
        told(firm, at=datetime(2026, 11, 25, 8)),  # noqa: DTZ001 - a clock without a zone
        told(firm, source="camera_match", value=7.0),
        told(firm, source="positioning", value=float("nan")),
        told(firm, at=NOW - timedelta(days=31)),
    ]
    result = take_signs(actor=officer, signs=batch, now=NOW)
    assert (result.taken, result.known) == (1, 1)
    assert [position for position, _ in result.refused] == list(range(2, 10))
    again = take_signs(actor=officer, signs=batch, now=NOW)
    assert (again.taken, again.known) == (0, 2)
    assert PresenceSign.objects.count() == 1


SIGNS = """
[gates]
kind = "signs"
platform = "gates"
level = "county"
region = "370213"
way = "folder"
fields = { firm = "企业", person = "工号", at = "时间", value = "进", source = "=gate" }
"""


def test_signs_from_a_file_of_a_platform(firm: SupervisedObject) -> None:
    make_key_person(firm)
    platform = read_platforms(SIGNS.encode()).found["gates"]
    table = f"企业,工号,时间,进\n{firm.code},P1,2026-11-25 08:00,1\n{firm.code},P8,2026-11-25 08:00,1\n"
    taken = take_content("gates", platform, table.encode("gb18030"), form="csv", now=NOW)
    assert (taken.taken, [position for position, _ in taken.refused]) == (1, [1])
    assert PresenceSign.objects.get().at == BEGIN
    for wrong, named in ((SIGNS.replace('person = "工号", ', ""), "person"), (SIGNS.replace("=gate", "=video"), "video")):
        assert named in str(read_platforms(wrong.encode()).wrong[0])


def test_too_many_signs_at_once(firm: SupervisedObject, officer: User) -> None:
    with pytest.raises(InvalidInput):
        take_signs(actor=officer, signs=[told(firm)] * (duty_policy().keeping.signs_at_once + 1), now=NOW)


def test_raw_tracks_are_deleted_and_fact_role_and_time_stay(firm: SupervisedObject) -> None:
    person = make_key_person(firm)
    old, fresh = NOW - timedelta(days=31), NOW - timedelta(days=29)
    for begin in (old, fresh):
        works(person, begin)
        shift = make_shift(person, begin)
        DutyVerdict.objects.create(
            shift=shift, state="on_post", p_present=0.99, votes=[["gate", 2.0]], since=begin, judged_at=begin
        )
    while forget_old_signs(NOW - timedelta(days=duty_policy().keeping.signs_days)):
        continue
    before = NOW - timedelta(days=duty_policy().keeping.signs_days)
    assert not PresenceSign.objects.filter(at__lt=before).exists()
    assert PresenceSign.objects.filter(at__gte=before).exists()
    kept, young = DutyVerdict.objects.order_by("shift__start_at")
    assert (kept.state, kept.shift.role, kept.shift.start_at) == ("on_post", "shift_leader", old)
    assert (kept.votes, kept.p_present) == ([], None)
    assert young.votes


# Verdicts and roll calls


def crew(firm: SupervisedObject, other: str = "safety_officer") -> tuple[KeyPerson, KeyPerson]:
    """Two people with a week of good shifts behind them; today only the first one comes."""
    here, away = make_key_person(firm, 1, other), make_key_person(firm, 2)
    for day in range(7, 0, -1):
        for person in (here, away):
            begin = BEGIN - timedelta(days=day)
            make_shift(person, begin)
            works(person, begin)
    make_shift(here)
    make_shift(away)
    works(here, BEGIN, 6)
    sign(away, "phone_location", BEGIN + timedelta(minutes=40), 35.0)
    sign(away, "phone_location", BEGIN + timedelta(minutes=100), 35.0)
    return here, away


def missing_events() -> list[OutboxEvent]:
    return [one for one in OutboxEvent.objects.all() if "PersonMissing" in str(vars(one))]


def test_who_seems_absent_is_called_before_anything_is_said(firm: SupervisedObject) -> None:
    here, away = crew(firm)
    now = BEGIN + timedelta(hours=4)
    assert judge_due_duty(now=now) == 1
    assert DutyVerdict.objects.get(shift__person=here, shift__start_at=BEGIN).state == "on_post"
    verdict = DutyVerdict.objects.get(shift__person=away, shift__start_at=BEGIN)
    assert verdict.state == "absent"
    assert verdict.votes
    row = RollCallAnswer.objects.get()
    assert (row.person, row.state, row.call.called_by) == (away, "waiting", None)
    assert not missing_events()
    assert judge_due_duty(now=now + timedelta(minutes=1)) == 0  # fresh
    judge_duty(firm, now=now + timedelta(minutes=6))
    assert RollCall.objects.count() == 1  # once in a shift


def test_nobody_is_called_while_a_colleague_fills_the_post(firm: SupervisedObject) -> None:
    _here, away = crew(firm, other="shift_leader")
    judge_duty(firm, now=BEGIN + timedelta(hours=4))
    assert DutyVerdict.objects.get(shift__person=away, shift__start_at=BEGIN).state == "absent"
    assert not RollCall.objects.exists()


def test_the_machine_keeps_to_the_budget_of_the_day(firm: SupervisedObject) -> None:
    most = duty_policy().calling.most_a_day
    shifts = [make_shift(make_key_person(firm, number)) for number in range(most + 1)]
    made = [call_by_machine(supervised_object=firm, shifts=[one], now=NOW) for one in shifts]
    assert [one is not None for one in made] == [True] * most + [False]
    tomorrow = [make_shift(make_key_person(firm, 9), BEGIN + timedelta(days=1))]
    assert call_by_machine(supervised_object=firm, shifts=tomorrow, now=NOW + timedelta(days=1)) is not None


def test_the_course_of_a_call_outlives_the_worker(firm: SupervisedObject) -> None:
    """Every step reads rows alone: called, called again after five minutes, then the task; late by as much as the worker was."""
    person = make_key_person(firm)
    shift = make_shift(person)
    call = call_by_machine(supervised_object=firm, shifts=[shift], now=NOW)
    assert call is not None
    minute = timedelta(minutes=1)
    assert run_calls(now=NOW + 4 * minute) == 0
    assert run_calls(now=NOW + 20 * minute) == 1  # the worker was dead for a quarter of an hour
    row = RollCallAnswer.objects.get()
    assert row.called_ms == [ms_from_datetime(NOW), ms_from_datetime(NOW + 20 * minute)]
    assert run_calls(now=NOW + 24 * minute) == 0  # five minutes from the second call, whenever it came
    assert run_calls(now=NOW + 25 * minute) == 1
    row.refresh_from_db()
    assert (row.state, row.task_at) == ("unanswered", NOW + 25 * minute)
    assert row.task_due_at == NOW + 55 * minute
    assert run_calls(now=NOW + 60 * minute) == 0
    assert list(PresenceSign.objects.values_list("source", "value")) == [("roll_call", -1.0)] * 2
    (event,) = missing_events()
    assert "shift_leader" in str(vars(event))
    assert person.name not in str(vars(event))


def test_a_death_between_steps_repeats_nothing(firm: SupervisedObject, monkeypatch: pytest.MonkeyPatch) -> None:
    call_by_machine(supervised_object=firm, shifts=[make_shift(make_key_person(firm))], now=NOW)
    run_calls(now=NOW + timedelta(minutes=5))

    def dies(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("tocsin.supervision.posts.services.calls.record_event", dies)
        with pytest.raises(RuntimeError):
            run_calls(now=NOW + timedelta(minutes=10))
    assert RollCallAnswer.objects.get().task_at is None
    assert PresenceSign.objects.count() == 1
    run_calls(now=NOW + timedelta(minutes=11))
    assert RollCallAnswer.objects.get().task_at == NOW + timedelta(minutes=11)
    assert len(missing_events()) == 1


def test_an_answer_ends_the_call_and_becomes_a_sign(firm: SupervisedObject, inspector: User) -> None:
    user = make_named_person("called", "firm_officer", firm.organisation)
    make_shift(make_key_person(firm, user=user))
    call = call_on_post(actor=inspector, object_id=firm.pk, now=NOW)
    (row,) = call.answers.all()
    answered = answer_call(actor=user, answer_id=row.pk, means=Means.PHONE_PAGE, now=NOW + timedelta(seconds=75))
    assert answered.state == "answered"
    assert PresenceSign.objects.get().value == 75.0
    call.refresh_from_db()
    assert call.due_at is None
    with pytest.raises(Conflict):
        answer_call(actor=user, answer_id=row.pk, means=Means.PHONE_PAGE, now=NOW + timedelta(seconds=80))


ANSWERERS = [
    ("phone_page", "firm_officer", False, None, NotAllowed),  # a colleague's phone
    ("telephone", "firm_officer", False, None, NotAllowed),
    ("telephone", "inspector", True, None, None),
    ("terminal", "inspector", True, None, NotAllowed),
]


@pytest.mark.parametrize(("means", "role", "of_authority", "scopes", "refused"), ANSWERERS)
def test_who_may_answer_for_whom(
    firm: SupervisedObject,
    means: str,
    role: str,
    of_authority: bool,
    scopes: frozenset[Any] | None,
    refused: type[Refusal] | None,
) -> None:
    make_shift(make_key_person(firm))
    call = call_by_machine(supervised_object=firm, shifts=list(DutyShift.objects.all()), now=NOW)
    assert call is not None
    actor = make_named_person("somebody", role, None if of_authority else firm.organisation)
    actor.token_scopes = scopes
    (row,) = call.answers.all()
    if refused is None:
        assert answer_call(actor=actor, answer_id=row.pk, means=Means(means), now=NOW).state == "answered"
    else:
        with pytest.raises(refused):
            answer_call(actor=actor, answer_id=row.pk, means=Means(means), now=NOW)


def test_a_late_answer_is_kept_as_late_and_the_county_still_looks(firm: SupervisedObject, inspector: User) -> None:
    make_shift(make_key_person(firm))
    call = call_on_post(actor=inspector, object_id=firm.pk, now=NOW)
    for minutes in (5, 10):
        run_calls(now=NOW + timedelta(minutes=minutes))
    (row,) = call.answers.all()
    late = answer_call(actor=inspector, answer_id=row.pk, means=Means.TELEPHONE, now=NOW + timedelta(minutes=12))
    assert late.state == "answered_late"
    with pytest.raises(InvalidInput):
        note_seen(actor=inspector, answer_id=row.pk, text=" ", now=NOW)
    assert note_seen(actor=inspector, answer_id=row.pk, text="asleep", now=NOW).seen_by == inspector
    with pytest.raises(Conflict):
        note_seen(actor=inspector, answer_id=row.pk, text="again", now=NOW)


def test_nobody_is_called_after_the_shift(firm: SupervisedObject) -> None:
    call_by_machine(supervised_object=firm, shifts=[make_shift(make_key_person(firm))], now=NOW)
    run_calls(now=NOW + timedelta(hours=7))
    assert RollCallAnswer.objects.get().state == "lapsed"
    assert not missing_events()


def test_a_roll_call_needs_somebody_on_post(firm: SupervisedObject, inspector: User, officer: User) -> None:
    with pytest.raises(Conflict):
        call_on_post(actor=inspector, object_id=firm.pk, now=NOW)
    make_shift(make_key_person(firm))
    with pytest.raises(NotAllowed):
        call_on_post(actor=officer, object_id=firm.pk, now=NOW)
    call_on_post(actor=inspector, object_id=firm.pk, now=NOW)
    with pytest.raises(Conflict):  # they are being called
        call_on_post(actor=inspector, object_id=firm.pk, now=NOW)
