"""Meters, special periods and electrical danger by hand, from the first click to the last, one person after another."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS
from tests.browser.hands import leads_on, signs_in
from tests.clocks import stand_at
from tests.people import LICANG, make_named_person
from tests.programs import CHROMIUM
from tests.supervision.presence import make_firm, make_key_person
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.history.queries.table import History
from tocsin.supervision.electrical.services.watching import watch_dangers
from tocsin.supervision.periods.services import tell_firms
from tocsin.supervision.work.queries import electrical, firms

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Qingdao
HOURS = 34  # of readings, until now


class Town:
    """A mill whose officer is its leader on shift, a supervisor and an inspector of the bureau, sensors with a history."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        bureau = ensure_organisations(LICANG)["emergency_bureau"]
        self.firm = make_firm("楼山水泥粉磨站", trade="mine")
        self.officer = make_named_person("officer", "firm_officer", self.firm.organisation)
        self.head = make_named_person("head", "supervisor", bureau)
        self.inspector = make_named_person("inspector", "inspector", bureau)
        make_key_person(self.firm, user=self.officer)
        device = Device.objects.create(code="em", secret_sha256="0" * 64, region_code=LICANG, created_at=NOW)
        place: dict[str, Any] = {"device": device, "lon": 120.4, "lat": 36.1, "region_code": LICANG, "resolution": 0.1}
        for index, quantity in enumerate(("power", "power", "joint_temperature"), 1):
            Sensor.objects.create(index=index, channel=f"c{index}", quantity=quantity, **place)
        self.folder, self.monkeypatch = folder, monkeypatch
        self.measure(joint=95.0)

    def measure(self, *, joint: float) -> None:
        """The first meter sends 100 kW until six hours ago, the second one 2.5 kW at the display since; the joint is so warm."""
        kept = History(self.folder / f"{joint}")
        ts = ms_from_datetime(NOW) - 900_000 * np.arange(HOURS * 4, 0, -1)
        swapped = ms_from_datetime(NOW) - 6 * 3_600_000
        for sensor, value, told in ((1, 100.0, ts < swapped), (2, 2.5, ts >= swapped), (3, joint, ts > 0)):
            kept.append(Readings.of(np.full(told.sum(), sensor), ts[told], np.full(told.sum(), value)), version=None)
        self.monkeypatch.setattr(firms, "history", lambda: kept)
        self.monkeypatch.setattr(electrical, "history", lambda: kept)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Town:
    stand_at(monkeypatch, NOW)
    return Town(tmp_path / "history", monkeypatch)


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> Iterator[BrowserContext]:
    with one_driver() as playwright:
        view = {"width": 1366, "height": 768}
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "browser", executable_path=CHROMIUM, locale="zh-CN", viewport=view, args=FLAGS
        )
        yield context
        context.close()


def test_power_and_duty_by_hand(desk: BrowserContext, town: Town, live_server: Any) -> None:
    page, complaints = desk.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    swaps_a_meter(page, desk, town, live_server)
    names_a_period_and_calls_the_roll(page, desk, town, live_server)
    answers_an_electrical_danger(page, desk, town, live_server)
    assert complaints == []


def swaps_a_meter(page: Page, desk: BrowserContext, town: Town, server: Any) -> None:
    signs_in(desk, town.head, server)
    page.goto(f"{server.url}/work/firms/{town.firm.pk}/?days=7")
    page.get_by_text("新增电表").click()
    page.fill("#add-code", "M1")
    page.select_option("#add-role", "total")
    page.fill("#add-sensor", "em/c1")
    page.fill("#add-multiplier", "40")
    page.locator("#add-meter button.primary").click()
    page.get_by_role("link", name="M1").click()
    page.fill("#swap-serial", "B7")
    page.fill("#swap-sensor", "em/c2")
    page.fill("#swap-included", "1")
    page.fill("#swap-at", (NOW + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"))  # 04:00 in Qingdao
    with leads_on(page):
        page.locator("#swap button.primary").click()
    expect(page.get_by_text("× 40")).to_be_visible()
    page.get_by_role("link", name=town.firm.name).first.click()
    expect(page.locator("[data-power] canvas, [data-power] svg").first).to_be_visible()
    curve = page.evaluate("async () => (await fetch(document.querySelector('[data-power]').dataset.power)).json()")
    known = [value for value in curve["total_kw"] if value is not None]
    assert len(known) == HOURS * 4 and set(known) == {100.0}  # whole, and of one height


def names_a_period_and_calls_the_roll(page: Page, desk: BrowserContext, town: Town, server: Any) -> None:
    page.goto(f"{server.url}/presence/periods/")
    page.fill("#p-name", "两会")
    page.select_option("#p-region", LICANG)
    page.fill("#p-last", "2026-11-27")
    page.fill("#p-reason", "全国两会期间")
    with leads_on(page):
        page.locator("#name-period button.primary").click()
    while tell_firms(now=NOW):  # the worker's loop
        pass
    signs_in(desk, town.officer, server)
    page.goto(f"{server.url}/notices/")
    page.get_by_text("重点时段“两会”").first.click()
    page.goto(f"{server.url}/presence/firms/{town.firm.pk}/")
    expect(page.get_by_text("全国两会期间")).to_be_visible()
    page.get_by_role("link", name="补排").first.click()
    with leads_on(page):
        page.locator("form:has(#s-person) button").click()
    stand_at(town.monkeypatch, NOW + timedelta(minutes=10))  # the shift has begun
    signs_in(desk, town.inspector, server)
    page.goto(f"{server.url}/presence/firms/{town.firm.pk}/")
    with leads_on(page):
        page.locator(".page-head button.primary").click()
    signs_in(desk, town.officer, server)
    page.goto(f"{server.url}/presence/call/")
    with leads_on(page):
        page.locator("button.here").click()
    signs_in(desk, town.inspector, server)
    page.goto(f"{server.url}/presence/firms/{town.firm.pk}/")
    expect(page.locator("#calls .badge.good")).to_be_visible()


def answers_an_electrical_danger(page: Page, desk: BrowserContext, town: Town, server: Any) -> None:
    signs_in(desk, town.head, server)
    page.goto(f"{server.url}/work/electrical/{town.firm.pk}/")
    page.fill("#w-name", "一号柜接头")
    page.select_option("#w-kind", "joint")
    page.select_option("#w-sensor-0", index=1)
    with leads_on(page):
        page.locator("#watch button.primary").click()
    watch_dangers(now=NOW)  # the worker's loop
    signs_in(desk, town.officer, server)
    page.goto(f"{server.url}/waiting/")
    page.locator("tr", has_text="一号柜接头").get_by_role("link").click()
    page.locator("input[name=text]").fill("已停电紧固")
    with leads_on(page):
        page.locator("section form button.primary").click()
    signs_in(desk, town.inspector, server)
    page.goto(f"{server.url}/notices/")
    expect(page.get_by_text("企业答复“已停电紧固”").first).to_be_visible()
    town.measure(joint=30.0)
    watch_dangers(now=NOW + timedelta(minutes=16))
    page.goto(f"{server.url}/work/electrical/{town.firm.pk}/")
    expect(page.locator(".badge.good").first).to_be_visible()
    expect(page.get_by_text("已停电紧固")).to_have_count(0)  # what waits for nobody stands no more
