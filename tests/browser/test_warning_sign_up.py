"""A citizen signs up by e-mail, hears of the first warning, reads it, and ends it by the link of the letter."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, until
from tests.clocks import stand_at
from tests.mobilisation.public_warnings.drafting import NOW, issued
from tests.people import make_person
from tocsin.mobilisation.public_warnings.models import WarningDelivery, WarningSignUp, WarningSubscriber
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.services import delivering, queueing, signing_up
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


class Mailbox:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> Answer:
        self.letters.append(letter)
        return Answer(Verdict.TAKEN)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> Mailbox:
    found = Mailbox()

    def open_channels() -> tuple[Mapping[str, Mailbox], list[str]]:
        return {"email": found}, []

    limits = msgspec.structs.replace(warning_policy("000000").sign_up, work_bits=4)
    monkeypatch.setattr(signing_up, "_limits", lambda: limits)
    monkeypatch.setattr(signing_up, "channels_set_up", lambda: frozenset({"email"}))
    for module in (signing_up, delivering):
        monkeypatch.setattr(module, "open_channels", open_channels)
        monkeypatch.setattr(module, "link_address", lambda: live_server.url)
    return found


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as launched:
        yield launched


def goes_out() -> None:
    """What the loops of the worker do."""
    while queueing.queue_deliveries(now=NOW) or delivering.send_deliveries(now=NOW):
        pass


def test_from_the_first_code_to_the_end(browser: Browser, mailbox: Mailbox, live_server: Any) -> None:
    leader = make_person("shift_leader", organisation="monitoring_centre")
    complaints: list[str] = []
    page = browser.new_context(locale="en-US", viewport={"width": 390, "height": 844}).new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{live_server.url}/w/")
    with leads_on(page):
        page.get_by_role("link", name="Get public warnings").click()
    page.get_by_label("District").select_option("370213")
    with leads_on(page):
        page.get_by_role("button", name="Show its towns").click()
    page.locator("input[name=towns][value='370213001']").check()
    page.locator("input[name=towns][value='370213003']").check()
    page.locator("input[name=channel][value=email]").check()
    page.get_by_label("Your address or number").fill("citizen@example.org")
    with leads_on(page):
        page.get_by_role("button", name="Get warnings").click()
    expect(page.get_by_text("A code of six digits was sent to")).to_be_visible()
    assert not WarningSubscriber.objects.exists(), "nothing counts before the code came back"

    signing_up.send_codes(now=NOW)
    letter = mailbox.letters.pop()
    page.goto(letter.link)
    code = re.search(r"\d{6}", letter.text)
    assert code is not None
    expect(page.get_by_label("Code")).to_have_value(code[0])
    with leads_on(page):
        page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("warnings for your towns come to you from now on")

    made = issued(leader, NOW, expires_at=NOW + timedelta(hours=6), places=NewPlaces(units=["370213"]))
    goes_out()
    [warning] = mailbox.letters
    assert "Gas may gather." in warning.text
    page.goto(warning.link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gas leak, yellow warning: Shiniushan Road")
    until(page, lambda: WarningDelivery.objects.get(warning=made).read_at is not None, "the letter counts as read")

    ends = re.search(r"http\S+/w/subscribe/end/\S+", warning.text)
    assert ends is not None, warning.text
    page.goto(ends[0])
    with leads_on(page):
        page.get_by_role("button", name="End my warnings").click()
    expect(page.get_by_role("status")).to_contain_text("your address is deleted")
    assert set(WarningSubscriber.objects.values_list("address", flat=True)) <= {""}
    assert set(WarningDelivery.objects.values_list("address", flat=True)) == {""}
    assert set(WarningSignUp.objects.values_list("address", flat=True)) <= {""}
    issued(leader, NOW, expires_at=NOW + timedelta(hours=5), places=NewPlaces(units=["370213"]))
    goes_out()
    assert len(mailbox.letters) == 1, "nothing more is sent"
    assert complaints == []
