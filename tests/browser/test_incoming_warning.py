"""A rain warning is pushed as CAP, the desk has it, a firm gets its task and does it, and the desk counts the answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import enters, leads_on, signs_in, taken
from tests.clocks import stand_at
from tests.mobilisation.incoming_warnings.services import NOW, service, signed
from tests.people import make_named_person, make_person
from tests.supervision.firms import make_body, make_object
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.mobilisation.incoming_warnings.services import sources
from tocsin.mobilisation.incoming_warnings.services.joining import join_warnings

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as launched:
        yield launched


def test_a_rain_warning_reaches_the_desk_and_a_firm_and_their_answers_come_back(browser: Browser, live_server: Any) -> None:
    officer = make_person("duty_officer", organisation="monitoring_centre")
    keeper = make_person("system_administrator")
    firm = make_object("泓达化工", organisation=make_body("hongda"), lon=120.38, lat=36.166)
    safety = make_named_person("anquan", "firm_officer", firm.organisation)
    token, secret = create_token(user=keeper, name="weather", scopes=("warnings.push",), now=timezone.now())
    sources.bind_push_token(actor=keeper, service_id=service(keeper).pk, token_id=token.pk, now=timezone.now())
    program = Client(headers={"authorization": f"Bearer {secret}"})
    address = "/api/v1/mobilisation/incoming-warnings/messages"
    assert program.post(address, signed(), content_type="application/cap+xml").json()["message"]["verdict"] == "valid"
    join_warnings(now=NOW)

    complaints: list[str] = []
    desk = browser.new_context(locale="zh-CN")
    page = desk.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    signs_in(desk, officer, live_server)
    page.goto(f"{live_server.url}/warnings/in/")
    with leads_on(page):
        page.get_by_role("link", name="暴雨橙色预警").click()
    with leads_on(page):
        page.locator("form[action*='/demands/'] button").click()
    expect(page.locator("table")).to_contain_text("duty_officer")

    phone = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 760})
    hand = phone.new_page()
    hand.on("pageerror", lambda error: complaints.append(str(error)))
    signs_in(phone, safety, live_server)
    hand.goto(f"{live_server.url}/firm/")
    hand.wait_for_selector("body[data-ready=true]")
    hand.get_by_text("落实预警防范措施").first.click()
    with taken(hand):
        enters(hand, "done", text="排水已检查，露天作业已停")

    page.reload()
    expect(page.get_by_text("排水已检查，露天作业已停")).to_be_visible()
    assert complaints == []
