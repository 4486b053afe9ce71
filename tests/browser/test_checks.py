"""Checks of measures on a real phone: a tag proves the place, what was found waits without a network and goes out after it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import keeps, signs_in, until
from tests.hazchem.plants import make_tank
from tests.hazchem.test_prevention import Ledger
from tocsin.hazchem.installations.queries.labels import label_path
from tocsin.hazchem.prevention.models import CheckResult, CheckTask, RiskUnit
from tocsin.supervision.inspections.models import Finding

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SHOTS = os.environ.get("TOCSIN_SHOTS", "")
TAG_READER = """
window.NDEFReader = class {
  scan() {
    const data = new TextEncoder().encode(window.tagHere);
    setTimeout(() => this.onreading({ message: { records: [{ recordType: "url", data }] } }), 100);
    return Promise.resolve();
  }
};
"""


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


def shoot(page: Page, name: str) -> None:
    """A picture for whoever looks; none in an ordinary run."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"checks-{name}.png"), full_page=True)


def test_a_check_is_made_without_a_network_at_its_place(browser: Browser, live_server: Any) -> None:
    book = Ledger()
    unit, _tank = make_tank(book.officer, book.firm)
    next_door, _tank = make_tank(book.officer, book.firm, unit="Loading bay")
    RiskUnit.objects.update(plant_unit=unit)
    CheckTask.objects.update(planned_on=timezone.localdate(), due_on=timezone.localdate())
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    context.add_init_script(TAG_READER)
    context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    signs_in(context, book.officer, live_server)
    phone = context.new_page()
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(f"{live_server.url}/prevention/phone/")
    expect(phone.locator("body[data-ready=true]")).to_have_count(1)
    shoot(phone, "list")
    phone.get_by_role("link", name="Close it once").click()
    context.set_offline(True)
    for told, words in ((next_door, "Scanned: Loading bay."), (unit, "Scanned: it goes with your next entry.")):
        phone.evaluate("said => { window.tagHere = said; }", "https://city.example" + label_path(told.pk, timezone.now()))
        phone.locator("[data-act=scan]").click()
        expect(phone.get_by_text(words)).to_be_visible()
        shoot(phone, told.name.split()[0])
    phone.locator("[data-act=not_in_order]").click()
    phone.locator("dialog select").select_option("major")
    keeps(phone, text="it sticks")
    expect(phone.locator("[data-waiting='1']")).to_be_visible()
    expect(phone.locator("[data-act=not_in_order]")).to_have_count(0)
    shoot(phone, "offline")
    assert not CheckResult.objects.exists()
    context.set_offline(False)
    expect(phone.locator("[data-waiting='0']")).to_be_visible()
    until(phone, CheckResult.objects.exists)
    result = CheckResult.objects.get()
    assert (result.at_place, result.normal, Finding.objects.get().grade) == (True, False, "major")
    expect(phone.get_by_text("code of the place scanned")).to_be_visible()
    shoot(phone, "sent")
    context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": live_server.url}])
    phone.set_viewport_size({"width": 1600, "height": 900})
    phone.goto(f"{live_server.url}/prevention/phone/")
    expect(phone.locator("body[data-ready=true]")).to_have_count(1)
    shoot(phone, "zh")
    assert complaints == []
