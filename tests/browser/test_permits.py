"""A work permit on a real phone: measures, a gas test with its photo, a round, a pause; the network cut between."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import enters, keeps, signs_in, until
from tests.hazchem.crews import Crew, ring
from tests.hazchem.plants import make_level
from tests.pictures import photo
from tocsin.hazchem.permits.models import GasTest, PermitEntry, WorkPermit
from tocsin.hazchem.permits.rules.kinds import SigningRole
from tocsin.hazchem.permits.services.stopping import stop_beside_alarms

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SHOTS = os.environ.get("TOCSIN_SHOTS", "")


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


def shoot(page: Page, name: str) -> None:
    """A picture for whoever looks; none in an ordinary run."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"permits-{name}.png"), full_page=True)


def test_the_watcher_works_without_a_network_and_hears_what_an_alarm_did(browser: Browser, live_server: Any) -> None:
    now = timezone.now()
    crew = Crew()
    permit = crew.apply(begins_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=3))
    WorkPermit.objects.update(created_at=now - timedelta(hours=1), state="running", state_at=now - timedelta(minutes=30))
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    signs_in(context, crew.people[SigningRole.WATCHER], live_server)
    phone = context.new_page()
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(f"{live_server.url}/permits/phone/")
    expect(phone.locator("body[data-ready=true]")).to_have_count(1)
    phone.get_by_role("link", name="Bund of V-101").click()
    context.set_offline(True)
    phone.locator("[data-tick=briefed]").click()
    enters(phone, "test", flammable_percent="0.1", place="flange")
    phone.locator("[data-act=photo]").click()
    phone.locator("dialog input[type=file]").set_input_files({"name": "meter.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    keeps(phone, text="meter")
    enters(phone, "round", text="calm")
    phone.locator("[data-act=pause]").click()
    expect(phone.locator("[data-waiting='5']")).to_be_visible()
    expect(phone.locator("[data-act=pause]")).to_have_count(0)
    shoot(phone, "offline")
    phone.reload()  # the page itself is there without a network, and what was entered
    expect(phone.locator("[data-waiting='5']")).to_be_visible()
    assert not PermitEntry.objects.exists()
    ring(make_level("street-1", "gas", 20.0, "methane"), timezone.now())
    assert stop_beside_alarms(now=timezone.now()) == 1
    context.set_offline(False)
    expect(phone.locator("[data-waiting='0']")).to_be_visible()
    until(phone, lambda: PermitEntry.objects.filter(act="pause", verdict="behind").exists())
    expect(phone.get_by_text("An alarm beside the work stopped it")).to_be_visible()
    expect(phone.get_by_text("gone on")).to_be_visible()
    shoot(phone, "stopped")
    assert GasTest.objects.get().place == "flange"
    assert PermitEntry.objects.filter(verdict="counts").count() == 4
    assert PermitEntry.objects.get(act="photo").data["attachment"]
    assert complaints == []
    assert permit.number
