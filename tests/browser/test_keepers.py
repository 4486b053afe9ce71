"""Stock-take and upkeep in a real browser: counted without a network, sent when there is one again, booked at the desk."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, signs_in, until
from tests.people import make_named_person
from tests.supplies.stores import head, item, received, store
from tocsin.jurisdiction.people.models import User
from tocsin.supplies.stock.models import Holding
from tocsin.supplies.stocktakes.models import CountEntry
from tocsin.supplies.upkeep.models import Upkeep
from tocsin.supplies.upkeep.services.clocks import run_upkeep_clocks

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SHOTS = os.environ.get("TOCSIN_SHOTS", "")


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


def context_of(
    browser: Browser, server: Any, user: User, width: int, language: str = "en", theme: str = "light"
) -> BrowserContext:
    """A browser of somebody who is signed in."""
    context = browser.new_context(viewport={"width": width, "height": 844 if width < 500 else 900}, locale="en-GB")
    signs_in(context, user, server)
    more = {"django_language": language, "tocsin_theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in more.items()])  # type: ignore[misc]
    return context


def shoot(page: Page, name: str) -> None:
    """A picture for whoever looks; none in an ordinary run."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"keepers-{name}.png"), full_page=True)


def test_a_store_is_counted_and_gear_is_run_without_a_network(browser: Browser, live_server: Any) -> None:
    by, now = head(), timezone.now()
    where = store("燃气公司库", body="gas_company")
    keeper = make_named_person("li", "store_keeper", where.body)
    quilt = received(by, where, item(by, "棉被", name_en="Quilt", unit_en="pc"), 1200, "L-1", at=now - timedelta(days=40))
    received(by, where, item(by, "饮用水", name_en="Water", unit_en="box"), 80, "W-1", at=now - timedelta(days=40))
    gear = {"name_en": "Generator", "unit_en": "set", "inspect_every_months": 1, "upkeep": "空载运行15分钟"}
    generator = received(by, where, item(by, "柴油发电机组", **gear), 6, "G-1", at=now - timedelta(days=60))
    run_upkeep_clocks(now=now)
    assert Holding.objects.get(pk=generator.pk).overdue == 6000
    complaints: list[str] = []
    desk = context_of(browser, live_server, by, 1366).new_page()
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    desk.goto(f"{live_server.url}/supplies/stocktakes/")
    shoot(desk, "list")
    desk.get_by_label("What is counted").select_option("all")
    with leads_on(desk):
        desk.get_by_role("button", name="Open a stock-take").click()
    expect(desk.get_by_text("0 / 3")).to_be_visible()
    context = context_of(browser, live_server, keeper, 390)
    phone = context.new_page()
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(f"{live_server.url}/keeper/")
    expect(phone.locator("body[data-ready=true]")).to_have_count(1)
    shoot(phone, "phone")
    phone.get_by_role("link", name="燃气公司库").first.click()
    shoot(phone, "phone-take")
    context.set_offline(True)
    phone.get_by_label("Lot, item or bay").fill("L-1")
    phone.locator("[data-lot='L-1'] .knock-door").click()
    phone.get_by_label("How much lies there?").fill("1100")
    shoot(phone, "phone-count")
    phone.get_by_role("button", name="Keep").click()
    expect(phone.locator("[data-waiting='1']")).to_be_visible()
    phone.get_by_role("link", name="All work").click()
    phone.get_by_role("link", name="Generator").click()
    shoot(phone, "phone-gear")
    phone.locator("[data-act=failed]").click()
    phone.get_by_label("How many of 6 set do not work?").fill("1")
    phone.get_by_label("What does not work?").fill("no start")
    phone.get_by_role("button", name="Keep").click()
    expect(phone.locator("[data-waiting='2']")).to_be_visible()
    assert not CountEntry.objects.exists()
    context.set_offline(False)
    expect(phone.locator("[data-waiting='0']")).to_be_visible()
    until(phone, lambda: Upkeep.objects.get().result == "failed")
    generator.refresh_from_db()
    assert (generator.free, generator.overdue, generator.in_repair) == (5000, 0, 1000)
    phone.get_by_role("link", name="燃气公司库").first.click()
    phone.get_by_label("Lot, item or bay").fill("")
    expect(phone.get_by_text("differs: count again, or say why")).to_be_visible()
    shoot(phone, "phone-differs")
    desk.reload()
    desk.get_by_label("Reason").first.fill("given out by hand, no paper")
    with leads_on(desk):
        desk.get_by_role("button", name="Keep the reason").click()
    with leads_on(desk):
        desk.get_by_role("button", name="I looked too, and confirm the count").click()
    shoot(desk, "take")
    desk.get_by_label("leave what is not counted as it is").check()
    with leads_on(desk):
        desk.get_by_role("button", name="Book it").click()
    expect(desk.get_by_text("Booked: the differences are in the ledger.")).to_be_visible()
    assert Holding.objects.get(pk=quilt.pk).free == 1_100_000
    for language, theme, width in (("zh-hans", "dark", 1600), ("zh-hans", "light", 390), ("en", "dark", 1366)) if SHOTS else ():
        page = context_of(browser, live_server, by, width, language, theme).new_page()
        take = CountEntry.objects.order_by("version")[0].stocktake_id
        for name, path in {
            "take": f"supplies/stocktakes/{take}/",
            "takes": "supplies/stocktakes/",
            "upkeep": "supplies/upkeep/?due=all",
            "stock": "supplies/",
            "store": f"supplies/stores/{where.pk}/",
            "lot": f"supplies/lots/{generator.lot_id}/",
            "keeper": "keeper/",
            "levels": "supplies/levels/",
        }.items():
            page.goto(f"{live_server.url}/{path}")
            shoot(page, f"{name}-{language}-{theme}-{width}")
    assert complaints == []
