"""From a suspicion to the end of its case: the firm, two inspectors and two heads act by clicks, the machine in between.

With TOCSIN_TEST_PICTURES=folder each page is kept as a picture on its way.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import enters, keeps, leads_on, signs_in, taken, until
from tests.clocks import stand_at
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tests.supervision.work import PDF, signed_inspection
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services.demands import end_decided_cases, open_demanded_cases
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.supervision.inspections.services.demands import plan_demanded_inspections
from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.work.models import Episode, WorkVerdict
from tocsin.supervision.work.rules.episodes import FirstStep
from tocsin.supervision.work.services.episodes import follow_found, follow_further

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
PICTURES = os.environ.get("TOCSIN_TEST_PICTURES", "")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as launched:
        yield launched


class Desks:
    """A browser of each person, and what any of their pages complained of."""

    def __init__(self, browser: Browser, server: Any) -> None:
        self.browser, self.server = browser, server
        self.complaints: list[str] = []

    def of(self, person: User, *, phone: bool = False) -> Page:
        size: Any = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        context = self.browser.new_context(locale="zh-CN", viewport=size, base_url=self.server.url)
        signs_in(context, person, self.server)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: dialog.accept())
        return page


def seen(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)


def found(firm: SupervisedObject) -> Episode:
    """The machine sees work in spite of an order, by one kind of evidence so far: it asks."""
    episode = Episode.objects.create(
        id=new_id(),
        object=firm,
        kind="hidden_production",
        level="red",
        region_code=LICANG,
        start_at=NOW - timedelta(hours=3),
        detected_at=NOW - timedelta(hours=1),
        probability=0.93,
        why=[["process_share", 0.62]],
        state="found",
    )
    votes = [
        {"source": "power", "level": "grid", "ts": 0, "log_odds": 4.1, "weight": 1.0, "origin": "power", "copies": 0},
        {"source": "video", "level": "county", "ts": 0, "log_odds": 1.2, "weight": 1.0, "origin": "video", "copies": 0},
    ]
    WorkVerdict.objects.create(object=firm, at=NOW, p_working=0.2, decision="nothing", votes=votes)
    return follow_found(episode, first=FirstStep.ASK, now=NOW)


def test_from_hidden_production_to_the_end_of_its_case(browser: Browser, live_server: Any) -> None:
    bureau, body = ensure_organisations(LICANG)["emergency_bureau"], make_body("hongda")
    firm = make_object("泓达化工", organisation=body, competent=bureau)
    officer = make_named_person("officer", "firm_officer", body)
    inspectors = {name: make_named_person(name, "inspector", bureau) for name in ("wang", "zhao")}
    head, deputy = (make_named_person(name, "supervisor", bureau) for name in ("head", "deputy"))
    episode = found(firm)
    desks = Desks(browser, live_server)

    own = desks.of(officer, phone=True)
    own.goto("/firm/")
    own.wait_for_selector("body[data-ready=true]")
    own.get_by_text("疑似停产期间违规生产").click()
    with taken(own):
        enters(own, "answer", text="在试验水泵")
    expect(own.locator("#firm")).to_contain_text("企业已答复")
    episode.refresh_from_db()
    assert episode.state == "answered" and episode.delivered_at is not None  # the page itself was the delivery

    follow_further(episode, first=FirstStep.INSPECT, now=NOW)  # a second kind of evidence
    plan_demanded_inspections(now=NOW)
    open_demanded_cases(now=NOW)
    visit = episode.inspections.get()
    assert visit.second_inspector is not None
    first, second = desks.of(visit.first_inspector, phone=True), desks.of(visit.second_inspector, phone=True)
    first.goto("/notices/")
    expect(first.locator("main")).to_contain_text(f"检查 {visit.number}")
    first.goto(f"/inspections/phone/#{visit.pk}")
    first.wait_for_selector("body[data-ready=true]")
    first.locator("[data-act=begin]").click()
    first.locator("[data-answer=no_production-bad]").click()
    keeps(first, text="两台反应釜运行，现场有新包装产品", grade="ordinary")
    for item in visit.check_list.items[1:]:
        first.locator(f"[data-answer={item['code']}-good]").click()
    enters(first, "sign")
    until(first, lambda: type(visit).objects.filter(pk=visit.pk, state="signed").exists())
    seen(first, "phone-signed")
    second.goto(f"/inspections/phone/#{visit.pk}")
    second.wait_for_selector("body[data-ready=true]")
    with taken(second):
        enters(second, "confirm")
    episode.refresh_from_db()
    assert episode.state == "confirmed"
    assert PointsEvent.objects.filter(kind="production_during_stop").exists()
    assert end_decided_cases(now=NOW) == 1

    desk = desks.of(head)
    desk.goto(f"/work/episodes/{episode.pk}/")
    expect(desk.locator("main")).to_contain_text("均已固定")
    seen(desk, "episode")
    desk.get_by_role("link", name=episode.case_number or Case.objects.get().number).click()
    expect(desk.locator("h1")).to_contain_text("泓达化工")
    expect(desk.locator(".badge.state")).to_have_text("已办结")
    desk.goto(f"/work/firms/{firm.pk}/")
    desk.get_by_text("登记停产").click()
    form = desk.locator("form", has=desk.locator("#number"))
    form.locator("[name=number]").fill("李应急停〔2026〕1号")
    form.get_by_role("button").click()
    expect(desk.locator(".message.success")).to_contain_text("送达后生效")
    seen(desk, "firm-power")

    own.goto("/firm/")
    own.reload()
    own.wait_for_selector("body[data-ready=true]")
    seen(own, "phone-firm")
    own.get_by_text("李应急停〔2026〕1号").click()
    own.get_by_role("button", name="我单位已收到该决定").click()
    expect(own.locator("main")).to_contain_text("已签收")
    own.get_by_role("button", name="申请复产").click()
    conditions = own.locator("li.condition")
    conditions.first.locator("[name=file]").set_input_files([{"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    conditions.first.get_by_role("button", name="上传证明材料").click()
    expect(conditions.first).to_contain_text("plan.pdf")
    seen(own, "phone-stop")

    order = StopOrder.objects.get()
    signed_inspection(firm, inspectors["wang"], inspectors["zhao"])
    desk.goto("/waiting/")
    desk.locator("tr", has_text="李应急停").first.get_by_role("link").first.click()
    for _number in range(order.conditions.count()):
        waiting = desk.locator("li.condition", has=desk.locator(".badge:not(.good)")).first
        waiting.locator("[name=words]").fill("现场查看属实")
        with leads_on(desk):
            waiting.get_by_role("button", name="已满足").click()
    desk.locator("[name=inspection]").select_option(index=1)
    desk.locator("#first_day").fill((NOW + timedelta(days=2)).date().isoformat())
    desk.get_by_role("button", name="提出同意复产").click()
    expect(desk.locator("main")).to_contain_text("须由另一人批准")
    seen(desk, "stop-proposed")
    other = desks.of(deputy)
    other.goto(f"/work/stops/{order.pk}/")
    other.get_by_role("button", name="批准复产").click()
    expect(other.locator(".page-head")).to_contain_text("已复产")
    other.goto("/work/stops/")
    expect(other.locator("tbody tr")).to_contain_text("已复产")
    seen(other, "stops")
    own.goto("/notices/")
    expect(own.locator("main")).to_contain_text("可以复产")
    order.refresh_from_db()
    assert (order.approved_by, order.proposed_by, order.resumed_on) == (deputy, head, (NOW + timedelta(days=2)).date())
    assert desks.complaints == []
