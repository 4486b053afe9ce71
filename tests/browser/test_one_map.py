"""The one map by hand: its layers, time, selections, table, link and print; and what it does when the network is cut."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.atlas.exposure.bodies import LAT, LON, body, keeper
from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS, SOFTWARE_GRAPHICS
from tests.browser.hands import place_of, signs_in, text_of
from tests.people import LICANG, YANTAI, make_person
from tests.programs import CHROMIUM
from tocsin.atlas.layers.queries import reading
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

VIEW = f"view={LON},{LAT},15"
APART_DEG = 0.0004


@pytest.fixture
def browser() -> Iterator[Browser]:
    reading.forget()
    with one_driver() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *SOFTWARE_GRAPHICS])
        yield opened
        opened.close()


@pytest.fixture
def town() -> None:
    """A school with 900 pupils in the middle of the picture, three sensors around it."""
    body(keeper(), figures={"pupils": 900.0})
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="WELL", region_code=LICANG)],
        sensors=[
            NewSensor(device_code="WELL", channel=f"c{k}", quantity="methane", lon=LON + k * APART_DEG, lat=LAT, name=f"Well {k}")
            for k in range(3)
        ],
    )


class Map:
    """The page, what it complained of, and what it asked of others than its own server."""

    def __init__(self, browser: Browser, server: Any, role: str, region: str) -> None:
        self.context = browser.new_context(locale="en-GB", viewport={"width": 1400, "height": 900})
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
        signs_in(self.context, make_person(role, region), server)
        self.url, self.complaints, self.foreign = server.url, list[str](), list[str]()
        self.context.route(lambda url: urlsplit(url).netloc != urlsplit(server.url).netloc, lambda route: route.abort())
        self.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws") and parts.netloc != urlsplit(self.url).netloc:
            self.foreign.append(request.url)

    def open(self, query: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.url}/map/?{query}")
        page.wait_for_selector("#one-map[data-ready=true]", state="attached")
        return page


def click_at(page: Page, *spots: tuple[float, float]) -> None:
    """Clicks so many pixels right of and below the middle of the map."""
    box = place_of(page.locator("#map"))
    for right, down in spots:
        page.mouse.click(box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down)


def chosen(page: Page) -> str:
    """What the panel tells of the selection."""
    expect(page.locator("[data-results]")).to_be_visible()
    return text_of(page.locator("[data-counts]"))


def test_the_map_by_hand(browser: Browser, town: None, live_server: Any) -> None:
    desk = Map(browser, live_server, "duty_officer", LICANG)
    page = desk.open(f"{VIEW}&layers=exposed_bodies,sensors")
    orders_the_layers(page)
    selects_in_every_way(page)
    goes_back_in_time(page)
    prints(page, desk)
    link = shares(page)
    another_reader_sees_their_own(browser, live_server, link)
    assert desk.complaints == []
    assert desk.foreign == [], "everything comes from our own server"


def orders_the_layers(page: Page) -> None:
    shown = page.locator("[data-shown] [data-layer]")
    expect(shown).to_have_count(2)
    legend = page.locator("[data-legend] li")
    expect(legend.filter(has_text="sensor in order")).to_have_count(1)
    expect(legend.filter(has_text="level 1, most serious")).to_contain_text("Exposed bodies")
    page.fill("[data-search]", "alarm")
    tree = page.locator("[data-tree]")
    expect(tree.locator("input[value=sensors]")).to_have_count(0)
    tree.locator("input[value=alarms]").check()
    expect(shown).to_have_count(3)
    tree.locator("input[value=alarms]").uncheck()
    expect(shown).to_have_count(2)
    page.fill("[data-search]", "no such layer")
    expect(tree).to_contain_text("No layer of that name.")
    page.fill("[data-search]", "")
    page.locator("[data-layer=sensors] [data-control=opacity]").fill("40")
    expect(page).to_have_url(re.compile(r"sensors\*40"))
    expect(shown.first).to_have_attribute("data-layer", "sensors")
    shown.last.press("Alt+ArrowUp")
    expect(shown.first).to_have_attribute("data-layer", "exposed_bodies")
    expect(page.locator("[data-announcer]")).to_contain_text("is now 1 of 2")


def selects_in_every_way(page: Page) -> None:
    page.click("[data-tool=circle]")
    click_at(page, (0, 0), (150, 0))
    assert "Exposed bodies1" in chosen(page).replace("\n", "")
    expect(page.locator("[data-people]")).to_contain_text("people")
    page.locator("[data-counts] button", has_text="Sensors").click()
    rows = page.locator("[data-table] tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Well 0")
    page.locator("[data-table] th button", has_text="Name").click()
    page.locator("[data-table] th button", has_text="Name").click()
    expect(rows.first).to_contain_text("Well 2")
    page.click("[data-tool=polygon]")
    click_at(page, (-60, -60), (-60, 60), (12, 60), (12, -60))
    page.keyboard.press("Enter")
    assert "Sensors with their newest value1" in chosen(page).replace("\n", "")
    page.locator("[data-clear]").click()
    expect(page.locator("[data-results]")).to_be_hidden()
    page.locator(".tool-more summary").click()
    page.fill("[data-metres]", "30")
    page.locator(".tool-more summary").click()
    page.click("[data-tool=strip]")
    click_at(page, (-40, 0), (20, 0))
    page.keyboard.press("Enter")
    assert "Sensors with their newest value2" in chosen(page).replace("\n", "")
    page.locator(".tool-more summary").click()
    page.locator("[data-unit]").select_option(LICANG)
    expect(page.locator("[data-summary]")).to_contain_text("4 objects")
    page.locator("[data-results] [data-close]").click()


def goes_back_in_time(page: Page) -> None:
    bar = page.locator(".moment-bar")
    page.locator("[data-span='168']").click()
    page.locator("[data-slider]").fill("0")
    expect(bar).to_have_class(re.compile("past"))
    expect(page.locator("[data-layer=exposed_bodies]")).to_contain_text("does not know the past")
    expect(page).to_have_url(re.compile("at="))
    page.locator("[data-now]").click()
    expect(bar).not_to_have_class(re.compile("past"))
    expect(page).not_to_have_url(re.compile("at="))


def prints(page: Page, desk: Map) -> None:
    link = page.locator("[data-print]")
    link.evaluate("one => one.addEventListener('click', event => event.preventDefault())")
    link.click()
    answer = desk.context.request.get(urljoin(desk.url, str(link.get_attribute("href"))), headers={"Accept-Language": "en"})
    assert answer.ok
    told = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(answer.body()))
    for words in ("1 :", "GS(2024)0650", "Sensors with their newest value", "Exposed bodies", "duty_officer", "N"):
        assert words in told, f"{words} stands on the sheet"


def shares(page: Page) -> str:
    page.locator("[data-share]").click()
    expect(page.get_by_text("The address of this view is copied")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    assert "layers=sensors*40,exposed_bodies" in link.replace("%2C", ",")
    return link


def another_reader_sees_their_own(browser: Browser, server: Any, link: str) -> None:
    other = Map(browser, server, "store_keeper", YANTAI)
    page = other.open(urlsplit(link).query)
    expect(page.get_by_text(re.compile("1 layer of this view is not shown to"))).to_be_visible()
    expect(page.locator("[data-shown] [data-layer]")).to_have_count(1)
    page.click("[data-tool=circle]")
    click_at(page, (0, 0), (150, 0))
    assert "Sensors with their newest value0" in chosen(page).replace("\n", "")
    expect(page.locator("[data-people]")).to_be_hidden()


def test_a_cut_network_is_told_and_what_was_drawn_stays(browser: Browser, town: None, live_server: Any) -> None:
    desk = Map(browser, live_server, "duty_officer", LICANG)
    page = desk.open(f"{VIEW}&layers=sensors")
    told = page.locator("[data-offline]")
    expect(told).to_be_hidden()
    desk.context.set_offline(True)
    expect(told).to_contain_text("No connection to the server")
    expect(page.locator("[data-shown] [data-layer]")).to_have_count(1)
    page.click("[data-tool=length]")
    click_at(page, (-40, 0), (40, 0))  # what needs no server goes on working
    page.keyboard.press("Enter")
    with page.expect_response(lambda answer: "/map/tiles/" in answer.url):
        desk.context.set_offline(False)
    expect(told).to_be_hidden()
    assert desk.complaints == []
    assert desk.foreign == []
