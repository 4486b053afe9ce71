"""Inspections and hidden dangers, from the scan of a code to the closure of what was found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person
from tests.supervision.firms import NOW, act, colour_of, make_body, make_object
from tests.supervision.visits import answers_all, finds
from tests.supervision.visits import firm as firm
from tests.supervision.visits import inspection as inspection
from tests.supervision.visits import officer as officer
from tests.supervision.visits import pair as pair
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.notices.messages.services.delivery import deliver
from tocsin.notices.messages.shown import text_of
from tocsin.records.versions.services.versions import confirm_version
from tocsin.supervision.inspections.models import CheckList, Finding, FindingEntry, Inspection, LegalDocument
from tocsin.supervision.inspections.queries.checklists import list_for, newest_lists
from tocsin.supervision.inspections.queries.findings import search_findings, visible_findings
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.rules.checklists import read_items
from tocsin.supervision.inspections.rules.findings import (
    FindingGrade,
)
from tocsin.supervision.inspections.services.checklists import kept_list, propose_list
from tocsin.supervision.inspections.services.findings import allowed_days, enter_finding, report_finding
from tocsin.supervision.inspections.services.inspections import enter_inspection, name_second
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.inspections.services.penalties import record_penalty
from tocsin.supervision.inspections.shown.inspections import describe_inspection_entry
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.services.assignment import run_task_clocks


def test_two_inspectors_from_scan_to_closure(
    inspection: Inspection, pair: tuple[User, User], officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    assert (inspection.state, inspection.check_list.code) == ("open", "chemicals")
    finding = finds(inspection, first)
    assert (finding.due_on, finding.unserved, Task.objects.filter(rule="rectify").exists()) == (date(2026, 12, 2), True, False)
    with pytest.raises(InvalidInput):
        enter_inspection(actor=first, act=act(inspection.pk, "sign"))  # items without an answer
    answers_all(inspection, first)
    enter_inspection(actor=first, act=act(inspection.pk, "answer", item="gas_detectors", answer="bad"))
    enter_inspection(actor=first, act=act(inspection.pk, "sign"))
    assert enter_inspection(actor=first, act=act(inspection.pk, "confirm")).verdict == "one_person"
    assert not LegalDocument.objects.exists()
    assert enter_inspection(actor=second, act=act(inspection.pk, "confirm")).verdict == "goes_on"
    assert dict(LegalDocument.objects.values_list("kind", "number")) == {
        "inspection_record": "（370213）应急现记〔2026〕1号",
        "rectification_order": "（370213）应急责改〔2026〕1号",
    }
    deliver(Notice.objects.filter(purpose="danger"), NOW)  # somebody at the firm has seen the order
    finding.refresh_from_db()
    assert (finding.unserved, finding.served_at) == (False, NOW)
    assert Task.objects.get(key=f"rectify:{finding.number}").due_at == datetime(2026, 12, 2, 16, tzinfo=UTC)
    assert enter_finding(actor=first, act=act(finding.pk, "pass")).verdict == "too_early"
    enter_finding(actor=officer, act=act(finding.pk, "rectify", text="freed and calibrated"))
    assert Task.objects.get(key=f"rectify:{finding.number}").state == "done"
    enter_finding(actor=first, act=act(finding.pk, "fail", text="covered again", days=3))
    deliver(Notice.objects.filter(figures__matter="failed"), NOW)
    finding.refresh_from_db()
    assert (finding.state, finding.due_on, finding.rectified_at) == ("open", date(2026, 11, 28), None)
    assert Task.objects.get(key=f"rectify:{finding.number}").state == "open"
    stand_at(monkeypatch, NOW + timedelta(days=4))
    run_task_clocks(now=NOW + timedelta(days=4))
    assert Task.objects.get(key=f"rectify:{finding.number}").state == "overdue"
    assert list(search_findings(first, now=NOW + timedelta(days=4), state="overdue")) == [finding]
    later = NOW + timedelta(days=4)
    enter_finding(actor=officer, act=act(finding.pk, "rectify", at=later, text="cover taken away"))
    enter_finding(actor=second, act=act(finding.pk, "pass", at=later))
    finding.refresh_from_db()
    assert (finding.state, finding.closed_at is not None) == ("closed", True)
    assert Task.objects.get(key=f"rectify:{finding.number}").state == "late"
    assert LegalDocument.objects.filter(kind="recheck_opinion").count() == 2


def test_the_stricter_answer_stands_until_both_say_the_same(inspection: Inspection, pair: tuple[User, User]) -> None:
    wang, zhao = pair

    def answers(who: User, answer: str) -> str:
        return str(enter_inspection(actor=who, act=act(inspection.pk, "answer", item="licence", answer=answer)).verdict)

    def standing() -> str:
        return str(Inspection.objects.get(pk=inspection.pk).answers["licence"]["answer"])

    for item in inspection.check_list.items[1:]:
        enter_inspection(actor=wang, act=act(inspection.pk, "answer", item=item["code"], answer="good"))
    assert (answers(wang, "good"), standing()) == ("stays", "good")
    assert (answers(zhao, "bad"), standing()) == ("differs", "bad")
    (told,) = Notice.objects.filter(purpose="inspection", person=wang, figures__matter="differs")
    assert "answers an item otherwise" in text_of(told)
    assert (answers(wang, "good"), standing()) == ("differs", "bad")  # insisting changes nothing
    with pytest.raises(InvalidInput, match="settle it first"):
        enter_inspection(actor=wang, act=act(inspection.pk, "sign"))
    finding = finds(inspection, zhao, item="licence")
    assert (answers(zhao, "good"), standing()) == ("stays", "good")  # settled, but for the danger
    assert not inbox_of(wang, now=NOW)  # nothing to settle waits any more
    with pytest.raises(InvalidInput, match="entered as a hidden danger"):
        enter_inspection(actor=wang, act=act(inspection.pk, "sign"))
    enter_finding(actor=zhao, act=act(finding.pk, "withdraw", text="a mistake"))
    assert enter_inspection(actor=wang, act=act(inspection.pk, "sign")).verdict == "goes_on"
    one = act(inspection.pk, "note", text="?")
    enter_inspection(actor=wang, act=one)
    with pytest.raises(Conflict):  # another entry has the id
        enter_inspection(actor=wang, act=replace(act(inspection.pk, "note", text="!"), id=one.id))


def test_who_may_not_inspect_does_not(firm: SupervisedObject, pair: tuple[User, User], inspection: Inspection) -> None:
    own = make_named_person("own", "inspector", firm.organisation)
    with pytest.raises(NotAllowed):
        open_inspection(actor=own, object_id=firm.pk)
    for second in (own, pair[0], make_named_person("far", "inspector", region="370202")):
        with pytest.raises(InvalidInput):
            open_inspection(actor=pair[0], object_id=firm.pk, second_id=second.pk)
    third = make_named_person("third", "inspector")
    with pytest.raises(NotAllowed):
        enter_inspection(actor=third, act=act(inspection.pk, "note", text="?"))
    alone = open_inspection(actor=third, object_id=firm.pk)
    answers_all(alone, third)
    with pytest.raises(InvalidInput):
        enter_inspection(actor=third, act=act(alone.pk, "sign"))  # two sign, or nobody
    name_second(actor=third, inspection_id=alone.pk, second_id=pair[1].pk)
    assert enter_inspection(actor=third, act=act(alone.pk, "sign")).verdict == "goes_on"


def test_an_inspection_begun_on_a_phone_without_a_network(firm: SupervisedObject, pair: tuple[User, User]) -> None:
    wang, zhao = pair
    identity, begun = new_id(), NOW - timedelta(hours=5)
    told = {"object": firm.pk, "check_list": "general", "list_version": 1, "second": zhao.pk}
    opening = act(identity, "open", at=begun, base=0, **told)
    assert enter_inspection(actor=wang, act=opening).verdict == "goes_on"
    assert enter_inspection(actor=wang, act=opening).version == 1  # delivered twice
    made = Inspection.objects.get()
    assert (made.pk, made.state, made.began_at, made.second_inspector) == (identity, "open", begun, zhao)
    item = made.check_list.items[0]["code"]
    answer = enter_inspection(actor=wang, act=act(identity, "answer", at=begun, base=0, item=item, answer="good"))
    assert (answer.verdict, answer.at) == ("stays", begun)
    with pytest.raises(Conflict):  # another inspection has the id
        enter_inspection(actor=zhao, act=act(identity, "open", **told))
    beside = enter_inspection(actor=zhao, act=act(new_id(), "open", object=firm.pk, at=NOW - timedelta(days=30)))
    assert beside.verdict == "beside" and "under way" in describe_inspection_entry(beside).conflict
    assert beside.at == NOW - timedelta(days=7)  # no clock of a phone reaches further back
    own = make_named_person("own", "inspector", firm.organisation)
    alone = enter_inspection(actor=wang, act=act(new_id(), "open", object=firm.pk, second=own.pk))
    assert (alone.verdict, alone.inspection.second_inspector) == ("no_second", None)  # what was entered on site is not lost
    for who, given, refusal in [
        (own, {"object": firm.pk}, NotAllowed),
        (wang, {"object": new_id()}, SupervisedObject.DoesNotExist),
        (wang, {"object": firm.pk, "check_list": "general", "list_version": 7}, InvalidInput),
    ]:
        with pytest.raises(refusal):
            enter_inspection(actor=who, act=act(new_id(), "open", **given))


def test_a_phone_keeps_what_it_needs_to_begin(firm: SupervisedObject, pair: tuple[User, User]) -> None:
    red = make_object("Red works", organisation=make_body("red"))
    make_object("Elsewhere", region_code="370202")
    colour_of(red, "red", NOW.date())
    client = Client()
    client.force_login(pair[0])
    told = client.get("/api/v1/supervision/inspections/phone").json()
    assert [one["name"] for one in told["objects"]] == ["Red works", firm.name]
    assert told["objects"][1]["check_list"] in {one["code"] for one in told["check_lists"]}
    assert str(pair[1]) in [one["name"] for one in told["colleagues"]]
    assert str(pair[0]) not in [one["name"] for one in told["colleagues"]]


def test_a_major_danger_needs_its_five_fixings(inspection: Inspection, pair: tuple[User, User], officer: User) -> None:
    finding = finds(inspection, pair[0], grade="major", days=20)
    with pytest.raises(InvalidInput, match="fixings"):
        enter_finding(actor=officer, act=act(finding.pk, "rectify", text="done"))
    with pytest.raises(InvalidInput, match="money"):
        enter_finding(actor=officer, act=act(finding.pk, "fix", person="Li", measure="m", limit="l", plan="p"))
    enter_finding(actor=officer, act=act(finding.pk, "fix", person="Li", money="10,000", measure="m", limit="l", plan="p"))
    assert enter_finding(actor=officer, act=act(finding.pk, "rectify", text="done")).verdict == "goes_on"


def test_an_extension_is_granted_once(inspection: Inspection, pair: tuple[User, User], officer: User) -> None:
    finding = finds(inspection, pair[0])
    leader = make_named_person("leader", "supervisor")
    for until in ("2026-12-02", "2026-12-18", "x"):
        with pytest.raises(InvalidInput):
            enter_finding(actor=officer, act=act(finding.pk, "ask_extension", text="parts", until=until))
    enter_finding(actor=officer, act=act(finding.pk, "ask_extension", text="parts", until="2026-12-10"))
    with pytest.raises(NotAllowed):
        enter_finding(actor=pair[0], act=act(finding.pk, "grant_extension"))
    enter_finding(actor=leader, act=act(finding.pk, "grant_extension"))
    finding.refresh_from_db()
    assert (finding.due_on, finding.extended) == (date(2026, 12, 10), 1)
    assert Task.objects.get(key=f"rectify:{finding.number}").deferred_to == datetime(2026, 12, 10, 16, tzinfo=UTC)
    with pytest.raises(InvalidInput, match="before"):
        enter_finding(actor=officer, act=act(finding.pk, "ask_extension", text="again", until="2026-12-12"))


def test_several_are_answered_together(inspection: Inspection, pair: tuple[User, User], officer: User) -> None:
    asked, other, major = (
        finds(inspection, pair[0]),
        finds(inspection, pair[0]),
        finds(inspection, pair[0], grade="major", days=20),
    )
    enter_finding(actor=officer, act=act(asked.pk, "ask_extension", text="parts", until="2026-12-10"))
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_named_person("leader", "supervisor"))

    def together(does: str, *rows: Finding, **values: str) -> dict[str, str]:
        body = {"list_path": "/inspections/findings/", "act": does, "rows": [str(one.pk) for one in rows], "values": values}
        told = client.post("/api/v1/jurisdiction/me/list-acts", body, content_type="application/json").json()
        return {one["words"].split()[0]: one["reason"] for one in told["refused"]}

    assert together("grant", asked, other, text="agreed") == {other.number: "Nobody waits for more time here."}
    asked.refresh_from_db()
    assert asked.due_on == date(2026, 12, 10) and asked.entries.get(act="grant_extension").data["text"] == "agreed"
    client.force_login(pair[0])
    enter_finding(actor=officer, act=act(asked.pk, "rectify", text="done"))
    refused = together("pass", asked, other, major)
    assert refused[other.number] == "Nobody has rectified it yet." and "alone" in refused[major.number]
    assert not other.entries.filter(act="pass").exists(), "what is refused leaves nothing"
    asked.refresh_from_db()
    assert asked.state == "closed"


def test_a_firm_sees_and_does_only_its_own(inspection: Inspection, pair: tuple[User, User], officer: User) -> None:
    finding = finds(inspection, pair[0])
    assert list(visible_findings(officer)) == [finding]
    assert not visible_inspections(officer).exists()
    stranger = make_named_person("stranger", "firm_officer", make_body("other"))
    assert not visible_findings(stranger).exists()
    with pytest.raises(Finding.DoesNotExist):
        enter_finding(actor=stranger, act=act(finding.pk, "rectify", text="x"))
    for does in ("pass", "withdraw", "grant_extension"):
        with pytest.raises(NotAllowed):
            enter_finding(actor=officer, act=act(finding.pk, does, text="x"))


def test_a_penalty_is_recorded_once(inspection: Inspection, pair: tuple[User, User]) -> None:
    finding = finds(inspection, pair[0])
    told: dict[str, Any] = {"actor": pair[0], "finding_id": finding.pk, "kind": "fine", "decided_on": date(2026, 11, 24)}
    record_penalty(**told, document_number="青应急罚〔2026〕1号", amount_yuan=Decimal("20000"))
    with pytest.raises(InvalidInput):
        record_penalty(**told, document_number="青应急罚〔2026〕1号")
    with pytest.raises(InvalidInput):
        record_penalty(**{**told, "decided_on": date(2027, 1, 1)}, document_number="2")
    assert FindingEntry.objects.filter(finding=finding, act="penalty").count() == 1


def test_a_finding_without_an_inspection(firm: SupervisedObject, pair: tuple[User, User]) -> None:
    report: dict[str, Any] = {"actor": pair[0], "object_id": firm.pk, "grade": FindingGrade.ORDINARY, "text": "reported"}
    with pytest.raises(InvalidInput, match="at most 15"):  # nothing is shortened in silence
        report_finding(**report, days=99)
    assert report_finding(**report, days=15).due_on == date(2026, 12, 10)
    assert (allowed_days(FindingGrade.MAJOR, 90), allowed_days(FindingGrade.MAJOR, None)) == (90, 30)


def test_an_edited_list_is_a_new_version(inspection: Inspection, pair: tuple[User, User]) -> None:
    leader, second = (make_named_person(name, "supervisor", region="000000") for name in ("leader", "second"))
    items = [{"code": "one", "zh": "一", "en": "one"}]
    told: dict[str, Any] = {
        "code": "chemicals",
        "zh": "化工",
        "en": "Chemicals",
        "trade_codes": ["chemicals"],
        "kinds": [],
        "items": items,
    }
    for other in (pair[0], make_named_person("county", "supervisor")):  # lists are the whole installation's
        with pytest.raises(NotAllowed):
            propose_list(actor=other, base_version=1, **told)
    proposed = propose_list(actor=leader, base_version=1, **told)
    assert newest_lists()["chemicals"].version == 1
    with pytest.raises(Conflict, match="Another person"):
        confirm_version(actor=leader, version_id=proposed.pk)
    confirm_version(actor=second, version_id=proposed.pk)
    assert (newest_lists()["chemicals"].version, list_for(inspection.object).made_by) == (2, leader)
    with pytest.raises(Conflict):
        propose_list(actor=leader, base_version=1, **told)
    kept_list(list_for(inspection.object), now=NOW)
    assert len(Inspection.objects.get(pk=inspection.pk).check_list.items) == 12
    assert CheckList.objects.filter(code="chemicals").count() == 2
    for wrong in ([], [*items, *items], [{"code": "x"}], [{**items[0], "confidence": "Z"}]):
        with pytest.raises(InvalidInput):
            read_items(wrong)


def test_nobody_signs_a_defect_without_its_proof(firm: SupervisedObject, pair: tuple[User, User]) -> None:
    leader, second = (make_named_person(name, "supervisor", region="000000") for name in ("leader", "second"))
    items = [{"code": "one", "zh": "一", "en": "one", "proof": "words"}]
    told: dict[str, Any] = {"code": "short", "zh": "短", "en": "Short", "trade_codes": [], "kinds": [], "items": items}
    confirm_version(actor=second, version_id=propose_list(actor=leader, base_version=0, **told).pk)
    visit = open_inspection(actor=pair[0], object_id=firm.pk, second_id=pair[1].pk, check_list="short")
    enter_inspection(actor=pair[0], act=act(visit.pk, "answer", item="one", answer="bad"))
    with pytest.raises(InvalidInput):
        enter_inspection(actor=pair[0], act=act(visit.pk, "sign"))
    enter_inspection(actor=pair[0], act=act(visit.pk, "answer", item="one", answer="bad", text="meter reads 27 %"))
    assert enter_inspection(actor=pair[0], act=act(visit.pk, "sign")).verdict == "goes_on"
