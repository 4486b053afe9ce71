"""Firms, inspectors and deciders are told of hidden dangers; days count from service; what time alone brings."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, act, make_body, make_object
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.notices.messages.services.delivery import deliver
from tocsin.notices.messages.shown import text_of
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.services.findings import enter_finding, report_finding
from tocsin.supervision.inspections.services.inspections import enter_inspection
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.inspections.services.penalties import record_penalty
from tocsin.supervision.inspections.services.watching import watch_dangers
from tocsin.supervision.tasks.models import Task

DAY = timedelta(days=1)
STROKES = "M10 40 L80 20 L150 70"


class Story:
    """A firm with an officer, two inspectors and a leader of the bureau that supervises it."""

    def __init__(self, *, account: bool = True) -> None:
        self.bureau = usual_bodies(LICANG)["emergency_bureau"]
        body = make_body("hongda")
        self.firm = make_object(organisation=body, competent=self.bureau)
        self.officer = make_named_person("officer", "firm_officer", body) if account else None
        self.wang = make_named_person("wang", "inspector", self.bureau)
        self.zhao = make_named_person("zhao", "inspector", self.bureau)
        self.leader = make_named_person("leader", "supervisor", self.bureau)
        self.known: set[Any] = set()

    def news(self) -> list[tuple[str, str]]:
        """Who was told since this was asked last, and of what."""
        fresh = list(Notice.objects.exclude(pk__in=self.known).order_by("written_at", "key"))
        self.known |= {one.pk for one in fresh}
        return [
            (str(one.person or one.organisation.code if one.organisation else one.person), one.figures["matter"]) for one in fresh
        ]

    def visits(self, *, text: str = "detector covered") -> tuple[Inspection, Finding]:
        """Both have signed, and a danger was found."""
        inspection = open_inspection(actor=self.wang, object_id=self.firm.pk, second_id=self.zhao.pk, check_list="welding")
        for item in inspection.check_list.items:
            enter_inspection(actor=self.wang, act=act(inspection.pk, "answer", item=item["code"], answer="good"))
        identity = new_id()
        enter_inspection(
            actor=self.wang, act=act(inspection.pk, "finding", grade="ordinary", text=text, days=5, finding=identity)
        )
        enter_inspection(actor=self.wang, act=act(inspection.pk, "sign"))
        return inspection, Finding.objects.get(pk=identity)


@pytest.fixture
def story(db: None, monkeypatch: pytest.MonkeyPatch, english: None) -> Story:
    stand_at(monkeypatch, NOW)
    return Story()


def test_everybody_hears_what_is_theirs_from_the_visit_to_the_end(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    inspection, finding = story.visits()
    assert story.news() == [("zhao", "planned"), ("zhao", "to_confirm")]
    enter_inspection(actor=story.zhao, act=act(inspection.pk, "confirm"))
    assert story.news() == [("hongda", "ordered")]
    (order,) = inbox_of(story.officer, now=NOW)
    assert text_of(order).startswith("Order to rectify （370213）应急责改〔2026〕1号")
    assert order.figures["until"] == "2026-11-30"
    finding.refresh_from_db()
    assert finding.unserved
    stand_at(monkeypatch, NOW + DAY)
    deliver([order], NOW + DAY)  # somebody at the firm has seen it, a day later
    finding.refresh_from_db()
    assert (finding.unserved, finding.due_on, finding.entries.get(act="serve").data) == (
        False,
        date(2026, 12, 1),
        {"served": "notice"},
    )
    enter_finding(actor=story.officer, act=act(finding.pk, "ask_extension", text="parts", until="2026-12-05"))
    assert story.news() == [("emergency_bureau", "extension")]
    assert "until 2026-12-05 instead of 2026-12-01: parts" in text_of(Notice.objects.get(figures__matter="extension"))
    enter_finding(actor=story.leader, act=act(finding.pk, "grant_extension", text="agreed"))
    assert story.news() == [("hongda", "granted")]
    assert not [one for one in inbox_of(story.leader, now=NOW) if one.figures["matter"] == "extension"]  # decided: waits no more
    enter_finding(actor=story.officer, act=act(finding.pk, "rectify", text="freed"))
    assert story.news() == [("wang", "rectified"), ("zhao", "rectified")]
    with pytest.raises(InvalidInput, match="at most 15"):
        enter_finding(actor=story.wang, act=act(finding.pk, "fail", text="covered again", days=20))
    enter_finding(actor=story.wang, act=act(finding.pk, "fail", text="covered again", days=3))
    assert story.news() == [("hongda", "failed")]
    record_penalty(actor=story.wang, finding_id=finding.pk, kind="fine", document_number="罚1", decided_on=date(2026, 11, 24))
    assert story.news() == [("hongda", "penalty")]
    enter_finding(actor=story.officer, act=act(finding.pk, "rectify", text="cover taken away"))
    enter_finding(actor=story.zhao, act=act(finding.pk, "pass"))
    assert [one for one in story.news() if one[0] == "hongda"] == [("hongda", "passed")]


def test_a_firm_that_nobody_told_is_not_late(monkeypatch: pytest.MonkeyPatch, db: None, english: None) -> None:
    stand_at(monkeypatch, NOW)
    story = Story(account=False)
    inspection, finding = story.visits()
    enter_inspection(actor=story.zhao, act=act(inspection.pk, "confirm"))
    finding.refresh_from_db()
    assert (finding.unserved, Task.objects.filter(rule="rectify").exists()) == (True, False)
    story.news()
    later = NOW + 9 * DAY
    watch_dangers(now=later)
    watch_dangers(now=later + timedelta(minutes=5))
    assert story.news() == [("wang", "unserved"), ("zhao", "unserved")]
    stand_at(monkeypatch, later)
    enter_finding(actor=story.wang, act=act(finding.pk, "serve", text="handed to the guard, receipt signed", at=later))
    finding.refresh_from_db()
    assert (finding.unserved, finding.due_on) == (False, date(2026, 12, 9))  # five days from service
    assert Task.objects.get(rule="rectify").state == "open"


def test_the_firms_person_signs_on_the_phone_or_refuses_before_a_witness(story: Story) -> None:
    inspection, finding = story.visits()
    for does, given in (("party_sign", {"name": "Li"}), ("party_refuse", {"text": "does not agree"})):
        with pytest.raises(InvalidInput):
            enter_inspection(actor=story.wang, act=act(inspection.pk, does, **given))
    refusal = {"text": "does not agree", "name": "Li", "witness": "Sun, neighbour"}
    assert enter_inspection(actor=story.wang, act=act(inspection.pk, "party_refuse", **refusal)).verdict == "stays"
    enter_inspection(actor=story.wang, act=act(inspection.pk, "party_sign", name="Li", position="head", strokes=STROKES))
    assert enter_inspection(actor=story.wang, act=act(inspection.pk, "party_refuse", **refusal)).verdict == "already"
    enter_inspection(actor=story.zhao, act=act(inspection.pk, "reopen", text="one more item"))
    inspection.refresh_from_db()
    assert (inspection.party, inspection.party_at) == ({}, None)  # what is signed anew is heard anew
    enter_inspection(actor=story.wang, act=act(inspection.pk, "sign"))
    enter_inspection(actor=story.wang, act=act(inspection.pk, "party_sign", name="Li", position="head", strokes=STROKES))
    enter_inspection(actor=story.zhao, act=act(inspection.pk, "confirm"))
    finding.refresh_from_db()
    assert finding.entries.get(act="serve").data == {"served": "signed"}


def test_reminders_before_and_news_after_the_limit_once(story: Story) -> None:
    finding = report_finding(actor=story.wang, object_id=story.firm.pk, grade=FindingGrade.ORDINARY, text="reported", days=7)
    assert story.news() == [("hongda", "found")]
    deliver(Notice.objects.filter(figures__matter="found"), NOW)
    for days, told in ((3, []), (4, ["reminded"]), (6, ["reminded"]), (7, []), (8, ["firm_late", "late"])):
        for minutes in (0, 5):
            watch_dangers(now=NOW + days * DAY + timedelta(minutes=minutes))
        assert sorted(matter for _who, matter in story.news()) == told, days
    assert finding.due_on == date(2026, 12, 2)


def test_a_risk_is_accepted_for_a_time_and_comes_back_by_itself(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    report: dict[str, Any] = {"actor": story.wang, "object_id": story.firm.pk, "text": "old wiring"}
    major = report_finding(**report, grade=FindingGrade.MAJOR)
    asked = {"text": "part comes in March", "measure": "a guard at night", "until": "2027-03-01"}
    with pytest.raises(InvalidInput, match="major"):
        enter_finding(actor=story.officer, act=act(major.pk, "ask_acceptance", **asked))
    deliver(Notice.objects.filter(purpose="danger"), NOW)
    finding = report_finding(**report, grade=FindingGrade.ORDINARY)
    for wrong in ({"measure": ""}, {"until": "2028-01-01"}):
        with pytest.raises(InvalidInput):
            enter_finding(actor=story.officer, act=act(finding.pk, "ask_acceptance", **{**asked, **wrong}))
    enter_finding(actor=story.officer, act=act(finding.pk, "ask_acceptance", **asked))
    with pytest.raises(NotAllowed):
        enter_finding(actor=story.wang, act=act(finding.pk, "accept_risk", text="yes"))
    enter_finding(actor=story.leader, act=act(finding.pk, "accept_risk", text="yes, with a guard"))
    finding.refresh_from_db()
    assert (finding.state, finding.accepted_until, finding.due_on) == ("accepted", date(2027, 3, 1), date(2027, 3, 1))
    story.news()
    watch_dangers(now=NOW.replace(year=2027, month=3, day=1))
    assert [one for one in story.news() if "came_back" in one] == []
    watch_dangers(now=NOW.replace(year=2027, month=3, day=2))
    finding.refresh_from_db()
    assert (finding.state, finding.accepted_until, finding.due_on) == ("open", None, date(2027, 3, 9))
    assert ("hongda", "came_back") in story.news()


def test_a_firm_reports_its_own_dangers_and_closes_the_ordinary_ones(story: Story) -> None:
    own, major = new_id(), new_id()
    given = {"object": story.firm.pk, "text": "a guard is loose"}
    assert enter_finding(actor=story.officer, act=act(own, "report_own", days=3, grade="ordinary", **given)).verdict == "stays"
    assert story.news() == []
    enter_finding(actor=story.officer, act=act(major, "report_own", grade="major", **given))
    assert story.news() == [("emergency_bureau", "own_major")]
    found = Finding.objects.get(pk=own)
    assert (found.own, found.unserved, found.due_on, Task.objects.exists()) == (True, False, date(2026, 11, 28), False)
    with pytest.raises(InvalidInput, match="itself"):
        enter_finding(actor=story.officer, act=act(major, "close_own", text="done"))
    enter_finding(actor=story.officer, act=act(own, "close_own", text="screwed tight"))
    found.refresh_from_db()
    assert found.state == "closed"
    stranger = make_named_person("stranger", "firm_officer", make_body("other"))
    with pytest.raises(type(story.firm).DoesNotExist):
        enter_finding(actor=stranger, act=act(new_id(), "report_own", **given))
