"""Two inspectors differ without a network, settle it, and the firm's person signs on the phone; then the firm's side to the end.

Every person acts by clicks: the inspectors on their phones, the firm's officer and the leader at their desks.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import enters, keeps, place_of, signs_in, taken
from tests.clocks import stand_at
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.services.opening import open_inspection

if TYPE_CHECKING:
    from playwright.sync_api import Locator

OFFLINE = "ERR_INTERNET_DISCONNECTED"  # what a browser says itself where there is no network
pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as launched:
        yield launched


class Desks:
    """A device of each person, and what any of their pages complained of."""

    def __init__(self, browser: Browser, server: Any) -> None:
        self.browser, self.server = browser, server
        self.complaints: list[str] = []

    def of(self, person: User, *, phone: bool) -> Page:
        size: Any = {"width": 360, "height": 760} if phone else {"width": 1366, "height": 768}
        context = self.browser.new_context(locale="zh-CN", viewport=size, has_touch=phone)
        signs_in(context, person, self.server)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" and OFFLINE not in said.text else None,
        )
        page.on("dialog", lambda dialog: dialog.accept())
        return page


def goes_online(page: Page) -> None:
    page.context.set_offline(False)
    expect(page.locator(".crew-standing")).to_have_attribute("data-waiting", "0")


def picture() -> Any:
    drawn = BytesIO()
    Image.effect_noise((80, 60), 90).save(drawn, "JPEG")
    return {"name": "seen.jpg", "mimeType": "image/jpeg", "buffer": drawn.getvalue()}


def signs(page: Page) -> None:
    """The firm's person draws a signature with the finger."""
    page.locator("[data-act=party_sign]").click()
    page.locator("dialog [name=name]").fill("李刚")
    page.locator("dialog [data-keep]").click()
    expect(page.locator("dialog .message.error")).to_be_visible()  # without a signature nothing is kept
    box = place_of(page.locator(".field-signature svg"))
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(box["x"] + 30 + 30 * step, box["y"] + 40 + (-1) ** step * 15)
    page.mouse.up()
    keeps(page)


def test_from_two_answers_to_the_closure_of_what_was_found(browser: Browser, live_server: Any) -> None:
    bureau, body = ensure_organisations(LICANG)["emergency_bureau"], make_body("hongda")
    firm = make_object("泓达化工", organisation=body, competent=bureau)
    people = {name: make_named_person(name, "inspector", bureau) for name in ("wang", "zhao")}
    officer, leader = make_named_person("officer", "firm_officer", body), make_named_person("leader", "supervisor", bureau)
    visit = open_inspection(actor=people["wang"], object_id=firm.pk, second_id=people["zhao"].pk, check_list="welding")
    first, second = (item["code"] for item in visit.check_list.items[:2])
    desks = Desks(browser, live_server)
    wang, zhao = (desks.of(people[name], phone=True) for name in ("wang", "zhao"))
    for page in (wang, zhao):
        page.goto(f"{live_server.url}/inspections/phone/#{visit.pk}")
        page.wait_for_selector("body[data-ready=true]")
        page.context.set_offline(True)

    wang.locator(f"[data-answer={first}-good]").click()
    wang.locator("[data-act=rest_good]").click()
    expect(wang.locator("[data-act=rest_good]")).to_have_count(0)
    zhao.locator(f"[data-answer={first}-bad]").click()
    zhao.locator("dialog [name=text]").fill("二维码与实物不符")
    zhao.locator("dialog [name=grade]").select_option("ordinary")
    expect(zhao.locator("dialog .help")).to_contain_text("最多 15 日")
    zhao.locator("dialog [name=days]").fill("20")
    zhao.locator("dialog [data-keep]").click()
    expect(zhao.locator("dialog")).to_have_count(1)  # the phone itself says no to a limit that is too long
    zhao.locator("dialog [name=picture]").set_input_files([picture()])
    keeps(zhao, days="5")
    zhao.get_by_role("link", name="二维码与实物不符").click()  # it is opened before it was sent
    zhao.locator("[data-act=photo]").click()
    zhao.locator("dialog [name=picture]").set_input_files([picture()])
    keeps(zhao, text="近景")
    goes_online(wang)
    goes_online(zhao)
    finding = Finding.objects.get()
    assert [one.act for one in finding.entries.order_by("version")] == ["photo", "photo"]

    wang.reload()
    wang.wait_for_selector("body[data-ready=true]")
    expect(wang.locator(f"[data-differs={first}]")).to_contain_text("zhao: 不合格")
    expect(wang.locator("[data-act=sign]")).to_have_count(0)
    wang.locator(f"[data-photo={second}]").click()
    wang.locator("dialog [name=picture]").set_input_files([picture()])
    keeps(wang)
    wang.locator(f"[data-answer={first}-bad]").click()
    keeps(wang, text="同意")
    enters(wang, "sign")
    signs(wang)
    expect(wang.locator("#inspector")).to_contain_text("李刚 已签字")
    goes_online(wang)
    zhao.goto(f"{live_server.url}/inspections/phone/#{visit.pk}")
    zhao.reload()
    expect(zhao.locator("#inspector")).to_contain_text("李刚 已签字")
    enters(zhao, "confirm")
    expect(zhao.locator("[data-act=confirm]")).to_have_count(0)
    goes_online(zhao)
    visit = Inspection.objects.get()
    finding.refresh_from_db()
    assert (visit.state, visit.party["name"], finding.unserved) == ("confirmed", "李刚", False)

    own = desks.of(officer, phone=False)
    own.goto(f"{live_server.url}/notices/")
    expect(own.locator("main")).to_contain_text("责令限期整改指令书 （370213）应急责改〔2026〕1号")
    own.goto(f"{live_server.url}/firm/#{finding.pk}")
    order = own.get_by_role("link", name=re.compile("责令限期整改指令书"))
    paper = own.request.get(f"{live_server.url}{order.get_attribute('href')}")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    with taken(own):
        enters(own, "ask_extension", until="2026-12-08", text="配件未到")
    expect(own.locator("#firm")).to_contain_text("已申请延至 2026-12-08")

    desk = desks.of(leader, phone=False)
    desk.goto(f"{live_server.url}/waiting/")
    desk.locator("tr", has_text=finding.number).get_by_role("link").click()
    presses(desk, "同意", text="同意延期")
    expect(desk.locator(".act-list")).to_contain_text("同意延期")
    assert Finding.objects.get().due_on.isoformat() == "2026-12-08"
    hears(own, live_server.url, "同意")
    own.goto(f"{live_server.url}/firm/#{finding.pk}")
    with taken(own):
        enters(own, "rectify", text="已更换二维码")
    expect(own.locator("#firm")).to_contain_text("待复查")

    zhao.goto(f"{live_server.url}/inspections/phone/#{finding.pk}")
    zhao.reload()
    with taken(zhao):
        enters(zhao, "fail", text="仍不符", days="3")
    assert Finding.objects.get().state == "open"
    hears(own, live_server.url, "复查未通过：仍不符")
    own.goto(f"{live_server.url}/firm/#{finding.pk}")
    with taken(own):
        enters(own, "rectify", text="再次更换")
    expect(own.locator("#firm")).to_contain_text("待复查")
    zhao.reload()
    with taken(zhao):
        enters(zhao, "pass")
    assert Finding.objects.get().state == "closed"
    hears(own, live_server.url, "复查通过，已销号")

    own.goto(f"{live_server.url}/firm/")  # and what the firm finds itself
    own.locator("[data-act=report_own]").click()
    own.locator("dialog [name=picture]").set_input_files([picture()])
    keeps(own, text="护栏松动", days="3")
    own.get_by_role("link", name=re.compile("护栏松动")).click()
    expect(own.locator(".crew-entries a")).to_be_visible()  # its photo has come to the server
    with taken(own):
        enters(own, "close_own", text="已紧固")
    expect(own.locator("#firm")).to_contain_text("已销号")
    mine = Finding.objects.get(own=True)
    assert (mine.state, mine.entries.filter(act="photo").count()) == ("closed", 1)
    assert desks.complaints == []


def presses(page: Page, button: str, **fields: str) -> None:
    """Fills a form of a page and presses its button."""
    form: Locator = page.locator("main form", has=page.get_by_role("button", name=button, exact=True)).first
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name=button, exact=True).click()


def hears(page: Page, url: str, words: str) -> None:
    """The person's notices say so."""
    page.goto(f"{url}/notices/")
    expect(page.locator("main")).to_contain_text(words)
