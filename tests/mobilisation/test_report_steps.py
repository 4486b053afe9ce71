"""What follows a report shows with it: its reward's steps, the fine from the firm's file, what its reporter adds later."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.mobilisation.answered import FINED, Office, answered, drafted
from tests.mobilisation.public import Reporter
from tests.people import LICANG, make_person, signed_in
from tests.supervision.firms import NOW, make_object
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.queries.ranks import ranks_of
from tocsin.mobilisation.hazard_reports.services import handling, merging, moving
from tocsin.mobilisation.hazard_reports.services.following import Key
from tocsin.mobilisation.rewards.services import deciding, paying
from tocsin.mobilisation.rewards.services.deciding import FindingForm
from tocsin.mobilisation.rewards.services.keeping import keep_rewards
from tocsin.supervision.inspections.models import Finding, Penalty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def desk() -> User:
    return make_person("report_officer", organisation="emergency_bureau")


def steps_of(report: HazardReport) -> list[str]:
    return [one.figures["reward"] for one in ReportEntry.objects.filter(report=report, act="reward")]


def test_the_steps_of_a_reward_show_with_the_report(desk: User) -> None:
    office, reporter = Office(), Reporter()
    reward = office.decides(drafted(answered(reporter)))
    told = reporter.asks().json()
    assert (told["reward"], told["state"]) == ("reward decided", "answered")
    code = paying.claim(key=Key(reporter.number, reporter.secret), reward_id=reward.pk, now=NOW).code
    paying.pay(actor=office.cashier, code=code, payment_id=reward.pk, now=NOW)
    told = reporter.asks().json()
    assert told["reward"] == "reward paid"
    assert [one["name"] for one in told["lines"]][-2:] == ["reward decided", "reward paid"]
    assert steps_of(reporter.report) == ["decided", "paid"]
    client = signed_in(office.li)
    assert 'data-reward="paid"' in client.get(f"/hazard-reports/{reporter.id}/").content.decode()
    listed = client.get("/api/v1/mobilisation/hazard-reports?which=paid").json()
    assert [one["number"] for one in listed["items"]] == [reporter.number]


def test_the_reporter_reads_to_whom_it_was_passed_on_and_why(desk: User) -> None:
    reporter, same = Reporter(), Reporter()
    reporter.sends()
    same.sends()
    moving.transfer(actor=desk, report_id=reporter.id, to="Shibei housing bureau", words="It lies in Shibei.", now=NOW)
    told = reporter.asks().json()
    assert (told["body"], told["answer"]) == ("Shibei housing bureau", "It lies in Shibei.")
    assert told["refusal"].startswith("It was passed on to Shibei housing bureau")
    assert told["lines"][-1]["name"] == "passed on to Shibei housing bureau"
    HazardReport.objects.filter(pk=same.id).update(merged_into=reporter.id)
    assert same.asks().json()["body"] == "Shibei housing bureau"


def test_the_reporter_reads_why_it_is_not_accepted_until_it_is_looked_at_again(desk: User) -> None:
    reporter = Reporter()
    reporter.sends()
    handling.refuse(actor=desk, report_id=reporter.id, reason="not_in_scope", words="Say where exactly.", now=NOW)
    told = reporter.asks().json()
    assert (told["refusal"], told["answer"]) == ("not in scope", "Say where exactly.")
    told = reporter.asks("reopen", "in the south east corner").json()
    assert (told["state"], told["refusal"], told["answer"]) == ("received", "", "")


def test_another_reporters_reward_is_nothing_that_the_leading_one_reads(desk: User) -> None:
    office, lead, first = Office(), Reporter(), Reporter()
    first.sends()
    HazardReport.objects.filter(pk=first.id).update(complete_at=NOW - timedelta(days=2), received_at=NOW - timedelta(days=2))
    report = answered(lead)
    HazardReport.objects.filter(pk=report.pk).update(state="handled")
    merging.merge(actor=desk, report_id=first.id, into=lead.number, words="", now=NOW)
    HazardReport.objects.filter(pk=report.pk).update(state="answered")
    reward = office.decides(drafted(lead.report))
    assert reward.payee == first.report
    assert "reward decided" in str(first.asks().json()["lines"])
    assert "reward decided" not in str(lead.asks().json()["lines"])
    assert steps_of(lead.report) == ["decided"], "the desk reads it with the report that leads"


def fined(number: str = "ZG-9", **fields: Any) -> Finding:
    """A major hidden danger with a penalty of 60,000 yuan."""
    firm = make_object()
    told: dict[str, Any] = {"found_at": NOW, "due_on": NOW.date(), "state": "open", "grade": "major", "region_code": LICANG}
    found = Finding.objects.create(number=number, object=firm, text="x", **told)
    penalise(found, Decimal(60_000), **fields)
    return found


def penalise(found: Finding, yuan: Decimal, number: str = "CF-1") -> Penalty:
    told: dict[str, Any] = {"kind": "fine", "decided_on": NOW.date(), "entered_at": NOW}
    return Penalty.objects.create(object=found.object, finding=found, amount_yuan=yuan, document_number=number, **told)


def test_the_fine_comes_from_the_firms_file_and_a_typed_one_is_marked(desk: User) -> None:
    found, office, reporter = fined(), Office(), Reporter()
    report = answered(reporter)
    ReportEntry.objects.filter(report=report, act="handle").update(figures={"finding": "ZG-9"})
    reward = drafted(report)
    assert (reward.kind, reward.fine_yuan, reward.fine_from) == ("major", 60_000, "CF-1")
    assert reward.amount_yuan == 30_000
    typed = FindingForm(kind="major", finding="ZG-9", fine_yuan=80_000, budget_line="2120103")
    reward = deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=typed, now=NOW)
    assert (reward.fine_from, reward.amount_yuan) == ("hand", 40_000)
    penalise(found, Decimal(10_000), "CF-2")
    keep_rewards(now=NOW)
    reward.refresh_from_db()
    assert reward.fine_yuan == 80_000
    empty = FindingForm(kind="major", finding="ZG-9", budget_line="2120103")
    reward = deciding.enter_finding(actor=office.li, reward_id=reward.pk, form=empty, now=NOW)
    assert (reward.fine_yuan, reward.fine_from) == (70_000, "CF-1, CF-2")


def test_a_penalty_that_comes_later_opens_the_decision_again_before_it_is_paid(desk: User) -> None:
    found, office, reporter = fined(), Office(), Reporter()
    report = answered(reporter)
    ReportEntry.objects.filter(report=report, act="handle").update(figures={"finding": "ZG-9"})
    form = FindingForm(kind="major", finding="ZG-9", budget_line="2120103")
    reward = office.decides(drafted(report), form)
    penalise(found, Decimal(20_000), "CF-2")
    keep_rewards(now=NOW)
    reward.refresh_from_db()
    assert (reward.state, reward.amount_yuan) == ("draft", 40_000)
    assert steps_of(report) == ["decided", "anew"]
    assert FINED.fine_yuan == 60_000


def test_what_is_added_later_makes_a_report_complete_from_then_on(desk: User) -> None:
    early, between = Reporter(), Reporter()
    early.sends(text="smoke", place="12 Shiniushan Road")
    between.sends()
    assert (early.report.valid, early.report.complete_at) == (False, None)
    early.asks("add", "Each night smoke comes out of the chimney of the workshop.")
    report = early.report
    assert report.valid and report.complete_at is not None
    HazardReport.objects.filter(pk=early.id).update(received_at=NOW - timedelta(days=2))
    HazardReport.objects.filter(pk=between.id).update(received_at=NOW - timedelta(days=1), complete_at=NOW - timedelta(days=1))
    merging.merge(actor=desk, report_id=between.id, into=early.number, words="", now=NOW)
    assert [one.number for one in ranks_of(early.report)] == [between.number, early.number]


def test_an_object_that_the_desk_finds_counts_since_the_reporters_own_words(desk: User) -> None:
    reporter = Reporter()
    reporter.sends(place="")
    assert reporter.report.complete_at is None
    handling.set_object(actor=desk, report_id=reporter.id, object_id=make_object().pk, now=NOW + timedelta(days=3))
    assert reporter.report.complete_at == reporter.report.received_at
