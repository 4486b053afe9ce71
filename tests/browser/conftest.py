"""The running city, and a real browser before it."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.http import HttpResponse
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import slow
from tests.browser.chromium import SHARED, one_driver
from tests.browser.city import FLAGS, PASSWORD, PEOPLE, SOFTWARE_GRAPHICS, City
from tests.browser.hands import PATIENCE_S
from tests.e2e.test_up import Running
from tests.programs import CHROMIUM
from tocsin.portal import live

expect.set_options(timeout=PATIENCE_S * 1000)


def no_stream(_events: object, **_named: Any) -> HttpResponse:
    """No bus runs here, and this server answers a stream only when it is over, which is never: pages ask by themselves."""
    return HttpResponse("retry: 3600000\n\n", content_type="text/event-stream")


@pytest.fixture(scope="package", autouse=True)
def _one_browser() -> Iterator[None]:
    """It ends with the last test of the folder."""
    yield
    SHARED.end()


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch, _nothing_under_way: None) -> Iterator[None]:
    """Every step is waited for as long as any other."""
    monkeypatch.setattr(live, "StreamingHttpResponse", no_stream)
    opened = BrowserContext.new_page

    def new_page(self: BrowserContext) -> Page:
        page = opened(self)
        page.set_default_timeout(PATIENCE_S * 1000)
        return page

    monkeypatch.setattr(BrowserContext, "new_page", new_page)
    if slow.SLOW:
        slow.slow_down(monkeypatch)
    yield
    request_started.disconnect(slow.dawdle)


@pytest.fixture(autouse=True)
def _nothing_under_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a browser asked last is answered before the test's rows are deleted: else it writes into those of the next one."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    at_rest, under_way = threading.Condition(), 0

    def count(step: int) -> None:
        nonlocal under_way
        with at_rest:
            under_way += step
            at_rest.notify()

    def begun(**_named: Any) -> None:
        count(1)

    def ended(**_named: Any) -> None:
        count(-1)

    request_started.connect(begun)
    request_finished.connect(ended)
    yield
    with at_rest:
        at_rest.wait_for(lambda: under_way <= 0, PATIENCE_S)
    request_started.disconnect(begun)
    request_finished.disconnect(ended)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    running = Running(tmp_path_factory.mktemp("browser") / "data", made=True)
    try:
        place = ["--region", "370213", "--lon", "120.4312", "--lat", "36.1625", "--name", "WELL-7"]
        said = running.manage("register_device", "WELL-7", "--channel", "methane", "--unit", "pct_lel", *place)
        secret = re.search(r"secret (\S+)", said)
        assert secret
        running.manage("shell", "-v", "0", "-c", PEOPLE)
        yield City(running, secret[1])
    finally:
        running.process.terminate()
        running.process.wait(60)


@pytest.fixture
def browser(city: City, tmp_path: Path) -> Iterator[BrowserContext]:
    """Signed in as the duty officer; a wide screen."""
    with one_driver() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=CHROMIUM,
            locale="zh-CN",
            viewport={"width": 1600, "height": 900},
            args=[*FLAGS, *SOFTWARE_GRAPHICS],
        )
        page = context.new_page()
        page.goto(city.running.url + "login/")
        page.fill("input[name=username]", "duty")
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button").last.click()
        page.wait_for_url(re.compile(r"/$"))
        page.close()
        yield context
        context.close()
    assert city.complaints == []
