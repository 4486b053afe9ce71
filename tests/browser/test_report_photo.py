"""Boxes in a photo of a report: moved, drawn and taken away by mouse and keys, and by the rows alone where no script runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, place_of
from tests.clocks import stand_at
from tests.mobilisation.test_report_photos import FACE, PLATE, shown
from tests.people import make_person
from tests.supervision.firms import NOW
from tocsin.mobilisation.hazard_reports.models import HazardReport, PhotoDecision
from tocsin.mobilisation.hazard_reports.services import blurring
from tocsin.records.face import Looked, LookVerdict

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setattr(blurring, "look_at", lambda jpeg: Looked(LookVerdict.LOOKED, (FACE, PLATE)))
    stand_at(monkeypatch, NOW)
    with one_chromium() as opened:
        yield opened


def opened(browser: Browser, live_server: Any, **options: Any) -> tuple[Page, HazardReport]:
    """The page of a photo with two proposals, before a person of the desk."""
    from django.test import Client

    desk: User = make_person("report_officer", organisation="emergency_bureau")
    report = shown()
    blurring.look_at_photos(now=NOW)
    client = Client()
    client.force_login(desk)
    context = browser.new_context(locale="en-GB", **{"viewport": {"width": 1366, "height": 768}, **options})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/hazard-reports/{report.pk}/photos/1/")
    return page, report


def boxes() -> list[tuple[str, int, int, int, int]]:
    made = PhotoDecision.objects.get()
    return [(one["kind"], one["left"], one["top"], one["width"], one["height"]) for one in made.boxes]


def release(page: Page) -> None:
    with leads_on(page):
        page.locator("form.photo-boxes button.primary").click()


def test_boxes_are_moved_drawn_and_taken_away(browser: Browser, live_server: Any) -> None:
    page, _report = opened(browser, live_server)
    shown_boxes = page.locator("rect.photo-box")
    expect(shown_boxes).to_have_count(2)
    page.locator("rect.photo-box.face").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("rect.photo-box.face")).to_have_attribute("x", str(FACE.left + 6))
    expect(page.locator("rect.photo-box.face")).to_be_focused()
    page.locator("rect.photo-box.plate").focus()
    page.keyboard.press("Delete")
    expect(shown_boxes).to_have_count(1)
    picture = place_of(page.locator("[data-picture]"))
    page.mouse.move(picture["x"] + picture["width"] * 0.7, picture["y"] + picture["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(picture["x"] + picture["width"] * 0.8, picture["y"] + picture["height"] * 0.3, steps=3)
    page.mouse.up()
    expect(shown_boxes).to_have_count(2)
    release(page)
    moved, drawn = boxes()
    assert moved == ("face", FACE.left + 6, FACE.top, FACE.width, FACE.height + 6)
    assert drawn[0] == "other" and 80 < drawn[3] < 160 and 120 < drawn[4] < 240


def test_a_thumb_moves_a_box_on_a_small_phone(browser: Browser, live_server: Any) -> None:
    page, _report = opened(browser, live_server, viewport={"width": 360, "height": 760}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    at = place_of(page.locator("rect.photo-box.plate"))
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    touch = page.context.new_cdp_session(page)
    for kind, right in (("touchStart", 0), ("touchMove", -20), ("touchMove", -40)):
        points = [{"x": x + right, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    release(page)
    face, moved = boxes()
    assert face[1] == FACE.left and PLATE.left - 220 < moved[1] < PLATE.left - 60


def test_without_a_script_the_rows_do_it(browser: Browser, live_server: Any) -> None:
    page, _report = opened(browser, live_server, java_script_enabled=False)
    rows = page.locator("tr[data-box]")
    expect(rows).to_have_count(5)
    rows.nth(0).locator("select").select_option("")
    rows.nth(1).locator("[name=left]").fill("710")
    rows.nth(2).locator("select").select_option("face")
    for name, value in (("left", "10"), ("top", "20"), ("width", "60"), ("height", "70")):
        rows.nth(2).locator(f"[name={name}]").fill(value)
    release(page)
    assert boxes() == [("plate", 710, PLATE.top, PLATE.width, PLATE.height), ("face", 10, 20, 60, 70)]
