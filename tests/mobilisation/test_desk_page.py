"""The desk's page of one report: what it waits for and the next act stand first; situations are found by words."""

import json
import re
from datetime import timedelta
from typing import get_args

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_checks_on_phones import Check
from tests.mobilisation.test_checks_on_phones import check as check
from tests.mobilisation.test_routing import GOOD, HEADS, workbook
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.queries.reports import Which, search_reports
from tocsin.mobilisation.hazard_reports.services.checking import handle
from tocsin.mobilisation.hazard_reports.services.handling import accept, answer, note
from tocsin.mobilisation.hazard_reports.services.importing import import_situations
from tocsin.mobilisation.hazard_reports.services.merging import merge
from tocsin.mobilisation.hazard_reports.shown.reports import waits_for
from tocsin.mobilisation.hazard_reports.shown.routing import find_situations
from tocsin.records.face import PolicyVersion
from tocsin.records.versions.services.versions import confirm_version

pytestmark = pytest.mark.django_db
WAITS = {
    "received": "the decision whether it is accepted",
    "accepted": "two people to check it",
    "assigned": "what both checkers find",
    "true": "what is done about it",
    "not_true": "the answer to the reporter",
    "handled": "the answer to the reporter",
    "answered": "its end",
    "closed": "",
    "refused": "",
}
FIRST_ACT = {"received": "accept", "assigned": "", "true": "handle", "handled": "answer", "answered": "close"}


@pytest.mark.parametrize(("state", "words"), WAITS.items())
def test_what_a_report_waits_for(check: Check, state: str, words: str) -> None:
    report = check.report
    report.state = state
    assert waits_for(report) == words


def test_it_waits_for_whoever_has_not_signed_yet(check: Check) -> None:
    check.says(check.bo, "true")
    assert waits_for(check.report) == f"{check.an} to sign what was found"


def test_a_place_opens_the_map_there_and_a_merged_report_the_one_that_leads(check: Check) -> None:
    HazardReport.objects.filter(pk=check.report.pk).update(lon=120.4312, lat=36.1625)
    other = Reporter()
    assert other.sends(firm="Hongda Metal Works").status_code == 200
    merge(actor=check.officer, report_id=other.id, into=check.report.number, words="", now=NOW)
    led, leads = f'href="/hazard-reports/{other.id}/"', f'href="/hazard-reports/{check.report.pk}/"'
    page = signed_in(check.officer).get(f"/hazard-reports/{check.report.pk}/").content.decode()
    assert 'href="/map/?view=120.43120,36.16250,15"' in page and led in page
    assert leads in signed_in(check.officer).get(f"/hazard-reports/{other.id}/").content.decode()
    checks = signed_in(check.an).get(f"/hazard-reports/{check.report.pk}/").content.decode()
    assert other.number in checks and led not in checks, "to a report that is not theirs to read no link leads"


def test_a_reporter_reads_what_they_said_of_whether_it_is_gone(check: Check) -> None:
    assert check.reporter.asks().json()["said"] == ""
    for at, act in enumerate(("gone", "still_there")):
        ReportEntry.objects.create(report=check.report, act=act, at=NOW + timedelta(minutes=at), by_reporter=True)
        assert check.reporter.asks().json()["said"] == act
    ReportEntry.objects.create(report=check.report, act="answer", at=NOW + timedelta(hours=1))
    assert check.reporter.asks().json()["said"] == "", "an answer asks anew"


@pytest.mark.parametrize("which", get_args(Which))
@pytest.mark.parametrize("q", ["", "Hongda"])
def test_every_list_of_reports_has_an_order(check: Check, which: Which, q: str) -> None:
    found = search_reports(check.officer, which=which, q=q, now=NOW)
    assert found.ordered and found.query.order_by[-1] == "pk"


@pytest.mark.parametrize(("state", "act"), FIRST_ACT.items())
def test_the_next_act_stands_before_what_was_reported(check: Check, state: str, act: str) -> None:
    HazardReport.objects.filter(pk=check.report.pk).update(state=state)
    page = signed_in(check.officer).get(f"/hazard-reports/{check.report.pk}/").content.decode()
    before = page.split("What was reported")[0]
    forms = re.findall(rf'action="/hazard-reports/{check.report.pk}/(\w+)/"', before)
    assert forms[:1] == ([act] if act else []) and WAITS[state] in before and "lawyer" in before
    folded = re.sub(r"<details.*?</details>", "", page, flags=re.S)
    assert "note-words" not in folded and "move-words" not in folded, "what is seldom done lies in folds"


def test_what_closing_lacks_is_told_before_it_is_tried(check: Check) -> None:
    for who in (check.an, check.bo):
        check.says(who, "true")
    handle(actor=check.officer, report_id=check.report.pk, words="The chain is off.", finding="", now=NOW)
    answer(actor=check.officer, report_id=check.report.pk, words="The chain is off.", now=NOW)
    browser, address = signed_in(check.officer), f"/hazard-reports/{check.report.pk}/"
    assert "Closing needs evidence" in browser.get(address).content.decode()
    asked = {"path": "/hazard-reports/", "query": "page=1", "act": "close", "row": str(check.report.pk), "words": "filed"}
    assert "Closing needs evidence" in browser.post("/account/list-acts/", asked, follow=True).content.decode(), "of many, too"
    ReportEntry.objects.create(report=check.report, act="gone", at=NOW, by_reporter=True)
    assert "Closing needs evidence" not in browser.get(address).content.decode()
    browser.post("/account/list-acts/", asked)
    check.report.refresh_from_db()
    assert (check.report.state, check.report.entries.get(act="close").text) == ("closed", "filed")


def test_several_are_accepted_at_once_but_danger_to_life_alone(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    officer = make_person("report_officer", organisation="emergency_bureau")
    first, second, grave, done = (Reporter() for _ in range(4))
    for one in (first, second, done):
        one.sends()
    grave.sends(danger=True)
    accept(actor=officer, report_id=done.id, now=NOW)
    page = signed_in(officer).get("/hazard-reports/").content.decode()
    offered = set(re.findall(r'name="row" value="([^"]+)"', page))
    assert offered == {str(first.id), str(second.id)}
    asked = {"path": "/hazard-reports/", "query": "page=1", "act": "accept"}
    rows = [str(one.id) for one in (first, second, grave, done)]
    told = signed_in(officer).post("/account/list-acts/", {**asked, "row": rows}, follow=True).content.decode()
    assert "Done for 2 rows." in told and "danger to life: it is read and accepted alone" in told
    assert [one.report.state for one in (first, second, grave)] == ["accepted", "accepted", "received"]
    viewer = signed_in(make_person("viewer")).get("/hazard-reports/").content.decode()
    assert 'name="row"' not in viewer


@pytest.mark.parametrize(
    ("language", "draft"),
    [
        ("en", "It was checked on 2026-11-25: what you reported is true.\nWhat was done: The chain is off."),
        ("zh-hans", "已于2026-11-25核查：您反映的情况属实。\n处理结果：The chain is off."),
    ],
)
def test_the_answer_begins_with_what_was_found_and_done_for_its_reader(check: Check, language: str, draft: str) -> None:
    for who in (check.an, check.bo):
        check.says(who, "true")
    handle(actor=check.officer, report_id=check.report.pk, words="The chain is off.", finding="", now=NOW)
    note(actor=check.officer, report_id=check.report.pk, words="The guard is known to us.", now=NOW)
    HazardReport.objects.filter(pk=check.report.pk).update(language=language)
    page = signed_in(check.officer).get(f"/hazard-reports/{check.report.pk}/").content.decode()
    field = page.split('id="answer-words"')[1].split("</textarea>")[0]
    assert draft in field and "guard" not in field


def test_situations_are_found_by_words_and_proposed_by_those_of_the_report(
    english: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    officer, reporter = make_person("report_officer", organisation="emergency_bureau"), Reporter()
    reporter.sends(text="矿里有人违法开采保安矿柱")
    assert [one.code for one in find_situations(reporter.report, "")] == ["mine_safety_pillar"]
    assert [one.code for one in find_situations(reporter.report, "矿柱")] == ["mine_safety_pillar"]
    assert [one.code for one in find_situations(reporter.report, "mine_safety")] == ["mine_safety_pillar"]
    assert find_situations(reporter.report, "燃气软管") == []
    page = signed_in(officer).get(f"/hazard-reports/{reporter.id}/?situation=矿柱").content.decode()
    assert 'value="mine_safety_pillar"' in page


def test_the_public_page_offers_a_countys_own_list(english: None) -> None:
    one, other = (make_named_person(name, "rule_engineer", region="000000") for name in ("chen", "sun"))
    done = import_situations(actor=one, content=workbook(HEADS, GOOD), source="own list", region_code=LICANG)
    assert done.slips == ()
    confirm_version(actor=other, version_id=PolicyVersion.objects.get().pk)
    page = Reporter().client.get("/hazard/").content.decode()
    setup = json.loads(page.split('id="setup"')[1].split(">", 1)[1].split("</script>")[0])
    assert [one[0] for one in setup["situations"]] == ["mine_safety_pillar"]
    assert {code: [one[0] for one in own] for code, own in setup["regional"].items()} == {LICANG: ["S001"]}
