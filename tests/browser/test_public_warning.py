"""A public warning: drafted from an alarm, found among what waits by the second person, delivered, opened by a citizen, seen at
the desk; the town that stays silent is given to a walker, who knocks there.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, signs_in, until
from tests.clocks import stand_at
from tests.command.orders import bodies, case
from tests.command.street import START, Timeline, make_street
from tests.mobilisation.rounds.silent import crew
from tests.people import make_person
from tocsin.command.casebook.models import Case
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning, WarningDelivery
from tocsin.mobilisation.public_warnings.services import delivering, queueing, rounds
from tocsin.mobilisation.public_warnings.services.receipts import take_receipt
from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber, take_subscribers
from tocsin.mobilisation.rounds.models import Door
from tocsin.notices.channels.rules.letters import Answer, Letter, Receipt
from tocsin.notices.channels.rules.verdicts import Fate, Verdict
from tocsin.warning.alarms.models import Alarm

__all__ = ["bodies", "case"]
pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def street(db: None) -> None:
    make_street()


@pytest.fixture
def time() -> Timeline:
    return Timeline()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


class Gateway:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> Answer:
        self.letters.append(letter)
        return Answer(Verdict.TAKEN)

    def close(self) -> None:
        """Nothing is held."""


def test_from_an_alarm_to_the_share_that_read_it(
    browser: Browser, case: Case, bodies: dict[str, Organisation], live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = START + timedelta(minutes=30)
    stand_at(monkeypatch, now)
    gateway = Gateway()

    def open_channels() -> tuple[Mapping[str, Gateway], list[str]]:
        return {"sms": gateway}, []

    monkeypatch.setattr(delivering, "open_channels", open_channels)
    monkeypatch.setattr(delivering, "link_address", lambda: live_server.url)
    rows = [NewSubscriber("sms", "13900000001", "370213001"), NewSubscriber("sms", "13900000002", "370213003")]
    take_subscribers(actor=make_person("system_administrator", "370200"), rows=rows, now=now)
    complaints: list[str] = []

    def window(person: User | None) -> Page:
        context = browser.new_context(locale="en-US", viewport={"width": 1366, "height": 768})
        if person is not None:
            signs_in(context, person, live_server)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    desk = window(make_person("duty_officer", organisation="monitoring_centre"))
    desk.goto(f"{live_server.url}/alarms/{Alarm.objects.get().pk}/")
    desk.get_by_role("link", name="Draft a public warning").click()
    desk.get_by_label("Kind").select_option("gas_leak")
    desk.get_by_label("Level").select_option("red")
    desk.get_by_role("button", name="Fill in the sentences").click()
    expect(desk.locator("#w-measures-en")).to_have_value(
        "Leave the area on foot at once; use no lift, start no vehicle. "
        "No flames, no switches, no telephone on the spot; if you smell gas, go outside and call 119."
    )
    desk.get_by_role("button", name="Keep the draft").click()
    desk.get_by_role("button", name="Hand it to the second person").click()
    expect(desk.get_by_text("waits for the second person").first).to_be_visible()
    address = desk.url

    leader = window(make_person("shift_leader", organisation="monitoring_centre"))
    leader.goto(f"{live_server.url}/waiting/")
    leader.get_by_role("link", name="Public warning: issue as the second person", exact=True).click()
    leader.get_by_role("button", name="Sign and issue").click()
    expect(leader.get_by_text("The warning is signed and goes out.")).to_be_visible()

    while queueing.queue_deliveries(now=now) or delivering.send_deliveries(now=now):
        pass
    assert len(gateway.letters) == 2
    for letter in gateway.letters:
        assert take_receipt(Receipt(letter.id, Fate.DELIVERED), channel="sms", now=now)
    citizen = window(None)
    citizen.goto(gateway.letters[0].link)
    expect(citizen.get_by_role("heading", level=1)).to_contain_text("Gas leak, red warning")
    desk.goto(address)
    expect(desk.locator("#reach")).to_contain_text("1 read it (50 %)")
    assert PublicWarning.objects.get().source_kind == "alarm"
    assert set(WarningDelivery.objects.values_list("fate", flat=True)) == {"delivered"}

    late = now + timedelta(hours=1)
    stand_at(monkeypatch, late)
    rounds.find_silent_towns(now=late)
    unread = WarningDelivery.objects.get(read_at=None).town_code
    row = DoorRound.objects.get(town_code=unread)
    walker = crew()
    desk.goto(f"{live_server.url}/waiting/")
    with leads_on(desk):
        desk.locator(f"a[href$='/doors/#town-{unread}']").first.click()
    section = desk.locator(f"#town-{unread}")
    section.get_by_text("Give doors to somebody").click()
    section.get_by_label("Who").select_option(str(walker.pk))
    section.get_by_label("Stretch").fill("Fengshan Rd 1 to 60")
    section.get_by_label("Doors, one a line").fill("Fengshan Rd 1\nFengshan Rd 2")
    section.get_by_role("button", name="Give them").click()
    expect(desk.get_by_text("0 of 2 doors knocked at")).to_be_visible()
    phone = window(walker)
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"{live_server.url}/doors/")
    expect(phone.locator("body[data-ready=true]")).to_have_count(1)
    phone.get_by_role("link", name="Fengshan Rd 1 to 60").click()
    phone.get_by_role("button", name="Fengshan Rd 1").click()
    phone.locator("[data-act=told]").click()
    phone.get_by_label("How many people did you tell?").fill("3")
    phone.get_by_role("button", name="Keep").click()
    until(phone, lambda: Door.objects.filter(round=row, result="told", people=3).exists(), "the door is told")
    desk.reload()
    expect(desk.get_by_text("1 of 2 doors knocked at")).to_be_visible()
    assert complaints == []
