"""How a test acts before a page and waits for it, on a machine of any speed.

A page may be drawn anew between any two steps of a test (by htmx, by the live stream, by what a phone has sent), and a click or a
key returns before its answer. So a test reads with `expect`, which looks again until it holds; follows a press that leads to
another page with `leads_on`, one that a phone sends with `taken`; and looks into the database with `until`. `tests/test_house.py`
refuses what reads a page in two steps.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from tocsin.jurisdiction.people.models import User

PATIENCE_S = 60.0


def until(page: Page, holds: Callable[[], object], what: str = "the server has taken it") -> None:
    """Waits until it holds in the database; the page goes on meanwhile."""
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, f"waited {PATIENCE_S:.0f} s: {what}"
        page.wait_for_timeout(50)


def signs_in(context: BrowserContext, person: User, server: Any) -> None:
    """From now on the browser is that person's; `server` is pytest-django's."""
    client = Client()
    client.force_login(person)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])


@contextmanager
def leads_on(page: Page) -> Iterator[None]:
    """What is pressed inside was answered with a page, and that page stands."""
    with page.expect_navigation():
        yield


@contextmanager
def taken(page: Page) -> Iterator[None]:
    """What is entered inside on a phone was taken by the server, and the phone shows so.

    That nothing waits says nothing by itself: an entry is among what waits only a moment after its press.
    """

    def taken(answer: Response) -> bool:
        return answer.request.method == "POST" and answer.url.rsplit("/", 1)[1] in ("entries", "photos")

    with page.expect_response(taken):
        yield
    expect(page.locator(".crew-standing")).to_have_attribute("data-waiting", "0")


def fills(box: Locator, **fields: str) -> None:
    """Fields by their names, whatever their kind."""
    for name, value in fields.items():
        control = box.locator(f"[name={name}]")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def keeps(page: Page, **fields: str) -> None:
    """Fills the dialog of a phone's page and keeps it."""
    fills(page.locator("dialog"), **fields)
    page.locator("dialog [data-keep]").click()
    expect(page.locator("dialog")).to_have_count(0)


def enters(page: Page, act: str, **fields: str) -> None:
    """Presses the button of an act on a phone's page; fills what its dialog asks, and keeps it."""
    page.locator(f"[data-act={act}]").click()
    keeps(page, **fields)


def again(act: Callable[[], object], holds: Callable[[], object]) -> None:
    """Does it again and again until what is expected of it holds: what is acted upon may not stand there yet."""
    limit = time.monotonic() + PATIENCE_S
    while True:
        act()
        try:
            holds()
            return
        except AssertionError:
            if time.monotonic() > limit:
                raise


def text_of(shown: Locator) -> str:
    """What stands there, once something does."""
    expect(shown).not_to_be_empty()
    return shown.inner_text().strip()


def opens_fold(inside: Locator) -> None:
    """The fold in which it lies is open."""
    inside.evaluate("one => one.closest('details').open = true")


def place_of(shown: Locator) -> dict[str, float]:
    """Where something stands on the screen, once it stands there."""
    expect(shown).to_be_visible()
    box = shown.bounding_box()
    assert box is not None
    return dict(box)
