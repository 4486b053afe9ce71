"""A county is set up from nothing, by pages alone: from the printed one-time password to a rung alarm and a told desk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS, PASSWORD
from tests.browser.hands import again, fills, leads_on, text_of
from tests.e2e.test_up import Running
from tests.programs import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.timeout(300)]

LICANG = "370213"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`tocsin up` on a database without a person, a body or a device."""
    started = Running(tmp_path_factory.mktemp("first") / "data", made=True)
    try:
        yield started
    finally:
        started.process.terminate()
        started.process.wait(60)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_driver() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Desk:
    """One person before a screen of their own, who signs in for the first time."""

    def __init__(self, browser: Browser, running: Running, username: str, one_time: str) -> None:
        self.url = running.url.rstrip("/")
        context = browser.new_context(locale="en-US", viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "django_language", "value": "en", "url": running.url}])
        self.page = context.new_page()
        self.page.goto(f"{self.url}/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", one_time)
        with leads_on(self.page):
            self.page.get_by_role("button", name="Sign in", exact=True).click()
        fills(self.page.locator("main form"), old=one_time, new=PASSWORD, again=PASSWORD)
        with leads_on(self.page):
            self.page.get_by_role("button", name="Change password").click()

    def opens(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def makes(self, username: str, organisation: str = "") -> str:
        """An account on the page of people; the one-time password that is shown."""
        form = self.opens("/people/").locator("form[aria-labelledby=new-person]")
        fills(form, username=username, name=username)
        if organisation:
            form.locator("[name=organisation]").select_option(label=organisation)
        with leads_on(self.page):
            form.locator("button.primary").click()
        return text_of(self.page.locator("code.secret"))

    def gives(self, username: str, role: str, region: str) -> None:
        """A role, on the person's page."""
        self.opens("/people/")
        with leads_on(self.page):
            self.page.get_by_role("link", name=username, exact=True).click()
        form = self.page.locator("form[action$='/grant/']")
        fills(form, role=role, region=region)
        with leads_on(self.page):
            form.locator("button.primary").click()
        expect(self.page.locator("body")).to_contain_text("The role is given.")


def state(page: Page, step: str) -> str:
    return text_of(page.locator(f"#{step} summary .badge"))


def test_from_nothing_to_a_rung_alarm_and_a_told_desk(running: Running, browser: Browser) -> None:
    said = running._said(r"one-time password (\S+)")
    admin = Desk(browser, running, "admin", said)
    page = admin.opens("/home/")
    expect(page).to_have_url(re.compile("/setup/$"))
    page.locator("#setup-region").select_option(LICANG)
    with leads_on(page):
        page.get_by_role("button", name="Set up this area").click()
    expect(page.locator("#bodies")).to_have_attribute("open", "")
    with leads_on(page):
        page.get_by_role("button", name="Add the usual bodies").click()
    assert state(admin.opens("/setup/"), "bodies") == "done"

    security = admin.makes("security")
    with leads_on(page):
        page.locator("form[action$='/grant/'] button.primary").click()  # the one role that may be given now, everywhere
    duty = admin.makes("duty", "Licang District · Duty room of the Licang District government")
    guard = Desk(browser, running, "security", security)
    guard.gives("duty", "duty_officer", LICANG)
    assert state(admin.opens("/setup/"), "people") == "done"

    page.locator("#first_alarm").evaluate("one => one.open = true")
    fills(page.locator("#first_alarm form").first, lon="120.4312", lat="36.1625")
    with leads_on(page):
        page.get_by_role("button", name="Register a test device").click()
    line = text_of(page.locator(".secret", has_text="mosquitto_pub"))
    secret = re.search(r"-P (\S+)", line)
    assert secret
    assert "62.0" in line
    running.publish(f"test-{LICANG}", secret[1], methane=62.0)
    expect(page.locator("main")).to_contain_text("Heard at")
    expect(page.locator("#alarms a")).to_have_count(1)

    officer = Desk(browser, running, "duty", duty)
    alarms = officer.opens("/alarms/")
    again(lambda: officer.opens("/alarms/"), lambda: expect(alarms.locator("tbody tr")).to_have_count(1, timeout=2000))
    alarms.locator("tbody input[type=checkbox]").first.check()
    with leads_on(alarms):
        alarms.locator("#many button[value=acknowledge]").click()
    assert state(admin.opens("/setup/"), "first_alarm") == "done"
    told = officer.page.locator("tbody tr", has_text="Duty room of the Licang District government").first
    again(lambda: officer.opens("/notices/all/"), lambda: expect(told).to_contain_text("notice of a case", timeout=2000))
    expect(told).not_to_contain_text("failed")
