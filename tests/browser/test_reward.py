"""A reward from the answered report to the money: two officers decide, the reporter claims by secret, a cashier pays by code."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.city import FLAGS
from tests.browser.hands import leads_on, signs_in, text_of
from tests.clocks import stand_at
from tests.mobilisation.answered import Office, answered, drafted
from tests.mobilisation.public import Reporter
from tests.people import make_person
from tests.programs import CHROMIUM
from tests.supervision.firms import NOW
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.rewards.models import Reward

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's driver runs a loop in this thread
    stand_at(monkeypatch, NOW)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def test_from_the_decision_to_the_money(browser: Browser, live_server: Any) -> None:
    make_person("report_officer", organisation="emergency_bureau")
    office, reporter = Office(), Reporter("zh-hans")
    reward = drafted(answered(reporter))
    complaints: list[str] = []

    def screen_of(person: User) -> Page:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        signs_in(context, person, live_server)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    first = screen_of(office.li)
    first.goto(f"{live_server.url}/waiting/")
    first.locator("tbody").get_by_role("link", name="举报奖励：提出意见").click()
    expect(first.get_by_text("奖励数额未经核实").first).to_be_visible()
    first.locator("#kind").select_option("major")
    first.locator("#fine").fill("60000")
    first.locator("#budget").fill("2120103")
    with leads_on(first):
        first.locator("form[action$='/enter/'] button").click()
    expect(first.locator("[data-sum]").first).to_have_text("30,000元")
    with leads_on(first):
        first.locator("form[action$='/propose/'] button").click()
    expect(first.locator("[data-state=proposed]")).to_be_visible()

    second = screen_of(office.wang)
    second.goto(f"{live_server.url}/rewards/{reward.pk}/")
    with leads_on(second):
        second.locator("button[name=agreed][value=yes]").click()
    expect(second.locator("[data-state=agreed]")).to_be_visible()

    phone = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 760}, is_mobile=True, has_touch=True).new_page()
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(f"{live_server.url}/hazard/#follow")
    phone.wait_for_selector("body[data-ready=true]")
    phone.locator("input[name=number]").fill(reporter.number)
    phone.locator("input[name=secret]").fill(reporter.secret)
    phone.get_by_role("button", name="打开").click()
    expect(phone.locator("[data-reward=agreed]")).to_contain_text("30,000")
    phone.locator("[data-act=claim]").click()
    code = text_of(phone.locator("[data-code]"))
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    _picture(phone, "claim")

    till = screen_of(office.cashier)
    _looks_up(till, live_server, code.lower())
    expect(till.locator("[data-sum]")).to_have_text("30,000元")
    _picture(till, "till")
    with leads_on(till):
        till.get_by_role("button", name="已现金发放").click()
    _looks_up(till, live_server, code)  # the second time it is told, and nothing is paid
    expect(till.get_by_role("alert")).to_contain_text("请勿再付")
    expect(till.get_by_role("button", name="已现金发放")).to_have_count(0)
    assert Reward.objects.get().state == "paid"

    phone.get_by_role("button", name="打开").click()
    expect(phone.locator("[data-reward=paid]")).to_be_visible()
    _picture(first, "decision")
    assert complaints == []


def _looks_up(till: Page, server: Any, code: str) -> None:
    """Somebody stands at the till and shows a code."""
    till.goto(f"{server.url}/rewards/till/")
    till.locator("#code").fill(code)
    with leads_on(till):
        till.locator("form:has(#code) button").click()


def _picture(page: Page, name: str) -> None:
    """Only where somebody wants to look at the pages."""
    if folder := os.environ.get("TOCSIN_PICTURES"):
        page.screenshot(path=f"{folder}/reward-{name}.png", full_page=True)
