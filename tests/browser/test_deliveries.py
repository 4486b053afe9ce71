"""A delivery on two real phones: picked and loaded by the keeper, handed over by the driver, the network cut between."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import until
from tests.browser.test_keepers import context_of
from tests.people import make_named_person
from tests.supplies.requests import approved, desk, request_for
from tests.supplies.stores import head, item, received, store
from tocsin.base.keys import Purpose, key_for
from tocsin.supplies.requests.models import Delivery
from tocsin.supplies.requests.rules.codes import driver_token, receipt_code
from tocsin.supplies.requests.services import plans

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SHOTS = os.environ.get("TOCSIN_SHOTS", "")
VIEWS = [("zh-hans", "dark", 360), ("zh-hans", "light", 390), ("en", "dark", 1366), ("en", "light", 1600)]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


def shoot(page: Page, name: str) -> None:
    """A picture for whoever looks; none in an ordinary run."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"deliveries-{name}.png"), full_page=True)


def delivery() -> Delivery:
    """Quilts for 400 people, out of one store."""
    now = timezone.now()
    lead, by, where = head(), desk(), store()
    quilt = item(lead, "棉被", name_en="Quilt", unit_en="pc")
    received(lead, where, quilt, 500, at=now)
    made = request_for(by, receiver="陈主任", receiver_telephone="13800000000", now=now)
    best = next(one for one in approved(by, lead, made, now=now) if one.kind == "soonest")
    return plans.accept_plan(actor=lead, plan_id=best.pk, now=now)[0]


def state_of(one: Delivery) -> str:
    return Delivery.objects.values_list("state", flat=True).get(pk=one.pk)


def test_a_delivery_is_picked_loaded_carried_and_handed_over_without_a_network(browser: Browser, live_server: Any) -> None:
    one = delivery()
    keeper = make_named_person("li", "store_keeper", one.store.body)
    complaints: list[str] = []
    stores = context_of(browser, live_server, keeper, 360)
    shelf = stores.new_page()
    road = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    road.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    cab = road.new_page()
    for page in (shelf, cab):
        page.on("pageerror", lambda error: complaints.append(str(error)))
    shelf.goto(f"{live_server.url}/keeper/")
    cab.goto(f"{live_server.url}/supplies/way/{driver_token(one.pk, key_for(Purpose.CODES))}/")
    for page in (shelf, cab):
        expect(page.locator("body[data-ready=true]")).to_have_count(1)
    expect(cab.get_by_text("陈主任")).to_be_visible()
    assert cab.url.endswith(f"#{one.pk}")
    shoot(shelf, "keeper-list")
    shelf.get_by_role("link", name=one.number).click()
    stores.set_offline(True)
    road.set_offline(True)
    shelf.locator("[data-act=pick]").click()
    shelf.get_by_label("Quilt").fill("401")
    shelf.get_by_role("button", name="Keep").click()
    expect(shelf.get_by_role("dialog")).to_be_visible()  # no more than is planned
    shelf.get_by_label("Quilt").fill("380")
    shelf.get_by_role("button", name="Keep").click()
    expect(shelf.get_by_role("dialog")).to_be_visible()  # less needs a reason
    shelf.get_by_label("Remark").fill("20 damp")
    shoot(shelf, "keeper-pick")
    shelf.get_by_role("button", name="Keep").click()
    shelf.locator("[data-act=load]").click()
    shelf.get_by_label("Driver").fill("王师傅")
    shelf.get_by_label("Vehicle").fill("鲁B12345")
    shelf.get_by_role("button", name="Keep").click()
    expect(shelf.locator("[data-waiting='2']")).to_be_visible()
    shoot(shelf, "keeper-offline")
    cab.locator("[data-act=leave]").click()
    cab.get_by_role("button", name="Keep").click()
    expect(cab.locator("[data-waiting='1']")).to_be_visible()
    road.set_offline(False)  # the driver is in the net first: the step is ahead of those of the store
    expect(cab.locator("[data-waiting='0']")).to_be_visible()
    until(cab, lambda: one.entries.filter(act="leave", verdict="ahead").exists())
    assert state_of(one) == "reserved"
    shoot(cab, "driver-ahead")
    stores.set_offline(False)
    expect(shelf.locator("[data-waiting='0']")).to_be_visible()
    until(shelf, lambda: state_of(one) == "on_way")
    road.set_offline(True)
    cab.reload()  # the page itself is there without a network, and what it has read
    expect(cab.get_by_text("陈主任")).to_be_visible()
    cab.locator("[data-act=hand_over]").click()
    right = receipt_code(one.pk, key_for(Purpose.CODES))
    slip = right[:-1] + str((int(right[-1]) + 1) % 10)
    cab.get_by_label("The receiver's code").fill(slip)
    cab.get_by_label("Quilt").fill("380")
    cab.get_by_label("Remark").fill("counted together")
    cab.get_by_role("button", name="Keep").click()
    expect(cab.get_by_role("dialog")).to_be_visible()  # a slip of the tongue is noticed on the spot
    cab.get_by_label("The receiver's code").fill(right)
    shoot(cab, "driver-hand-over")
    cab.get_by_role("button", name="Keep").click()
    expect(cab.locator("[data-waiting='1']")).to_be_visible()
    assert state_of(one) == "on_way"
    road.set_offline(False)
    expect(cab.locator("[data-waiting='0']")).to_be_visible()
    until(cab, lambda: state_of(one) == "handed_over")
    shoot(cab, "driver-done")
    assert complaints == []
    for language, theme, width in VIEWS if SHOTS else ():
        context = context_of(browser, live_server, keeper, width, language, theme)
        for name, path in (("keeper", "keeper/"), ("desk", f"supplies/deliveries/{one.pk}/"), ("driver", "supplies/way/")):
            page = context.new_page()
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.goto(f"{live_server.url}/{path}")
            expect(page.locator("h1").first).to_be_visible()
            shoot(page, f"{name}-{language}-{theme}-{width}")
