"""One phone, two of a crew after each other: who has left it is not read there, and what they could not send waits for them."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.hands import taken
from tests.browser.test_crew import does, order, phone  # noqa: F401
from tests.people import make_named_person
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.jurisdiction.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

SEEN = "盖板松动"
ENTRIES = "**/orders/entries"
KEPT = """async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((done) => Object.assign(indexedDB.open(name), { onsuccess: (e) => done(e.target.result) }));
    for (const store of opened.objectStoreNames)
      found.push(...(await new Promise((done) =>
        Object.assign(opened.transaction(store).objectStore(store).getAll(), { onsuccess: (e) => done(e.target.result) }))));
    opened.close();
  }
  return JSON.stringify(found);
}"""


def signs_in(page: Page, url: str, username: str) -> None:
    page.goto(f"{url}/login/?next=/crew/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "a long password")
    page.locator("main form button").last.click()
    page.wait_for_selector("body[data-ready=true]")


def test_a_shared_phone_shows_nobody_what_was_anothers(
    phone: BrowserContext,  # noqa: F811
    order: Order,  # noqa: F811
    live_server: Any,
) -> None:
    li = User.objects.get(organisation=order.unit)
    li.username = "li"
    li.set_password("a long password")
    li.save()
    make_named_person("wang", "utility_crew", order.unit)
    page = phone.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    phone.clear_cookies()
    signs_in(page, live_server.url, li.username)
    page.get_by_text(order.number).click()
    with taken(page):
        does(page, "accept")
    phone.route(ENTRIES, lambda route: route.abort())
    does(page, "note", text=SEEN)
    expect(page.locator(".crew-standing")).to_have_attribute("data-waiting", "1")
    assert SEEN in page.evaluate(KEPT)

    page.goto(f"{live_server.url}/account/")
    page.locator(".menu.person summary").click()
    page.locator("form[data-sign-out] button").click()
    page.wait_for_url("**/login/**")
    kept = page.evaluate(KEPT)
    assert SEEN not in kept and order.number not in kept
    phone.set_offline(True)
    page.goto(f"{live_server.url}/crew/")
    page.wait_for_selector("body.crew")
    expect(page.locator("#crew")).not_to_contain_text(order.number)
    expect(page.locator("body")).not_to_contain_text(SEEN)
    phone.set_offline(False)

    signs_in(page, live_server.url, "wang")
    page.get_by_text(order.number).click()
    expect(page.locator(".crew-standing")).to_have_attribute("data-waiting", "0")
    expect(page.locator("body")).not_to_contain_text(SEEN)
    assert SEEN not in page.evaluate(KEPT)
    page.locator("#crew-sign-out button").click()
    page.wait_for_url("**/login/**")

    phone.unroute(ENTRIES)
    signs_in(page, live_server.url, li.username)
    expect(page.locator(".crew-standing")).to_have_attribute("data-waiting", "0")
    entry = OrderEntry.objects.get(order=order, act="note")
    assert (entry.actor, entry.data["text"]) == (li, SEEN)
    page.locator("#crew-sign-out button").click()
    page.wait_for_url("**/login/**")
    assert page.evaluate(KEPT) == "[]"  # nothing waits any more: the browser was told to forget all of it
    assert complaints == []


def test_a_page_whose_kept_data_was_wiped_begins_anew(phone: BrowserContext, order: Order, live_server: Any) -> None:  # noqa: F811
    page = phone.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/crew/")
    page.wait_for_selector("body[data-ready=true]")
    phone.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": live_server.url, "storageTypes": "indexeddb"})
    with page.expect_event("load"):
        page.get_by_text(order.number).click()
    page.wait_for_selector("body[data-ready=true]")
    with taken(page):
        page.get_by_text(order.number).click()
        does(page, "accept")
    assert not complaints
