"""Web push in a real browser: refused and permitted, the subscription kept, a push shown, and what a tap on it opens.

The browsers' push services are not reached: the subscription is one that such a service would give, and the push is handed to
the browser by its own debugging protocol, with the text that the channel would have encrypted.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Worker, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS
from tests.browser.hands import signs_in, until
from tests.command.street import START
from tests.people import LICANG, make_person
from tests.programs import CHROMIUM
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels.services.web_push import push_text
from tocsin.notices.messages.models import Sending
from tocsin.notices.messages.services import writing
from tocsin.notices.sending.services.outbox import exchange

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

SUBSCRIBED = """PushManager.prototype.subscribe = async () => ({
    toJSON: () => ({ endpoint: "https://push.example.org/1", keys: { p256dh: "BK", auth: "AA" } }),
})"""
TAPPED = """async () => {
    const opened = [];
    self.clients.openWindow = async (url) => opened.push(url);
    const [shown] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification: shown }));
    return opened;
}"""


@pytest.fixture
def officer() -> User:
    ensure_regions()
    return make_person("duty_officer")


@pytest.fixture
def browser(officer: User, live_server: Any, tmp_path: Path) -> Iterator[BrowserContext]:
    with one_driver() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, locale="en-GB", args=FLAGS, headless=True
        )
        signs_in(context, officer, live_server)
        yield context
        context.close()


def test_a_push_is_shown_and_opens_its_case(browser: BrowserContext, officer: User, live_server: Any) -> None:
    page = browser.new_page()
    page.goto(f"{live_server.url}/notices/")
    button = page.locator("[data-push]")
    button.click()
    expect(page.locator(".message.error")).to_contain_text("does not permit notifications")
    assert not ContactPoint.objects.exists()

    browser.grant_permissions(["notifications"], origin=live_server.url)
    debugger = browser.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    debugger.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    debugger.send("ServiceWorker.enable")
    page.evaluate(SUBSCRIBED)
    button.click()
    expect(page.locator(".message.success")).to_contain_text("pushed to this browser")
    expect(button).to_be_hidden()
    point = ContactPoint.objects.get()
    assert (point.user, point.kind) == (officer, "web_push")
    assert "push.example.org" in point.address

    case = Case.objects.create(
        number=f"{LICANG}-20261124-0007", region_code=LICANG, origin="person", level=4, begun_at=START, opened_at=START
    )
    writing.write(
        subject_of(case), person=officer, purpose=Purpose.REMIND, why="on_duty", urgent=True, key="push", figures={}, now=START
    )
    later = Sending.objects.get(channel="web_push").not_before
    (leased,) = exchange((), room={"web_push": 1}, links="", now=START, machine_now=later)

    def own() -> list[str]:
        return [one["registrationId"] for one in registrations if one["scopeURL"].endswith("/notices/")]

    def workers() -> list[Worker]:
        return [one for one in browser.service_workers if one.url.endswith("push-worker.js")]

    until(page, own, "the browser tells of the page's worker")
    handed = {"origin": live_server.url, "registrationId": own()[-1], "data": push_text(leased.letter)}
    debugger.send("ServiceWorker.deliverPushMessage", handed)
    until(page, workers, "the worker runs")
    (worker,) = workers()
    shown = "async () => (await self.registration.getNotifications()).map((one) => [one.title, one.body, one.data.url])"
    page.wait_for_function("async () => (await (await navigator.serviceWorker.ready).getNotifications()).length > 0")
    ((title, body, url),) = worker.evaluate(shown)
    assert case.number in title and title in body and url == f"/cases/{case.number}/"
    assert worker.evaluate(TAPPED) == [url]
    page.goto(f"{live_server.url}{url}")
    expect(page.locator("main")).to_contain_text(case.number)
