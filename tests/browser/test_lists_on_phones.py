"""A list on a phone: filters and what stands beside the heading are folded, so that the map is within the first screen."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import place_of, signs_in
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(200)]
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_map_is_seen_at_once_and_every_filter_with_one_press(live_server: Any, locale: str) -> None:
    officer = make_person("duty_officer")
    with one_chromium() as browser:
        context = browser.new_context(viewport=PHONE, locale=locale)  # type: ignore[arg-type]
        signs_in(context, officer, live_server)
        page = context.new_page()
        page.goto(f"{live_server.url}/alarms/?map=yes")
        assert place_of(page.locator(".list-map .object-map"))["y"] < PHONE["height"] / 2
        state, button = page.locator("#filters [name=state]"), page.locator("#filters .fold-button")
        expect(state).to_be_hidden()
        expect(page.locator("#filters [name=search]")).to_be_visible()
        expect(button.locator(".badge")).to_be_hidden()
        button.click()
        expect(state).to_be_visible()
        state.select_option("closed")
        expect(button.locator(".badge")).to_have_text("1")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        expect(page.locator(".actions [data-csv]")).to_be_hidden()
        page.locator(".actions .fold-button").click()
        expect(page.locator(".actions [data-csv]")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_lists_tools_are_folded_and_stand_in_one_row(live_server: Any, locale: str) -> None:
    """A list with one choice, too; what it opens with counts as no filter."""
    with one_chromium() as browser:
        for role, path in (
            ("supplies_head", "/supplies/requests/"),
            ("duty_officer", "/cases/"),
            ("report_officer", "/hazard-reports/"),
        ):
            context = browser.new_context(viewport=PHONE, locale=locale)  # type: ignore[arg-type]
            signs_in(context, make_person(role), live_server)
            page = context.new_page()
            page.goto(f"{live_server.url}{path}")
            button = page.locator("form.filters .fold-button")
            expect(page.locator("form.filters select").first).to_be_hidden()
            expect(button.locator(".badge")).to_be_hidden()
            seen = page.locator(".page-head .actions > :visible")
            assert len({place_of(one)["y"] for one in seen.all()}) == 1
            button.click()
            page.locator("form.filters select").first.select_option(index=2)
            expect(button.locator(".badge")).to_have_text("1")
            context.close()


def test_on_a_desk_nothing_is_folded(live_server: Any) -> None:
    with one_chromium() as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        signs_in(context, make_person("duty_officer"), live_server)
        page = context.new_page()
        page.goto(f"{live_server.url}/alarms/")
        expect(page.locator("#filters [name=state]")).to_be_visible()
        expect(page.locator(".fold-button").first).to_be_hidden()
