"""A running Tocsin with one well, and a real browser before it that remembers every complaint."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.publish
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.e2e.test_up import Running

PASSWORD = "a long enough password"
PEOPLE = f"""
from tocsin.jurisdiction import services
actor = services.system_actor()
user, _ = services.create_person(actor=actor, username="duty", name="Duty officer")
services.grant_role(actor=actor, user=user, role="duty_officer", region_code="370200")
services.set_password(user=user, password="{PASSWORD}")
"""
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
SOFTWARE_GRAPHICS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
READY_MS = 90_000  # the map is drawn without a graphics card, on a busy machine


@dataclass
class City:
    """`tocsin up` with the device WELL-7 and the duty officer `duty`."""

    running: Running
    secret: str
    complaints: list[str] = field(default_factory=list)

    def measure(self, percent_lel: float) -> None:
        """The well sends a reading through the MQTT door."""
        paho.mqtt.publish.single(
            "tocsin/WELL-7/readings",
            json.dumps({"values": {"methane": percent_lel}}),
            qos=1,
            port=self.running.mqtt_port,
            client_id="WELL-7",
            auth={"username": "WELL-7", "password": self.secret},
        )

    def listen(self, page: Page) -> None:
        """Every error of the page's console and scripts is kept; nothing else may be said there."""

        def console(message: ConsoleMessage) -> None:
            if message.type == "error":
                self.complaints.append(message.text)

        page.on("console", console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, context: BrowserContext, path: str = "/") -> Page:
        """A new tab on a page of the console, when its map is drawn."""
        page = context.new_page()
        self.listen(page)
        page.goto(self.running.url.rstrip("/") + path)
        page.wait_for_selector("#console[data-ready=true]", state="attached", timeout=READY_MS)
        return page


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    running = Running(tmp_path_factory.mktemp("browser") / "data")
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
