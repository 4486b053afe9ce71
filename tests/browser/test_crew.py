"""A crew's phone in a real browser: with a network, without one, with one again; nothing that was entered vanishes."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS
from tests.browser.hands import keeps, signs_in, taken
from tests.command.orders import LEAK, crew_of
from tests.command.street import START, Timeline, case_of, make_street
from tests.people import LICANG
from tests.programs import CHROMIUM
from tocsin.base.ids import new_id
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.log import open_book
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import enter
from tocsin.command.orders.services.sending import send_order
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.people.services.system import system_actor

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def order(transactional_db: None) -> Order:
    """An order to the gas company, whose crew is Li."""
    make_street()
    bodies = ensure_organisations(LICANG)
    time = Timeline()
    alarm = time.at(0).rings(3, LEAK)
    time.looks()
    crew_of(bodies["gas_company"])
    book = open_book(LICANG, actor=system_actor(), channel="gathering", now=START)
    return send_order(book, case_of(alarm), unit=bodies["gas_company"], role=OrderRole.LEAD)


@pytest.fixture
def phone(order: Order, live_server: Any, tmp_path: Path) -> Iterator[BrowserContext]:
    with one_driver() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=CHROMIUM,
            locale="zh-CN",
            viewport={"width": 360, "height": 760},
            is_mobile=True,
            has_touch=True,
            args=FLAGS,
        )
        signs_in(context, User.objects.get(organisation=order.unit), live_server)
        yield context
        context.close()


AT_ONCE = ("accept", "leave", "arrive", "mend", "check_in")


def does(page: Page, act: str, **fields: str) -> None:
    """Presses the button of an act; what needs words has a dialog, which is filled and kept."""
    button = page.locator(f"#crew [data-act={act}]").first
    expect(button).to_be_attached()
    page.locator(".crew-later").evaluate_all("folds => folds.forEach((one) => (one.open = true))")
    button.click()
    if act not in AT_ONCE:
        keeps(page, **fields)


def photographs(page: Page) -> None:
    page.locator("#crew [data-act=photo]").click()
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "grey").save(picture, "JPEG")
    page.locator("dialog [name=picture]").set_input_files(
        {"name": "well.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    keeps(page)


def test_a_crew_works_on_without_a_network(phone: BrowserContext, order: Order, live_server: Any) -> None:
    page = phone.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/crew/")
    page.wait_for_selector("body[data-ready=true]")
    page.get_by_text(order.number).click()
    expect(page.locator(".crew-never li").first).to_be_visible()
    with taken(page):
        does(page, "accept")
    expect(page.locator(".crew-entries")).to_contain_text("签收")
    waiting = page.locator(".crew-standing")
    expect(waiting).to_have_attribute("data-waiting", "0")

    phone.set_offline(True)
    page.reload()
    expect(page.locator(".crew-standing.offline")).to_be_visible()
    does(page, "leave")
    does(page, "arrive")
    does(page, "reading", **{"value-methane": "0.02"})
    photographs(page)
    does(page, "find_cause", cause="heat_main_leak_biogas", asset_code="NOWHERE")
    does(page, "note", text="盖板松动")
    does(page, "reading", **{"value-methane": "9e99"})  # nothing measures so much: the server reads no batch with it
    expect(waiting).to_have_attribute("data-waiting", "7")
    waits = page.locator(".crew-entries li").filter(has_text="未发送")
    for at, words in enumerate(("读数", "备注", "原因查明", "照片", "读数", "到场", "出动")):
        expect(waits.nth(at)).to_contain_text(words)
    page.reload()
    expect(waiting).to_have_attribute("data-waiting", "7")
    expect(page.locator(".crew-trail .done")).to_have_count(5)  # accepted to cause found: what was left out counts too
    book = open_book(LICANG, actor=system_actor(), channel="telephone", now=START)
    enter(book, NewAct(id=new_id(), subject_id=order.pk, act=OrderAct.LEAVE, at=START, data=EntryData(), said_by="the desk"))

    phone.set_offline(False)
    expect(waiting).to_have_attribute("data-waiting", "0")
    expect(page.locator(".crew-refused")).to_have_count(2)
    expect(page.locator(".crew-refused").first).to_contain_text("NOWHERE")
    expect(page.locator(".crew-entries .conflict")).to_contain_text("此前已到达该步骤")
    kept = OrderEntry.objects.filter(order=order, channel="phone").order_by("sequence")
    assert [one.act for one in kept] == ["accept", "leave", "arrive", "reading", "photo", "note"]
    assert Order.objects.get(pk=order.pk).state == "on_site"

    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#crew-sign-out button").click()
    page.wait_for_url("**/login/**")
    phone.set_offline(True)
    page.goto(f"{live_server.url}/crew/")
    page.wait_for_selector("body.crew")
    expect(page.locator("#crew")).not_to_contain_text(order.number)
    assert complaints == []
