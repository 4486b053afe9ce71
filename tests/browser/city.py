"""A running Tocsin with one well, and what a browser before it complains of."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.e2e.test_up import Running

PASSWORD = "a long enough password"


PEOPLE = f"""
from tocsin.jurisdiction.people.services import accounts, grants
from tocsin.jurisdiction.people.services.system import system_actor
actor = system_actor()
user, _ = accounts.create_person(actor=actor, username="duty", name="Duty officer")
grants.grant_role(actor=actor, user=user, role="duty_officer", region_code="370200")
accounts.set_password(user=user, password="{PASSWORD}")
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
        self.running.publish("WELL-7", self.secret, methane=percent_lel)

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
