"""Passkeys in a real browser, with the authenticator that Chromium plays: made, asked for, alone enough, ended."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.accounts import PASSWORD
from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS
from tests.browser.hands import text_of
from tests.programs import CHROMIUM
from tocsin.jurisdiction.people.queries import passkeys_of
from tocsin.jurisdiction.people.services.accounts import create_person
from tocsin.jurisdiction.people.services.system import system_actor

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[BrowserContext]:
    with one_driver() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, locale="zh-CN", viewport={"width": 1366, "height": 768}, args=FLAGS
        )
        yield context
        context.close()


def types_password(page: Page, url: str) -> None:
    page.goto(f"{url}/login/?next=/account/")
    page.fill("#username", "chen")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def is_forgotten(browser: BrowserContext, page: Page) -> None:
    """Signed out; what the page still asked for is let go first."""
    page.goto("about:blank")
    browser.clear_cookies()


def test_a_passkey_from_its_making_to_its_end(browser: BrowserContext, live_server: Any) -> None:
    person, _none = create_person(actor=system_actor(), username="chen", password=PASSWORD)
    url = live_server.url.replace("127.0.0.1", "localhost")
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    devtools = browser.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]

    types_password(page, url)
    page.click("a[href='/account/second-step/passkeys/']")
    page.fill("#passkey-name", "我的手机")
    page.fill("#proof", PASSWORD)
    page.locator("form[data-passkey] button").click()
    codes = re.findall(r"\b\d{12}\b", text_of(page.locator("pre.secret")))
    assert len(codes) == 10
    page.goto(f"{url}/account/second-step/passkeys/")
    expect(page.locator("article input[name=name]")).to_have_value("我的手机")

    is_forgotten(browser, page)
    types_password(page, url)
    expect(page).to_have_url(re.compile("/login/code/"))
    page.locator("form[data-passkey] button").click()
    expect(page).to_have_url(f"{url}/account/")

    is_forgotten(browser, page)
    page.goto(f"{url}/login/?next=/account/")
    page.click("a[href^='/login/passkey/']")
    page.locator("form[data-passkey] button").click()
    expect(page).to_have_url(f"{url}/account/")

    is_forgotten(browser, page)  # without the passkey a recovery code opens
    types_password(page, url)
    page.fill("#code", codes[0])
    page.press("#code", "Enter")
    expect(page).to_have_url(f"{url}/account/")

    page.goto(f"{url}/account/second-step/passkeys/")
    page.locator("article summary").click()
    page.fill("article input[name=proof]", PASSWORD)
    page.locator("article details button").click()
    expect(page.locator("article")).to_have_count(0)
    assert not passkeys_of(person).exists()

    is_forgotten(browser, page)  # what was ended opens nothing, though the authenticator still has it
    assert devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    page.goto(f"{url}/login/passkey/")
    assert complaints == []
    page.locator("form[data-passkey] button").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page).to_have_url(re.compile("/login/passkey/"))
