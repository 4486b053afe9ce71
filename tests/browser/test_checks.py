"""Two checkers in a real browser, each on a phone of their own and without a network for a while; the record that anybody proves.
And the field by which an officer asks for the original of a photo.
"""

import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import fills, leads_on, signs_in, taken
from tests.clocks import stand_at
from tests.mobilisation.public import Reporter
from tests.mobilisation.test_checks_on_phones import Check, code_on
from tests.mobilisation.test_sealed_identity import WHO
from tests.mobilisation.test_sealed_identity import officers as officers
from tests.pictures import photo
from tests.supervision.firms import NOW
from tocsin.engine.blurring import Box, BoxKind
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import CheckEntry, IdentityRequest
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
from tocsin.mobilisation.hazard_reports.services.blurring import decide_boxes

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


KEPT_PHOTOS = """async () => {
  const ended = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const database = await ended(indexedDB.open("tocsin-checker"));
  const names = await ended(database.transaction("kept").objectStore("kept").getAllKeys());
  database.close();
  return names.filter((name) => name.startsWith("photo "));
}"""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as opened:
        yield opened


def phone_of(browser: Browser, person: User, server: Any, complaints: list[str]) -> Page:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    signs_in(context, person, server)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/hazard-reports/phone/")
    page.wait_for_selector("body[data-ready=true]")
    page.locator("a.crew-card").click()
    return page


def releases(check: Check) -> None:
    """The reporter's photo, with what a person of the desk has blurred."""
    assert check.reporter.shows(photo()).status_code == 200
    box = Box(BoxKind.OTHER, 10, 10, 60, 40)
    decide_boxes(actor=check.officer, report_id=check.report.pk, number=1, boxes=[box], seen=0, now=NOW)


def finds(page: Page, verdict: str) -> None:
    """Writes down what was found."""
    page.locator(".crew-next[data-act=check]").click()
    fills(page.locator("dialog"), verdict=verdict, text="出口夜间上锁，已拍照")
    page.locator("dialog [data-keep]").click()


def test_each_signs_on_a_phone_without_a_network(browser: Browser, live_server: Any) -> None:
    check, complaints = Check(), list[str]()
    releases(check)
    an = phone_of(browser, check.an, live_server, complaints)
    bo = phone_of(browser, check.bo, live_server, complaints)
    expect(an.locator("img.field-photo")).to_have_attribute("src", re.compile("^blob:"))
    an.context.set_offline(True)
    an.reload()
    expect(an.locator("img.field-photo")).to_have_js_property("complete", True)
    assert an.locator("img.field-photo").evaluate("one => one.naturalWidth") > 0, "kept on the phone"
    finds(an, "partly_true")
    expect(an.get_by_text("联网后自动送出")).to_be_visible()
    expect(an.locator(".crew-standing")).to_have_attribute("data-waiting", "1")
    with taken(bo):
        finds(bo, "true")
    expect(bo.get_by_text("在本人手机上签署")).to_be_visible()
    with taken(an):
        an.context.set_offline(False)
    expect(an.locator(".crew-conflict")).to_contain_text("两人结论一致后方可生效")
    assert CheckEntry.objects.count() == 2 and check.report.state == "assigned"
    bo.reload()
    expect(bo.get_by_text("部分属实").first).to_be_visible()
    with taken(bo):
        finds(bo, "partly_true")
    expect(bo.locator("[data-state=partly_true]")).to_be_visible()
    expect(bo.locator("img.field-photo")).to_have_count(0)
    assert bo.evaluate(KEPT_PHOTOS) == [], "handed over: nothing of them stays"
    assert bo.evaluate("document.documentElement.scrollWidth") <= 390

    answer = bo.context.request.get(f"{live_server.url}/records/papers/hazard_check_record/{check.report.pk}.pdf")
    words = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.body()))
    anybody = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
    anybody.goto(f"{live_server.url}/hazard/#prove")
    anybody.locator("textarea[name=receipt]").fill(code_on(words))
    anybody.get_by_role("button", name="核验回执").click()
    expect(anybody.locator("[data-verdict=valid]")).to_contain_text("部分属实")
    expect(anybody.locator("[data-verdict=valid]")).to_contain_text("LC-1001")
    assert complaints == []


def test_an_officer_asks_for_the_original_of_a_photo_by_its_number(
    browser: Browser, live_server: Any, officers: dict[Slot, User]
) -> None:
    reporter = Reporter()
    reporter.sends(mode="hidden", identity=WHO)
    reporter.shows(photo())
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    signs_in(context, officers[Slot.A], live_server)
    page = context.new_page()
    page.goto(f"{live_server.url}/identity/")
    form = page.locator("form[action$='/ask/']")
    fills(form, number=reporter.number, photo="0", reason="核对拍摄地点")
    form.locator(".button.primary").click()
    expect(form.locator("[name=photo]:invalid")).to_have_count(1)  # numbers begin with 1: nothing was sent
    assert not IdentityRequest.objects.exists()
    for number, told in (("2", "第2张照片"), ("1", "第1张照片")):
        fills(form, number=reporter.number, photo=number, reason="核对拍摄地点")
        with leads_on(page):
            form.locator(".button.primary").click()
        expect(page.locator("body")).to_contain_text(told)
    assert IdentityRequest.objects.get().photo == reporter.report.photos.get()
