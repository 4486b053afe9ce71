"""One Chromium for the whole folder: to start it and its driver takes longer than most tests. Each test has contexts of its own,
which share nothing, and none is left to the next.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.city import FLAGS
from tests.programs import CHROMIUM


class Shared:
    """The driver and the browser, started by the first test that asks for them."""

    def __init__(self) -> None:
        self._kept = ExitStack()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None

    def driver(self) -> Playwright:
        """Runs a loop of events in the thread of the tests, which ask the database there, too: Django is told to let them."""
        if self._driver is None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            self._kept.callback(os.environ.pop, "DJANGO_ALLOW_ASYNC_UNSAFE", None)
            self._driver = self._kept.enter_context(sync_playwright())
        return self._driver

    def browser(self) -> Browser:
        """Another one where the last has died."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = self.driver().chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        return self._browser

    def end(self) -> None:
        """Ends both."""
        if self._browser is not None and self._browser.is_connected():
            self._browser.close()
        self._kept.close()
        self._driver = self._browser = None


SHARED = Shared()


@contextmanager
def one_chromium() -> Iterator[Browser]:
    """The folder's browser without a window; what is opened in it inside is closed at the end."""
    browser = SHARED.browser()
    try:
        yield browser
    finally:
        for context in browser.contexts:
            context.close()


@contextmanager
def one_driver() -> Iterator[Playwright]:
    """The folder's driver, for tests whose browser must be started otherwise: with graphics, with a folder of its own."""
    yield SHARED.driver()
