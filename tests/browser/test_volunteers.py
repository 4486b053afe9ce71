"""Volunteers in a real browser: an officer asks for one, two are called, one can't come, the other comes, works, is home."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.chromium import one_chromium
from tests.people import LICANG, make_person
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.face import open_volunteer_account
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.volunteers.models import Ability, Call, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

type Open = Callable[[User, str], Page]


@pytest.fixture
def keeper() -> User:
    return make_person("unit_desk", LICANG, organisation="emergency_bureau")


def volunteer(keeper: User, name: str, lon: float) -> Volunteer:
    user = User(username=f"v-{name.lower()}", name=name)
    user.set_unusable_password()
    assert keeper.organisation
    open_volunteer_account(actor=keeper, user=user, region_code=LICANG)
    ContactPoint.objects.create(user=user, kind="sms", address="13900001111")
    made = Volunteer.objects.create(
        user=user,
        name=name,
        body=keeper.organisation,
        region_code=LICANG,
        lon=lon,
        lat=36.16,
        standing="confirmed",
        entered_at=datetime.now(tz=UTC),
        consent_version=volunteers_policy().consent.version,
        consent_at=datetime.now(tz=UTC),
    )
    Ability.objects.create(volunteer=made, code="sandbags")
    return made


@pytest.fixture
def opened(keeper: User, live_server: Any) -> Iterator[tuple[Open, list[str]]]:
    """Opens a page as somebody; what the browsers complain of is kept."""
    complaints: list[str] = []
    with one_chromium() as browser:

        def open_page(user: User, path: str) -> Page:
            client = Client()
            client.force_login(user)
            phone = path == "/help/"
            context = browser.new_context(
                locale="en-GB", viewport={"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
            )
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(live_server.url + path)
            return page

        yield open_page, complaints


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("TOCSIN_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_asked_declined_replaced_there_and_home(keeper: User, opened: tuple[Open, list[str]]) -> None:
    open_page, complaints = opened
    near, far = volunteer(keeper, "Near", 120.431), volunteer(keeper, "Far", 120.45)
    desk = open_page(keeper, "/volunteers/needs/")
    form = desk.locator("#open-need")
    form.locator("[name=what]").fill("Sandbags at the dyke")
    form.locator("[name=place]").fill("dyke of the Licun river")
    form.locator("[data-place-map] canvas").click()
    expect(form.locator("[name=lon]")).to_have_value(re.compile(r"^\d+\.\d{6}$"))
    expect(form.locator(".maplibregl-marker")).to_be_visible()
    form.locator("[name=lon]").fill("120.43")
    form.locator("[name=lat]").fill("36.16")
    form.locator("[name=skills]").select_option("sandbags")
    shoot(desk, "needs")
    form.locator(".button.primary").click()
    expect(desk.locator("#call li").first).to_contain_text("Near")
    shoot(desk, "need-new")
    desk.locator("#call .button.primary").click()
    expect(desk.locator("li.call")).to_have_attribute("data-state", "called")

    first = open_page(near.user, "/help/")
    first.wait_for_selector("body[data-ready=true]")
    first.locator("a.crew-card").click()
    shoot(first, "phone-called")
    first.locator("[data-act=decline]").click()
    first.locator("dialog [name=reason]").select_option("work")
    first.locator("dialog [data-keep]").click()
    expect(first.locator(".crew-head [data-state=declined]")).to_be_visible()

    second = open_page(far.user, "/help/")
    second.wait_for_selector("body[data-ready=true]")
    second.locator("a.crew-card").click()
    for act, state in (("accept", "accepted"), ("set_out", "on_way"), ("arrive", "there"), ("leave", "leaving")):
        second.locator(f".crew-next[data-act={act}]").click()
        expect(second.locator(f".crew-head [data-state={state}]")).to_be_visible()
        if state == "there":
            shoot(second, "phone-there")
            Call.objects.filter(volunteer=far).update(there_at=datetime.now(tz=UTC) - timedelta(hours=2))
    second.locator(".crew-next[data-act=home]").click()
    expect(second.locator(".crew-head [data-state=home]")).to_be_visible()
    expect(second.locator(".message.info")).to_contain_text("hours on record")
    shoot(second, "phone-home")

    desk.reload()
    expect(desk.locator("li.call[data-state=home]")).to_contain_text("Far")
    expect(desk.locator("li.call[data-state=declined]")).to_contain_text("I have to work")
    shoot(desk, "need-done")
    desk.goto(desk.url.split("/volunteers/")[0] + "/volunteers/")
    shoot(desk, "register")
    own = open_page(far.user, "/volunteers/me/")
    shoot(own, "own")
    assert complaints == []
