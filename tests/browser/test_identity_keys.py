"""An officer exchanges a key on the page: the pair is made in the browser, what stands under the old one is sealed anew there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, signs_in
from tests.clocks import stand_at
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_sealed_identity import WHO
from tests.mobilisation.test_sealed_identity import officers as officers
from tests.pictures import photo
from tests.supervision.firms import NOW
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import IdentityKey, SealedIdentity
from tocsin.mobilisation.hazard_reports.rules.locks import opens
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.portal.backup.sealing import new_identity, read_identities

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as opened:
        yield opened


def page_of(browser: Browser, person: User, server: Any, complaints: list[str]) -> Page:
    context = browser.new_context(locale="en-GB", viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "tocsin_language", "value": "en", "url": server.url}])
    signs_in(context, person, server)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/identity/")
    return page


def test_a_key_is_exchanged_on_the_page(browser: Browser, live_server: Any, officers: dict[Slot, User], tmp_path: Path) -> None:
    complaints: list[str] = []
    sent: list[str] = []
    reporter = Reporter()
    assert reporter.sends(mode="hidden", identity=WHO).status_code == 200 and reporter.shows(photo()).status_code == 200
    page = page_of(browser, officers[Slot.A], live_server, complaints)
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    with page.expect_download() as saved:
        page.locator("[data-new-key]").click()
    made = tmp_path / "made.key"
    saved.value.save_as(made)
    (pair,) = read_identities(made)
    expect(page.locator("#recipient")).to_have_value(str(pair.to_public()))
    page.locator("input[name=slot][value=a]").check()
    with leads_on(page):
        page.locator("form[action$='/identity/keys/'] .button.primary").click()
    second = page_of(browser, officers[Slot.B], live_server, complaints)
    with leads_on(second):
        second.locator("button[name=taken][value=yes]").click()
    page.reload()
    form = page.locator("form[data-reseal]")
    new_identity(tmp_path / "another.key")
    for file, kind in (("another.key", "error"), ("a.key", "success")):
        form.locator("input[type=file]").set_input_files(tmp_path / file)
        form.locator("button").click()
        expect(form.locator(f".message.{kind}")).to_be_visible()
    row = SealedIdentity.objects.get()
    assert row.key_a == IdentityKey.objects.get(recipient=str(pair.to_public()))
    assert opens(pyrage.decrypt(row.lock_key("a"), [pair]).decode(), row.lock_a)
    private = {str(one) for file in ("a.key", "made.key") for one in read_identities(tmp_path / file)}
    assert not [one for one in sent if any(key in one for key in private)], "a private key is sent nowhere"
    assert complaints == []
