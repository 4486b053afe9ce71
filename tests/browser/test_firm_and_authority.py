"""Supervision tells and is answered, played by clicks: a firm lands on its page, hears, acts, asks, objects; the head answers."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import enters, leads_on, taken
from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import make_body
from tests.supervision.points import DAY, at, certify, make_object, make_task, make_tasks, score_day
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.services.following import follow_colours
from tocsin.supervision.tasks.models import Task, TaskRun
from tocsin.supervision.tasks.services.telling import tell_tasks

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

MORNING = at(DAY + timedelta(days=1), 9)
PICTURES = os.environ.get("TOCSIN_TEST_PICTURES", "")


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    """A firm that fell to yellow last night and has a task due tomorrow; below a bureau with two inspectors."""
    stand_at(monkeypatch, MORNING)
    bureau = make_body("bureau")
    found = make_object("泓达化工", organisation=make_body("hongda"), competent=bureau)
    for name in ("wang", "zhao"):
        make_named_person(name, "inspector", bureau, language="zh-hans")
    make_named_person("officer", "firm_officer", found.organisation, language="zh-hans")
    make_named_person("head", "supervisor", bureau, language="zh-hans")
    certify(found)
    make_tasks(found, DAY, "ddmmm", weight=2)
    make_task(found, DAY + timedelta(days=1), "open", opens_at=at(DAY), weight=2)
    make_task(found, DAY + timedelta(days=2), "open", opens_at=at(DAY), rule="drill")
    score_day()
    while follow_colours(now=MORNING):
        pass
    TaskRun.objects.create(day=DAY + timedelta(days=1), begun_at=MORNING, ended_at=MORNING)
    while tell_tasks(now=MORNING):
        pass
    return found


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as started:
        yield started


class Player:
    """One person at one browser, who signs in with name and password; every error of the console is kept."""

    def __init__(self, browser: Browser, server: Any, name: str, *, phone: bool = False) -> None:
        self.size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        self.page: Page = browser.new_context(locale="zh-CN", viewport=self.size).new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.server = server
        self.page.goto(f"{server.url}/")
        self.page.locator("[name=username]").fill(name)
        self.page.locator("[name=password]").fill("a long password")
        with leads_on(self.page):
            self.page.locator("main button").first.click()

    def opens_what_waits(self) -> None:
        """From the page of the day on which somebody begins to all that waits for them."""
        expect(self.page).to_have_url(f"{self.server.url}/today/")
        self.page.locator("[data-piece=waiting] h2 a").click()
        expect(self.page).to_have_url(f"{self.server.url}/waiting/")

    def picture(self, name: str) -> None:
        """A picture to look at, where somebody asked for pictures."""
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_firm_hears_and_answers_and_its_head_decides(browser: Browser, firm: SupervisedObject, live_server: Any) -> None:
    officer = Player(browser, live_server, "officer", phone=True)
    page = officer.page
    expect(page).to_have_url(f"{live_server.url}/today/")
    officer.picture("firm-today")
    page.locator(".today-page .actions a[href='/firm/']").click()
    page.wait_for_selector("body[data-ready=true]")
    standing = page.locator(".firm-standing")
    expect(standing).to_contain_text("分（满分100分）")
    officer.picture("firm")
    page.locator(".firm-standing summary").click()
    page.get_by_role("link", name="通知").click()
    expect(page.locator("main")).to_contain_text("泓达化工安全任务")
    officer.picture("firm-notices")
    page.get_by_role("link", name="打开").first.click()
    page.wait_for_selector("body[data-ready=true]")
    task = Task.objects.get(state="open", rule="self_check_week")
    page.locator(f".firm-standing a[href$='{task.pk}'], a[href='#{task.pk}']").first.click()
    with taken(page):
        enters(page, "done")
    assert Task.objects.get(pk=task.pk).state == "done"
    drill = Task.objects.get(state="open")
    page.goto(f"{live_server.url}/firm/#{drill.pk}")
    with taken(page):
        enters(page, "ask_deferral", until=str(DAY + timedelta(days=9)), text="消防队改期")
    assert Task.objects.get(pk=drill.pk).asked_to is not None
    page.goto(f"{live_server.url}/points/objects/{firm.pk}/")
    page.locator("summary", has_text="申诉").first.click()
    page.locator("textarea[name=text]").first.fill("设备检修，已报备")
    with leads_on(page):
        page.get_by_role("button", name="提交申诉").first.click()
    assert Appeal.objects.filter(won=None).exists()
    officer.picture("firm-points")

    head = Player(browser, live_server, "head")
    desk = head.page
    head.opens_what_waits()
    expect(desk.locator("[data-count-of]").first).to_be_visible()
    head.picture("waiting")
    desk.get_by_role("link", name="延期申请：待答复").last.click()
    with leads_on(desk):
        desk.get_by_role("button", name="同意").first.click()
    assert Task.objects.get(pk=drill.pk).deferred_to is not None
    desk.locator("a.brand").click()
    head.opens_what_waits()
    desk.get_by_role("link", name="申诉：待答复").last.click()
    desk.locator("[name=answer]").first.fill("情况属实")
    head.picture("appeals")
    with leads_on(desk):
        desk.locator("form button.primary").last.click()
    assert Appeal.objects.exclude(won=None).exists()

    page.goto(f"{live_server.url}/notices/")
    expect(page.locator("main")).to_contain_text("情况属实")
    expect(page.locator("main")).to_contain_text("同意延期至")
    assert officer.errors == head.errors == []


def test_the_board_leads_to_firm_line_and_record_and_the_inspector_finds_the_visit(
    browser: Browser, firm: SupervisedObject, live_server: Any
) -> None:
    head = Player(browser, live_server, "head")
    desk = head.page
    desk.goto(f"{live_server.url}/points/")
    head.picture("board")
    colour = firm.ledger.get().colour
    desk.locator(f".colour-tiles .{colour} a").click()
    expect(desk.locator("#rows")).to_contain_text("泓达化工")
    head.picture("objects")
    desk.locator("#rows a.code-colour").first.click()
    head.picture("object-points")
    desk.get_by_role("link", name="日常任务").first.click()
    expect(desk.locator("h1")).to_contain_text("日常任务")
    head.picture("records")
    desk.locator("tbody th a").first.click()
    expect(desk.locator("h1")).to_be_visible()

    wang = Player(browser, live_server, "wang")
    wang.opens_what_waits()
    expect(wang.page.locator("#rows")).to_contain_text("泓达化工")
    assert Consequence.objects.filter(inspection__isnull=False).exists()
    wang.picture("waiting-inspector")
    wang.page.get_by_role("link", name="赋码措施：待落实").first.click()  # the talk comes first, then the planned visit
    wang.picture("consequences")
    expect(wang.page.locator("tbody")).to_contain_text("泓达化工")
    assert head.errors == wang.errors == []
