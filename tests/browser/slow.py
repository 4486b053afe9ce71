"""A slow machine on demand: `TOCSIN_TEST_SLOW=6 pytest tests/browser/test_x.py` shows what fails on one by chance.

The page's processor is so many times as slow, and every request waits up to a second for its answer.
"""

import os
import random
import time
from typing import Any

import pytest
from django.core.signals import request_started
from playwright.sync_api import BrowserContext, Page

SLOW = float(os.environ.get("TOCSIN_TEST_SLOW", "0"))
LONGEST_S = 1.0
chance = random.Random(os.environ.get("TOCSIN_TEST_SLOW_SEED", "7"))


def dawdle(environ: dict[str, Any] | None = None, **_named: Any) -> None:
    """Before a request of a browser is answered; a test's own client has no such header."""
    if environ and environ.get("HTTP_USER_AGENT") and not environ["PATH_INFO"].startswith("/static/"):
        time.sleep(chance.uniform(0.0, LONGEST_S))


def slow_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that is opened from now on is slow."""
    opened = BrowserContext.new_page

    def new_page(self: BrowserContext) -> Page:
        page = opened(self)
        self.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        return page

    monkeypatch.setattr(BrowserContext, "new_page", new_page)
    request_started.connect(dawdle)
