"""Figures for the public: an officer publishes a month by one press, and anybody reads it on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, signs_in
from tests.clocks import stand_at
from tests.mobilisation.test_public_figures import HUANGDAO, LICANG, NOVEMBER, QINGDAO, reported
from tests.people import make_named_person
from tocsin.mobilisation.figures.services.publishing import publish_figures

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOVEMBER)
    with one_chromium() as opened:
        yield opened


def test_from_the_press_to_everybodys_phone(browser: Browser, live_server: Any) -> None:
    officer = make_named_person("li", "report_officer", region=QINGDAO)
    reported(LICANG, 30, false=8)
    reported(HUANGDAO, 3)
    complaints: list[str] = []
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    signs_in(context, officer, live_server)
    desk = context.new_page()
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    desk.goto(f"{live_server.url}/hazard-reports/")
    desk.get_by_role("link", name="数据", exact=True).click()
    expect(desk.get_by_role("heading", name="青岛市 · 2026年10月", exact=True)).to_be_visible()
    desk.locator("#reason").fill("市人大要求提前公布。")
    with leads_on(desk):
        desk.get_by_role("button", name="立即发布").click()
    expect(desk.get_by_text("发布中", exact=True)).to_be_visible()
    publish_figures(now=NOVEMBER)
    phone = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 760}, is_mobile=True, has_touch=True).new_page()
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(f"{live_server.url}/hazard/figures/")
    expect(phone.get_by_text("核查33件，查实25件")).to_be_visible()
    expect(phone.get_by_text("本版说明：市人大要求提前公布。")).to_be_visible()
    row = phone.locator("tr", has=phone.get_by_role("rowheader", name="黄岛区")).first
    expect(row.locator("td").first).to_have_text("–")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing hangs over the edge of a phone"
    assert complaints == []
