"""The shift of the story, played by hand in six browser windows, from the bell to the signature under the closed case. The desk
uses no mouse: every field and button of its own is reached by Tab and pressed by key.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import fills, leads_on, opens_fold, signs_in, taken
from tests.browser.test_crew import does, photographs
from tests.clocks import stand_at
from tests.command.orders import crew_of
from tests.command.street import START, Timeline, case_of, make_street
from tests.people import LICANG, make_person
from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case
from tocsin.command.closing import services
from tocsin.command.escalation.services import stages as services_stages
from tocsin.command.orders.models import Order
from tocsin.command.reports.models import Report
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.sensing.history.queries.readings import history
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import Act
from tocsin.warning.alarms.services.changes import move

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

HEAT = [("heat_main_leak_biogas", 0.9, "G1")]


class Shift:
    """The city's clock, which the test moves, the machine's own part of the work, and a window for each person."""

    def __init__(self, browser: Browser, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.complaints: list[str] = []
        self.timeline = Timeline()
        self._browser, self._server, self._monkeypatch = browser, server, monkeypatch

    def at(self, minutes: float) -> None:
        """So many minutes after the bell; the worker has done what is due by then."""
        now = self.timeline.at(minutes).now
        stand_at(self._monkeypatch, now)
        while services_stages.run_clocks(now=now):
            pass

    def window(self, person: User, **more: Any) -> BrowserContext:
        """A browser of that person's own."""
        context = self._browser.new_context(locale="zh-CN", **more)
        signs_in(context, person, self._server)
        context.on("page", self._listen)
        return context

    def open(self, context: BrowserContext, path: str) -> Page:
        """A page; what it asks to confirm is confirmed."""
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(self.address(path))
        return page

    def address(self, path: str) -> str:
        """A whole address."""
        return f"{self._server.url}{path}"

    def _listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)


@pytest.fixture
def shift(live_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shift]:
    with one_chromium() as browser:
        yield Shift(browser, live_server, monkeypatch)


MOST_TABS = 400


def goes_to(page: Page, selector: str, words: str = "", *, key: str = "") -> None:
    """To a field or a button by Tab alone, as somebody without a mouse; types there, and presses a key."""
    target = page.locator(selector).first
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} can't be reached by Tab")
    if words:
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(words)
    if key == "Enter" and "data-fold" not in selector:
        with leads_on(page):
            page.keyboard.press(key)
    elif key:
        page.keyboard.press(key)


def works(person: User, unit: Organisation) -> User:
    person.organisation = unit
    person.save()
    return person


def enters(page: Page, act: str, **fields: str) -> None:
    """A desk enters an act on the order of its page."""
    page.locator("details.order-entry summary").first.click()
    form = page.locator("details.order-entry form").first
    form.locator("[name=act]").select_option(act)
    fills(form, **fields)
    with leads_on(page):
        form.locator("button.primary").click()


def test_the_whole_shift_by_hand(shift: Shift) -> None:
    make_street()
    bodies = ensure_organisations(LICANG)
    centre = bodies["monitoring_centre"]
    night, leader = works(make_person("duty_officer"), centre), works(make_person("shift_leader"), centre)
    day = works(User.objects.create_user("day"), centre)
    day.grants.create(role="duty_officer", region_code=LICANG)
    gas, crew = crew_of(bodies["gas_company"], role="unit_desk", name="Gas"), crew_of(bodies["heating_company"], name="Heat")

    # 05:00: the bell; everybody concerned is told, owners get their orders
    shift.at(0)
    alarm = shift.timeline.rings(3, HEAT, level=4)
    shift.timeline.looks()
    case = case_of(alarm)
    desk = shift.window(night, viewport={"width": 1600, "height": 900})
    page = shift.open(desk, f"/cases/{case.number}/")
    expect(page.locator(".chain .current")).to_contain_text("派单")
    goes_to(page, "form[action$='/take/'] button", key="Enter")
    expect(page.locator("form[action$='/take/']")).to_have_count(0)
    duty = shift.open(desk, "/duty/")
    goes_to(duty, "form[action*='/begin'] select[name=leader]", key="ArrowDown")
    goes_to(duty, "form[action*='/begin'] button.primary", key="Enter")
    expect(duty.locator("form[action*='/write']")).to_be_visible()

    # the first report goes upward by telephone, before anything is declared
    shift.at(3)
    upward = shift.open(desk, f"/cases/{case.number}/#papers")
    goes_to(upward, "form[action$='/first/'] button", key="Enter")
    expect(upward.locator("[name=scene]").first).to_have_value(re.compile("可燃气体"))
    goes_to(upward, "[name=received_by]", "省安委办 刘")
    goes_to(upward, "form[action$='/phone/'] button.primary", key="Enter")
    expect(upward.locator(".page-head")).to_contain_text("已回执")

    # the gas company signs, finds no ethane, and says "not ours"
    shift.at(4)
    order = Order.objects.get(case=case, unit=bodies["gas_company"])
    theirs = shift.open(shift.window(gas, viewport={"width": 1280, "height": 800}), f"/orders/{order.number}/")
    enters(theirs, "accept")
    shift.at(18)
    enters(theirs, "return", reason="not_ours", text="未检出乙烷")
    before = {clock.step: clock.due_at for clock in case.clocks.all()}

    # nobody loses a minute: the government keeps the case, the heating company leads
    page.reload()
    expect(page.locator(".orders .message.warning").first).to_contain_text("兜底")
    page.locator(".case-tabs a[href='#orders']").click()
    sending = page.locator("form[action*='/orders/send/']")
    opens_fold(sending)
    fills(sending, unit=str(bodies["heating_company"].pk), role="lead")
    with leads_on(page):
        sending.locator("button.primary").click()
    assert {clock.step: clock.due_at for clock in case.clocks.all() if clock.step in before}.items() >= {
        (step, due) for step, due in before.items() if step not in ("sign", "progress")
    }

    # the heating control room answers by telephone
    shift.at(20)
    page.goto(shift.address(f"/cases/{case.number}/#orders"))
    goes_to(page, "#call-by", "热力公司调度室 赵工")
    goes_to(page, "#call-number", "0532-0000-0009")
    goes_to(page, "#call-text", "昨天以来补水量上升三成")
    goes_to(page, "form[action$='/statement/'] button.primary", key="Enter")
    expect(page.locator(".history .time-line")).to_contain_text("补水量上升三成")

    # the leader starts the run card, declares what it is, and signs the whole report; the desk sends it
    leading = shift.window(leader, viewport={"width": 1366, "height": 768})
    card = shift.open(leading, f"/cases/{case.number}/#plans")
    card.locator(".plan-list a.button").first.click()
    with leads_on(card):
        card.locator("form[action*='/start'] button.danger").click()
    expect(card.locator("section.plan")).to_have_count(1)
    card.goto(shift.address(f"/cases/{case.number}/#decide"))
    declares(card, "incident:ordinary", "一条街停用，人员在场")
    report = Report.objects.get(case=case, cause="phoned")
    assert report.declaration is not None
    upward.goto(shift.address(f"/reports/{report.pk}/"))
    goes_to(upward, "#measures", "警戒、停气、停热")
    goes_to(upward, "#report-form button", key="Enter")
    signing = shift.open(leading, f"/reports/{report.pk}/")
    with leads_on(signing):
        signing.locator("form[action$='/sign/'] button.primary").click()
    upward.reload()
    goes_to(upward, "#through", key="ArrowDown")
    goes_to(upward, "form[action$='/send/'] button.primary", key="Enter")
    goes_to(upward, "#received-by", "省安委办 刘")
    goes_to(upward, "form[action$='/receive/'] button.primary", key="Enter")
    expect(upward.locator(".page-head")).to_contain_text("已回执")

    # the crew works from its phone: neighbours first, then the dig
    shift.at(22)
    phone = shift.open(shift.window(crew, viewport={"width": 360, "height": 760}, is_mobile=True, has_touch=True), "/crew/")
    phone.wait_for_selector("body[data-ready=true]")
    lead = Order.objects.get(case=case, role="lead", unit=bodies["heating_company"])
    phone.get_by_text(lead.number).click()
    for minute, act, fields in (
        (23, "accept", {}),
        (24, "leave", {}),
        (29, "arrive", {}),
        (40, "control", {"text": "警戒、通风、关阀"}),
        (60, "neighbours", {"where": "suspected"}),
        (75, "dig", {"text": "人工开挖"}),
        (118, "find_cause", {"cause": "heat_main_leak_biogas", "asset_code": "G1", "text": "焊口渗漏"}),
    ):
        shift.at(minute)
        with taken(phone):
            does(phone, act, **fields)
    with taken(phone):
        photographs(phone)
    shift.at(200)
    with taken(phone):
        does(phone, "mend")

    # 08:30: the shift changes under two signatures
    shift.at(209)
    duty.reload()
    goes_to(duty, "a[href$='/handover/']", key="Enter")
    goes_to(duty, "[name=words]", "石牛山路在复核")
    goes_to(duty, "form[action*='/hand_over'] button.primary", key="Enter")
    morning = shift.window(day, viewport={"width": 1600, "height": 900})
    taking = shift.open(morning, "/duty/")
    goes_to(taking, ".proposal a.primary", key="Enter")
    goes_to(taking, "button[name=answer][value=yes]", key="Enter")

    # two hours of low readings, then two signatures close the case
    fall(alarm.sensor.index, until_minutes=335)
    shift.at(335)
    goes(alarm, shift.timeline.now)
    services.watch_mended_cases(now=shift.timeline.now)
    closing = shift.open(morning, f"/cases/{case.number}/")
    expect(closing.locator(".chain .current")).to_contain_text("复核")
    # what stands declared is ended first: nothing that would be refused is offered
    expect(closing.locator(".next")).to_contain_text("带班领导")
    expect(closing.locator("a[data-fold=fold-close]")).to_have_count(0)
    card.goto(shift.address(f"/cases/{case.number}/"))
    with leads_on(card):
        card.locator("form[action$='/end_declaration/'] button").click()
    closing.reload()
    goes_to(closing, "a[data-fold=fold-close]", key="Enter")
    goes_to(closing, "#close-text", "渗漏已修复")
    goes_to(closing, "form[action$='/close/'] button.primary", key="Enter")
    expect(closing.locator(".chain .current")).to_contain_text("办结")
    closing.goto(shift.address(f"/cases/{case.number}/?lines=all"))
    line = closing.locator(".history .time-line")
    for said in ("立项", "电话报告", "未检出乙烷", "兜底", "补水量上升三成", "处置卡", "人工开挖", "焊口渗漏", "办结"):
        expect(line).to_contain_text(said)
    assert Case.objects.get(pk=case.pk).state == "closed"
    assert case.lead is not None
    case.lead.refresh_from_db()
    assert (case.lead.state, case.lead.acknowledged_by) == ("normal", night)  # alarm and case tell one story
    assert Order.objects.filter(case=case, role="stand_by").exists()
    assert case.lead.true_cause == "heat_main_leak_biogas"  # the finding has scored the diagnosis
    assert shift.complaints == []


def declares(page: Page, what: str, why: str) -> None:
    """A leader declares, with the law's own words of that level."""
    form = page.locator("form[action$='/declare/']")
    opens_fold(form)
    fills(form, declaration=what, text=why)
    with leads_on(page):
        form.locator("button.danger").click()


def goes(alarm: Alarm, at: datetime) -> None:
    """The condition is gone; a gas alarm latches until somebody lets it go."""
    alarm.refresh_from_db()
    alarm.latching = True
    move(alarm, Act.CLEAR, at)
    alarm.save()


def fall(sensor: int, *, until_minutes: float) -> None:
    """Three hours almost without gas."""
    count, end = 36, ms_from_datetime(START + timedelta(minutes=until_minutes))
    ts = np.arange(end - count * 300_000, end, 300_000, dtype=np.int64)
    column = np.full(count, sensor, dtype=np.int32)
    history().append(Readings(column, ts, np.ones(count), np.zeros(count, dtype=np.uint8)), version=None)
