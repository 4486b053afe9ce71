"""Doors of a silent town in a real browser: given out at the desk, knocked at without a network, sent when there is one again."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import one_chromium
from tests.mobilisation.rounds.silent import crew, silent_round
from tests.people import make_person
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import DoorRound
from tocsin.mobilisation.rounds.models import Door, DoorEntry

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SHOTS = os.environ.get("TOCSIN_SHOTS", "")


@pytest.fixture
def row() -> DoorRound:
    return silent_round(make_person("shift_leader", organisation="monitoring_centre"))


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


def context_of(browser: Browser, server: Any, user: User, width: int, language: str) -> BrowserContext:
    """A browser of somebody who is signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    cookies = [
        {"name": "sessionid", "value": session, "url": server.url},
        {"name": "django_language", "value": language, "url": server.url},
    ]
    context = browser.new_context(viewport={"width": width, "height": 844 if width < 500 else 900}, locale="en-GB")
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


def shoot(page: Page, name: str) -> None:
    """A picture for whoever looks; none in an ordinary run."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"doors-{name}.png"), full_page=True)


def test_doors_are_given_and_knocked_at_without_a_network(row: DoorRound, browser: Browser, live_server: Any) -> None:
    leader, walker = User.objects.get(username__startswith="shift_leader"), crew()
    complaints: list[str] = []
    desk = context_of(browser, live_server, leader, 1366, "en").new_page()
    desk.on("pageerror", lambda error: complaints.append(str(error)))
    desk.goto(f"{live_server.url}/warnings/{row.warning_id}/doors/")
    desk.get_by_text("Give doors to somebody").click()
    desk.get_by_label("Who").select_option(str(walker.pk))
    desk.get_by_label("Stretch").fill("Fengshan Rd 1 to 60")
    desk.get_by_label("Doors, one a line").fill("Fengshan Rd 1\nFengshan Rd 2\nFengshan Rd 3")
    desk.get_by_role("button", name="Give them").click()
    expect(desk.get_by_text("0 of 3 doors knocked at")).to_be_visible()
    context = context_of(browser, live_server, walker, 390, "en")
    phone = context.new_page()
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.goto(f"{live_server.url}/doors/")
    expect(phone.locator("body[data-ready=true]")).to_have_count(1)
    phone.get_by_role("link", name="Fengshan Rd 1 to 60").click()
    shoot(phone, "phone")
    context.set_offline(True)
    phone.get_by_role("button", name="Fengshan Rd 1").click()
    shoot(phone, "phone-open")
    phone.locator("[data-act=told]").click()
    phone.get_by_label("How many people did you tell?").fill("3")
    phone.get_by_role("button", name="Keep").click()
    phone.get_by_role("button", name="Another door").click()
    phone.get_by_label("Which door?").fill("Fengshan Rd 9")
    phone.get_by_label("What came of it?").select_option("help")
    phone.get_by_role("button", name="Keep").click()
    phone.get_by_label("Who needs what help?").fill("an old man, oxygen")
    phone.get_by_role("button", name="Keep").click()
    expect(phone.locator("[data-waiting='2']")).to_be_visible()
    expect(phone.get_by_text("2 of 4 doors")).to_be_visible()
    shoot(phone, "phone-offline")
    assert not DoorEntry.objects.exists()
    context.set_offline(False)
    expect(phone.locator("[data-waiting='0']")).to_be_visible()
    assert list(Door.objects.exclude(result="").order_by("key").values_list("place", "result", "people")) == [
        ("Fengshan Rd 1", "told", 3),
        ("Fengshan Rd 9", "help", 1),
    ]
    expect(desk.get_by_text("2 of 4 doors knocked at")).to_be_visible()  # renewed by itself
    expect(desk.get_by_text("4 people told by door")).to_be_visible()
    expect(desk.get_by_text("help at 1 door")).to_be_visible()
    desk.get_by_text("Doors", exact=True).click()
    expect(desk.get_by_text("an old man, oxygen")).to_be_visible()
    shoot(desk, "desk")
    for language, theme, width in (("zh-hans", "light", 1600), ("zh-hans", "dark", 390)) if SHOTS else ():
        other = context_of(browser, live_server, leader, width, language)
        other.add_cookies([{"name": "tocsin_theme", "value": theme, "url": live_server.url}])
        page = other.new_page()
        page.goto(f"{live_server.url}/warnings/{row.warning_id}/doors/")
        shoot(page, f"desk-{language}-{theme}-{width}")
        page.goto(f"{live_server.url}/warnings/{row.warning_id}/")
        shoot(page, f"warning-{language}-{theme}-{width}")
    assert complaints == []
