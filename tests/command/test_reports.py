"""Reporting upward: what the law asks of whom within how long, signed words that stay, and a receipt."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.utils import translation

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of
from tests.command.test_gathering import GAS
from tests.people import LICANG, SHINAN, make_person
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, CaseChange, Clock
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.handling.services import declaring, handling
from tocsin.command.reports.models import Report
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.queries.reports import visible_reports
from tocsin.command.reports.rules.reports import (
    Casualties,
    ChangeVerdict,
    ReportAct,
    ReportState,
    duties_asked,
    judge_change,
    state_after,
)
from tocsin.command.reports.services import reports
from tocsin.command.reports.shown.content import content_of
from tocsin.command.reports.shown.reports import describe_report, export_report
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.shown import text_of

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).resolve().parents[2] / "src/tocsin/command/reports/report.schema.json"
INCIDENT, WARNING = DeclarationKind.INCIDENT, DeclarationKind.WARNING

# --- rules ---

GRADES = {
    "nobody hurt": (Casualties(), "ordinary"),
    "two dead": (Casualties(dead=2), "ordinary"),
    "three dead": (Casualties(dead=3), "larger"),
    "nine poisoned": (Casualties(injured=9), "ordinary"),
    "ten poisoned": (Casualties(injured=10), "larger"),
    "loss of ten million": (Casualties(loss_yuan=1e7), "larger"),
    "just below": (Casualties(loss_yuan=9_999_999), "ordinary"),
    "ten dead": (Casualties(dead=10), "serious"),
    "fifty hurt": (Casualties(dead=1, injured=50), "serious"),
    "thirty dead": (Casualties(dead=30), "particularly_serious"),
    "a hundred hurt": (Casualties(injured=100), "particularly_serious"),
    "missing are told apart": (Casualties(missing=40), "ordinary"),
}


@pytest.mark.parametrize("event", ["work_accident", "fire"])
@pytest.mark.parametrize(("figures", "grade"), GRADES.values(), ids=GRADES)
def test_grades_of_order_493_and_of_fires(event: str, figures: Casualties, grade: str) -> None:
    assert report_policy().grade_by_figures(event, figures) == grade


@pytest.mark.parametrize("event", ["traffic", "lifeline", "other", "earthquake"])
def test_an_event_without_a_table_is_graded_by_hand(event: str) -> None:
    assert report_policy().grade_by_figures(event, Casualties(dead=30)) is None


# declared, grade, level of the area -> {key: minutes}
ASKED = {
    "a county's ordinary incident": (
        ("incident", "ordinary", "county"),
        {"province_safety_committee": 30, "city_emergency_bureau": 120, "own_government": 120},
    ),
    "a county's larger incident": (
        ("incident", "larger", "county"),
        {
            "province_safety_committee": 30,
            "province_safety_committee_written": 60,
            "city_emergency_bureau": 120,
            "own_government": 120,
            "province_emergency_bureau": 120,
        },
    ),
    "a city's ordinary incident": (
        ("incident", "ordinary", "city"),
        {"province_safety_committee": 30, "own_government": 120},
    ),
    "the province itself": (("incident", "serious", "province"), {"own_government": 120}),
    "a county's warning": (("warning", "yellow", "county"), {"warning_city_duty_room": 60}),
    "a street reports nothing by itself": (("incident", "serious", "street"), {}),
}


@pytest.mark.parametrize(("declared", "asked"), ASKED.values(), ids=ASKED)
def test_who_tells_whom_within_how_long(declared: tuple[str, str, str], asked: dict[str, int]) -> None:
    on, grade, level = declared
    found = duties_asked(report_policy().all_duties, declared=on, grade=grade, level=level, event="lifeline")
    assert {one.key: one.within / timedelta(minutes=1) for one in found} == asked
    assert [one.within for one in found] == sorted(one.within for one in found)


ONE = Casualties(dead=1)
CHANGES = {
    "one more on the thirtieth day": (Casualties(), ONE, 30, 30, ChangeVerdict.FOLLOW_UP),
    "on the day after": (Casualties(), ONE, 31, 30, ChangeVerdict.TOO_LATE),
    "traffic on the seventh": (Casualties(), ONE, 7, 7, ChangeVerdict.FOLLOW_UP),
    "traffic on the eighth": (Casualties(), ONE, 8, 7, ChangeVerdict.TOO_LATE),
    "one fewer missing": (Casualties(missing=2), Casualties(missing=1), 1, 30, ChangeVerdict.FOLLOW_UP),
    "the same people, more loss": (ONE, Casualties(dead=1, loss_yuan=5.0), 1, 30, ChangeVerdict.UNCHANGED),
    "nothing told yet": (None, ONE, 1, 30, ChangeVerdict.NOTHING_REPORTED),
}


@pytest.mark.parametrize(("told", "known", "days", "within", "verdict"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_casualties(
    told: Casualties | None, known: Casualties, days: int, within: int, verdict: ChangeVerdict
) -> None:
    begun = date(2026, 1, 3)
    today = begun + timedelta(days=days)
    assert judge_change(told, known, occurred_on=begun, today=today, within_days=within) is verdict


def test_what_was_sent_is_never_changed() -> None:
    for act in ReportAct:
        after = state_after(ReportState.SENT, act)
        assert after is (ReportState.RECEIVED if act is ReportAct.RECEIPT else None)
        assert state_after(ReportState.RECEIVED, act) is None


# --- from a declaration to a receipt ---


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


@pytest.fixture
def case(officer: User, clock: SetClock) -> Case:
    """A red matter, unverified."""
    ensure_regions()
    return handling.open_case_by_hand(
        actor=officer, region_code=LICANG, title="smell of gas", place="Shiniushan Road", level=AlarmLevel.RED
    )


@pytest.fixture
def declared(case: Case, leader: User, clock: SetClock) -> Case:
    """An ordinary incident, declared ten minutes later."""
    clock(START + timedelta(minutes=10))
    declaring.declare(actor=leader, case_id=case.pk, kind=INCIDENT, level="ordinary", text="explosion in a workshop")
    case.refresh_from_db()
    return case


def write(report: Report, actor: User, **changes: Any) -> Report:
    """The officer's draft with every part that the law asks for."""
    content = replace(content_of(report), **{"unit": "A workshop", "measures": "street closed", "course": "05:00", **changes})
    return reports.edit_report(actor=actor, report_id=report.pk, content=content)


def sign(report: Report, leader: User) -> Report:
    report.refresh_from_db()
    return reports.sign_report(actor=leader, report_id=report.pk, seen=content_of(report).digest())


def test_the_leader_hears_at_once_what_waits_for_the_signature(declared: Case, leader: User, officer: User) -> None:
    waiting = notices_of(declared).filter(purpose=Purpose.REPORT, person=leader)
    assert waiting.count() == Report.objects.filter(case=declared).count() > 0
    report = Report.objects.filter(case=declared).first()
    assert report is not None
    told = waiting.get(figures__report=report.number)
    with translation.override("en"):
        assert report.number in text_of(told) and "signature" in text_of(told)
    sign(write(report, officer), leader)
    assert not told.sendings.filter(fate=Fate.QUEUED).exists()


def test_an_unverified_alarm_never_starts_a_legal_clock(street: None, time: Timeline, clock: SetClock) -> None:
    alarm = time.at(0).rings(1, GAS, level=4)
    time.looks()
    assert case_of(alarm).level == AlarmLevel.RED
    assert not Report.objects.exists()
    assert not Clock.objects.filter(step=Step.REPORT).exists()


def test_a_declaration_starts_the_clocks_from_its_own_moment(declared: Case) -> None:
    asked = {one.duty: one.due_at - START for one in Report.objects.all()}
    assert asked == {
        "province_safety_committee": timedelta(minutes=40),
        "city_emergency_bureau": timedelta(minutes=130),
        "own_government": timedelta(minutes=130),
    }
    dues = {one.subject: one.due_at for one in Clock.objects.filter(case=declared, step=Step.REPORT)}
    assert dues == {one.number: one.due_at for one in Report.objects.all()}
    assert {one.kind for one in Report.objects.all()} == {"first"}
    assert CaseChange.objects.filter(case=declared, act="report_asked").count() == 3


def test_a_suspended_case_is_not_chased_but_its_reports_are(declared: Case, officer: User) -> None:
    fires = dict(Clock.objects.filter(case=declared).values_list("pk", "next_at"))
    handling.suspend_case(actor=officer, case_id=declared.pk, until=START + timedelta(days=3), text="road works")
    after = {one.pk: one for one in Clock.objects.filter(case=declared, met_at=None, stopped_at=None, next_at__isnull=False)}
    for clock in after.values():
        expected = fires[clock.pk] if clock.step == Step.REPORT else START + timedelta(days=3)
        assert clock.next_at == expected, clock.step


def test_a_raised_grade_goes_on_with_drafts_and_tells_the_told_again(
    declared: Case,
    leader: User,
    officer: User,
    clock: SetClock,
) -> None:
    told = Report.objects.get(duty="own_government")
    draft = Report.objects.get(duty="province_safety_committee")
    sign(write(told, officer), leader)
    clock(START + timedelta(minutes=30))
    declaring.declare(actor=leader, case_id=declared.pk, kind=INCIDENT, level="larger", text="three dead")
    draft.refresh_from_db()
    assert (draft.declaration.level, draft.due_at) == ("larger", START + timedelta(minutes=40))
    again = Report.objects.get(duty="own_government", sequence=2)
    assert (again.kind, again.cause, again.due_at) == ("follow_up", "raised", START + timedelta(minutes=150))
    written = Report.objects.get(duty="province_safety_committee_written")
    assert (written.kind, written.due_at) == ("first", START + timedelta(minutes=90))


def test_a_report_is_written_signed_sent_and_received(
    declared: Case,
    leader: User,
    officer: User,
    clock: SetClock,
) -> None:
    report = Report.objects.get(duty="province_safety_committee")
    before = content_of(report)
    assert "Case taken in" in before.course
    assert "explosion in a workshop" in before.scene
    with pytest.raises(InvalidInput, match="Missing"):
        sign(report, leader)
    write(report, officer)
    seen = content_of(Report.objects.get(pk=report.pk)).digest()
    write(report, officer, unit="Another workshop")
    with pytest.raises(Conflict, match="has changed since you read it"):
        reports.sign_report(actor=leader, report_id=report.pk, seen=seen)
    with pytest.raises(NotAllowed):
        sign(report, officer)
    signed = sign(report, leader)
    with pytest.raises(Conflict):
        write(report, officer)
    assert signed.digest == reports.digest_of(reports.signed_values(signed))
    clock(START + timedelta(minutes=35))
    with pytest.raises(InvalidInput, match="after the signature"):
        reports.send_report(actor=officer, report_id=report.pk, through="telephone", at=START)
    reports.send_report(actor=officer, report_id=report.pk, through="telephone")
    found = Clock.objects.get(step=Step.REPORT, subject=report.number)
    assert (found.met_at, found.next_at) == (START + timedelta(minutes=35), None)
    done = reports.note_receipt(actor=officer, report_id=report.pk, received_by="Liu, office", receipt_number="2026-118")
    assert describe_report(done, START + timedelta(hours=9)).standing == "met"
    acts = list(CaseChange.objects.filter(case=declared, act__startswith="report_").values_list("act", flat=True))
    assert acts[-3:] == ["report_signed", "report_sent", "report_received"]


def test_a_late_report_says_so_and_its_clock_survives_the_end_of_the_case(
    declared: Case,
    leader: User,
    officer: User,
    clock: SetClock,
) -> None:
    from tocsin.command.casebook.models import Outcome
    from tocsin.command.casebook.services.acting import open_cases

    clock(START + timedelta(hours=3))
    report = Report.objects.get(duty="own_government")
    sign(write(report, officer), leader)
    Outcome.objects.create(
        case=declared, kind="settled", proposed_by=officer, proposed_at=START, confirmed_by=officer, confirmed_at=START
    )
    book, (case,) = open_cases(officer, "console", declared.pk)
    book.refresh(case)
    reports.follow(book, case)
    reports.follow(book, case)
    assert Clock.objects.filter(step=Step.REPORT, stopped_at=None).count() == 4
    sent = reports.send_report(actor=officer, report_id=report.pk, through="fax")
    assert describe_report(sent, START + timedelta(hours=4)).standing == "met_late"
    final = Report.objects.get(kind="final")
    assert (final.duty, final.cause, final.sequence) == ("own_government", "closed", 2)


def test_casualties_that_change_ask_for_a_follow_up_with_the_new_figures(
    declared: Case,
    leader: User,
    officer: User,
    clock: SetClock,
) -> None:
    verdict, made = reports.change_casualties(actor=officer, case_id=declared.pk, casualties=Casualties(injured=2))
    assert (verdict, made) == (ChangeVerdict.NOTHING_REPORTED, ())
    report = Report.objects.get(duty="own_government")
    assert content_of(report).casualties == Casualties(injured=2)
    sign(write(report, officer), leader)
    clock(START + timedelta(days=2))
    verdict, made = reports.change_casualties(actor=officer, case_id=declared.pk, casualties=Casualties(dead=1, injured=1))
    assert verdict is ChangeVerdict.FOLLOW_UP
    assert [(one.duty, one.kind, one.cause) for one in made] == [("own_government", "follow_up", "casualties")]
    made[0].refresh_from_db()
    assert content_of(made[0]).casualties == Casualties(dead=1, injured=1)
    assert content_of(Report.objects.get(pk=report.pk)).casualties == Casualties(injured=2)
    sign(write(made[0], officer), leader)
    clock(START + timedelta(days=40))
    verdict, _made = reports.change_casualties(actor=officer, case_id=declared.pk, casualties=Casualties(dead=2))
    assert verdict is ChangeVerdict.TOO_LATE
    late = CaseChange.objects.filter(case=declared, act="casualties").latest("pk")
    assert "too late to count" in describe_change(late).sentence
    reports.ask_follow_up(actor=officer, case_id=declared.pk)
    reports.change_casualties(actor=officer, case_id=declared.pk, casualties=Casualties(dead=2))
    waiting = Report.objects.get(case=declared, duty="own_government", state=ReportState.DRAFT)
    assert content_of(waiting).casualties == Casualties(dead=1, injured=1)  # a death after the thirty days makes no other grade
    with pytest.raises(InvalidInput, match="not negative"):
        reports.change_casualties(actor=officer, case_id=declared.pk, casualties=Casualties(dead=-1))


def test_the_leader_gives_it_back_and_the_clock_goes_on(declared: Case, leader: User, officer: User) -> None:
    report = Report.objects.get(duty="own_government")
    due = report.due_at
    sign(write(report, officer), leader)
    with pytest.raises(InvalidInput, match="why"):
        reports.return_report(actor=leader, report_id=report.pk, reason=" ")
    back = reports.return_report(actor=leader, report_id=report.pk, reason="name the street")
    assert (back.state, back.signed_at, back.digest, back.due_at) == ("draft", None, "", due)
    with pytest.raises(Conflict, match="still stands"):
        reports.drop_report(actor=leader, report_id=report.pk, reason="a mistake")
    declaring.end_declaration(actor=leader, case_id=declared.pk, kind=INCIDENT, text="no incident after all")
    dropped = reports.drop_report(actor=leader, report_id=report.pk, reason="a mistake")
    assert dropped.state == "dropped"
    assert Clock.objects.get(step=Step.REPORT, subject=report.number).stopped_at is not None


def test_a_warning_is_told_to_the_next_level(case: Case, leader: User) -> None:
    declaring.declare(actor=leader, case_id=case.pk, kind=WARNING, level="orange", text="gas in the sewer")
    assert [one.duty for one in Report.objects.all()] == ["warning_city_duty_room"]


def test_the_export_fits_its_schema_and_holds_the_signed_words(declared: Case, leader: User, officer: User) -> None:
    report = Report.objects.get(duty="own_government")
    sign(write(report, officer), leader)
    signed = visible_reports(leader).get(pk=report.pk)
    exported = export_report(signed)
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(json.loads(json.dumps(exported)))
    assert exported["content"] == signed.content
    assert exported["status"] == "actual"
    assert exported["signature"]["digest"] == signed.digest


def test_reports_stay_within_their_region(declared: Case) -> None:
    stranger = make_person("shift_leader", SHINAN)
    report = Report.objects.first()
    assert report is not None
    assert not visible_reports(stranger).exists()
    for act in (
        lambda: write(report, stranger),
        lambda: sign(report, stranger),
        lambda: reports.ask_follow_up(actor=stranger, case_id=declared.pk),
    ):
        with pytest.raises(Case.DoesNotExist):
            act()
