"""A report without a name that was refused is looked at again for its reporter's reason; one of danger to life is the duty desk's
case within a moment, under the same number. Played on the reporter's phone and on both desks.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, signs_in, until
from tests.clocks import stand_at
from tests.people import make_person
from tests.supervision.firms import NOW
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services.dangers import open_cases_of_dangers
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import HazardReport, SealedIdentity

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as opened:
        yield opened


def reporter_on_a_phone(browser: Browser, server: Any, complaints: list[str]) -> Page:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/hazard/")
    page.wait_for_selector("body[data-ready=true]")
    return page


def desk_of(browser: Browser, person: User, server: Any, complaints: list[str]) -> Page:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    signs_in(context, person, server)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def reports(phone: Page, words: str, *, danger: bool = False) -> tuple[HazardReport, str]:
    """What somebody writes without a name, and the secret that stands on the phone alone."""
    phone.locator("textarea[name=text]").fill(words)
    phone.locator("select[name=region]").select_option("370213")
    phone.locator("input[name=place]").fill("石牛山路 12 号")
    if danger:
        phone.locator("input[name=danger]").check()
    phone.get_by_role("button", name="提交举报").click()
    expect(phone.locator(".hazard-sent")).not_to_have_attribute("data-number", "", timeout=20_000)
    report = HazardReport.objects.get()
    assert report.mode == "anonymous" and not SealedIdentity.objects.exists()
    return report, str(phone.locator("[data-secret]").evaluate("one => one.textContent"))


def opens(phone: Page, server: Any, report: HazardReport, secret: str) -> None:
    phone.goto(f"{server.url}/hazard/#follow")
    phone.locator("input[name=number]").fill(report.number)
    phone.locator("input[name=secret]").fill(secret)
    phone.get_by_role("button", name="打开").click()


def test_a_refused_report_is_looked_at_again_for_a_reason(browser: Browser, live_server: Any) -> None:
    complaints: list[str] = []
    desk = make_person("report_officer", organisation="emergency_bureau")
    phone = reporter_on_a_phone(browser, live_server, complaints)
    report, secret = reports(phone, "仓库里堆放不明化学品")
    screen = desk_of(browser, desk, live_server, complaints)
    screen.goto(f"{live_server.url}/hazard-reports/{report.pk}/")
    refusal = screen.locator("form[action$='/refuse/']")
    refusal.locator("xpath=ancestor::details").locator("summary").first.click()
    refusal.locator("select[name=reason]").select_option(index=1)
    refusal.locator("[name=words]").fill("请补充具体位置")
    with leads_on(screen):
        refusal.locator("button").click()
    expect(screen.locator(".page-head .badge").first).to_have_text("不予受理")

    opens(phone, live_server, report, secret)
    expect(phone.locator("[data-state=refused]")).to_be_visible()
    again = phone.locator("details", has_text="申请复查").last
    again.locator("summary").click()
    again.locator("button").click()
    until(phone, lambda: not HazardReport.objects.get().reopened)  # without a reason nothing is sent
    again.locator("textarea").fill("在二号库房东南角，蓝色桶约四十只")
    again.locator("button").click()
    expect(phone.locator("[data-state=received]")).to_be_visible()
    expect(phone.locator(".act-list")).to_contain_text("蓝色桶约四十只")
    expect(phone.locator("form[data-act=reopen]")).to_have_count(0)  # it is asked once
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    screen.goto(f"{live_server.url}/waiting/")
    screen.locator("tbody").get_by_role("link", name="群众举报：决定是否受理").click()
    expect(screen.locator("main")).to_contain_text("蓝色桶约四十只")
    with leads_on(screen):
        screen.locator("form[action$='/accept/'] button").click()
    opens(phone, live_server, report, secret)
    expect(phone.locator("[data-state=accepted]")).to_be_visible()
    assert complaints == []


def test_danger_to_life_is_a_case_of_the_same_number(browser: Browser, live_server: Any) -> None:
    complaints: list[str] = []
    phone = reporter_on_a_phone(browser, live_server, complaints)
    report, secret = reports(phone, "车间有人昏倒，气味刺鼻", danger=True)
    assert report.danger and open_cases_of_dangers(now=NOW) == 1 and open_cases_of_dangers(now=NOW) == 0

    duty = desk_of(browser, make_person("duty_officer"), live_server, complaints)
    duty.goto(f"{live_server.url}/cases/")
    duty.get_by_role("link", name=report.number).first.click()
    expect(duty.locator("main")).to_contain_text("车间有人昏倒")
    expect(duty.locator("main")).to_contain_text(report.number)
    assert Case.objects.get().number == report.number

    desk = desk_of(browser, make_person("report_officer", organisation="emergency_bureau"), live_server, complaints)
    desk.goto(f"{live_server.url}/hazard-reports/{report.pk}/")
    expect(desk.locator(".page-head")).to_contain_text("危及生命")
    expect(desk.locator(".page-head a", has_text="事件")).to_have_attribute("href", f"/cases/{report.number}/")

    opens(phone, live_server, report, secret)
    expect(phone.locator("[data-state=received]")).to_contain_text(report.number)
    expect(phone.locator(".act-list")).not_to_contain_text("值班")  # who has it as a case is nothing that its reporter reads
    assert complaints == []
