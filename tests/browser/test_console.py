"""The console before a duty officer: what rings is seen, opened by keys, confirmed; in two tabs, two languages, on a phone."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.city import City
from tests.browser.hands import place_of

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.timeout(400)]

TITLE = re.compile(r"可燃气体 62 %LEL")


def test_an_alarm_rings_and_is_confirmed_by_keys(city: City, browser: BrowserContext) -> None:
    page = city.open(browser)
    expect(page.locator("#feed-list")).to_contain_text("没有报警")
    city.measure(62)
    row = page.locator("#feed-list [role=option]")
    expect(row).to_contain_text(TITLE, timeout=60_000)
    expect(page.locator(".counter.orange [data-count]")).to_have_text("1")
    expect(page.locator("#announcer")).to_contain_text(TITLE)
    page.keyboard.press("j")
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_have_text(TITLE)
    expect(page).to_have_url(re.compile(r"/alarms/[0-9a-f-]{36}/$"))
    expect(drawer.locator(".chart canvas")).to_be_visible()
    page.keyboard.press("a")
    expect(drawer.locator("[data-key=a]")).to_have_count(0)
    expect(row).to_contain_text("已确认")
    expect(page.locator("#sound-warning")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_tabs_share_one_stream_and_the_next_takes_over(city: City, browser: BrowserContext) -> None:
    first = city.open(browser)
    second = city.open(browser)
    city.measure(63)
    first.close()
    city.measure(99)
    expect(second.locator("#feed-list [role=option]").first).to_contain_text("99 %LEL", timeout=60_000)


def test_the_map_is_also_a_table(city: City, browser: BrowserContext) -> None:
    page = city.open(browser)
    page.keyboard.press("t")
    expect(page.locator("[data-rows=alarms] tr").first).to_contain_text("可燃气体")
    expect(page.locator("[data-rows=sensors] tr").first).to_contain_text("WELL-7")


def test_filters_search_and_help(city: City, browser: BrowserContext) -> None:
    page = city.open(browser)
    rows = page.locator("#feed-list [role=option]")
    expect(rows.first).to_be_visible()
    page.keyboard.press("4")  # only blue
    expect(rows).to_have_count(0)
    page.keyboard.press("4")
    page.keyboard.press("/")
    page.keyboard.type("nowhere")
    expect(rows).to_have_count(0)
    page.locator("#feed-search").fill("")
    expect(rows.first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()


def test_english_and_light(city: City, browser: BrowserContext) -> None:
    page = city.open(browser)
    page.locator("[data-theme-switch]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("#console[data-ready=true]", state="attached", timeout=90_000)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("#feed-list [role=option]").first).to_contain_text("Combustible gas")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_a_phone_has_large_targets(city: City, browser: BrowserContext) -> None:
    page = city.open(browser)
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#feed-list [role=option]").first.click()
    button = page.locator(".drawer-actions .button").first
    expect(button).to_be_visible()
    assert place_of(button)["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
