"""The running city, and a real browser before it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.city import FLAGS, PASSWORD, PEOPLE, SOFTWARE_GRAPHICS, City
from tests.e2e.test_up import Running
from tests.programs import CHROMIUM


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    running = Running(tmp_path_factory.mktemp("browser") / "data", made=True)
    try:
        place = ["--region", "370213", "--lon", "120.4312", "--lat", "36.1625", "--name", "WELL-7"]
        said = running.manage("register_device", "WELL-7", "--channel", "methane", "--unit", "pct_lel", *place)
        secret = re.search(r"secret (\S+)", said)
        assert secret
        running.manage("shell", "-v", "0", "-c", PEOPLE)
        time.sleep(4)  # the door has read the registry anew by then
        yield City(running, secret[1])
    finally:
        running.process.terminate()
        running.process.wait(30)


@pytest.fixture
def browser(city: City, tmp_path: Path) -> Iterator[BrowserContext]:
    """Signed in as the duty officer; a wide screen."""
    with sync_playwright() as playwright:
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
