"""The console before a duty officer: what rings is seen, opened by keys, confirmed; in two tabs, two languages, on a phone.

And the page of its case while others act: it renews itself, keeps what is being written, says in words what happened.
"""

import itertools
import json
import re
import urllib.request

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.city import City
from tests.browser.hands import again, place_of, text_of

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.timeout(400)]

TITLE = re.compile(r"可燃气体 62 %LEL")
LEADER = """
from django.utils import timezone
from tocsin.jurisdiction.people.services import accounts, grants, tokens
from tocsin.jurisdiction.people.services.system import system_actor
actor = system_actor()
user, _ = accounts.create_person(actor=actor, username="leader", name="Shift leader", password="a lantern for 7 ships")
grants.grant_role(actor=actor, user=user, role="shift_leader", region_code="370200")
token, secret = tokens.create_token(user=user, name="test", scopes=("cases.see", "cases.handle"), now=timezone.now())
print(secret)
"""


def comment(city: City, secret: str, text: str) -> None:
    """The leader comments on the only case, from elsewhere."""

    def ask(path: str, data: bytes | None = None) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"{city.running.url}api/v1/command/{path}", data, headers)) as answer:
            found: dict[str, object] = json.load(answer)
            return found

    items = ask("cases")["items"]
    assert isinstance(items, list)
    ask(f"cases/{items[0]['id']}/comment", json.dumps({"text": text}).encode())


def test_an_alarm_rings_and_is_confirmed_by_keys(city: City, browser: BrowserContext) -> None:
    listed = browser.new_page()
    city.listen(listed)
    listed.goto(f"{city.running.url}cases/?state=all")
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
    expect(listed.locator("#rows .case-number a").first).to_be_visible(timeout=60_000)  # by itself: nobody loaded the list anew


def test_tabs_share_one_stream_and_the_next_takes_over(city: City, browser: BrowserContext) -> None:
    first = city.open(browser)
    second = city.open(browser)
    city.measure(63)
    first.close()
    city.measure(99)
    # alone, or in the row of its case
    expect(second.locator("#feed-list [role=option]").first).to_contain_text("一级（红）", timeout=60_000)


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
    page.locator("#feed-list [role=option]").first.click()
    actions = page.locator(".drawer-actions")
    expect(actions.locator(".button").first).to_be_visible()
    assert actions.evaluate("shown => shown.scrollWidth <= shown.clientWidth"), "the longer words fit, too"
    expect(page.locator(".steps li")).to_have_count(8)
    assert page.locator(".steps li").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
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


def test_the_page_of_a_case_follows_what_others_do(city: City, browser: BrowserContext) -> None:
    listed = browser.new_page()
    city.listen(listed)
    listed.goto(f"{city.running.url}cases/?state=all")
    secret = city.running.manage("shell", "-v", "0", "-c", LEADER).strip().splitlines()[-1]
    number = listed.locator("#rows .case-number a").first
    page = browser.new_page()
    city.listen(page)
    page.goto(f"{city.running.url}cases/{text_of(number)}/")
    expect(page.locator("form[action$='/take/'] button")).to_be_visible()
    page.locator(".case-tabs a[href='#history']").click()
    page.fill("#case-comment", "what the officer has begun to")
    page.focus("#case-comment")
    comment(city, secret, "the crew is on its way")
    expect(page.locator(".history .time-line li").first).to_contain_text("the crew is on its way", timeout=20_000)
    expect(page.locator("#case-announcer")).to_contain_text("the crew is on its way")
    expect(page.locator("#case-comment")).to_have_value("what the officer has begun to")
    expect(page.locator("#case-comment")).to_be_focused()
    expect(page).to_have_url(re.compile(r"#history$"))
    page.locator(".case-tabs a[href='#overview']").click()
    expect(page.locator(".latest li").first).to_contain_text("the crew is on its way")
    take = page.locator("form[action$='/take/'] button")
    expect(take).to_be_visible()  # a comment silences no alarm; who takes the case acknowledges it
    take.first.click()
    expect(page.locator("form[action$='/take/']")).to_have_count(0)


def test_open_cases_are_a_layer_of_the_map(city: City, browser: BrowserContext) -> None:
    page = city.open(browser)
    page.keyboard.press("l")
    layer = page.locator("#layers label", has=page.locator("[data-layer=cases]"))
    expect(layer.locator("[data-count]")).to_have_text("1", timeout=60_000)
    box = place_of(page.locator("#map"))
    x, y = box["x"] + (340 + box["width"]) / 2, box["y"] + (10 + box["height"] - 64) / 2  # what the panels leave: the only well
    plate = page.locator(".maplibregl-popup.hover")  # beside it, when the map has drawn it
    steps = itertools.cycle((0, 1))  # a mouse that does not move tells nothing
    again(lambda: page.mouse.move(x + 16, y - 16 + next(steps)), lambda: expect(plate).to_contain_text("370213-", timeout=1_000))
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile(r"/cases/370213-"))
