"""A supervision order (督办单) by hand: the desk issues it, the unit sees, signs and answers it, the desk hears."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import signs_in, until
from tests.clocks import stand_at
from tests.command.orders import bodies, case, crew_of, send
from tests.command.street import START, Timeline, make_street
from tests.people import make_person
from tocsin.command.casebook.models import Case
from tocsin.command.urging.models import SupervisionOrder
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User

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


def test_urged_signed_for_and_answered(
    browser: Browser, case: Case, bodies: dict[str, Organisation], live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = send(case, bodies["gas_company"])
    officer, unit = make_person("duty_officer"), crew_of(bodies["gas_company"], "unit_desk")
    stand_at(monkeypatch, START + timedelta(minutes=90))
    complaints: list[str] = []

    def desk_of(person: User) -> Page:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        signs_in(context, person, live_server)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    desk, own = desk_of(officer), desk_of(unit)
    desk.goto(f"{live_server.url}/orders/{order.number}/")
    desk.locator("#urgings [name=text]").fill("立即到场")
    desk.get_by_role("button", name="签发", exact=True).click()
    expect(desk.locator("#urgings")).to_contain_text("督〔2026〕370213-1号")
    expect(desk.locator("#urgings")).to_contain_text("对方尚未阅")

    own.goto(f"{live_server.url}/notices/")
    expect(own.locator("main")).to_contain_text("立即到场")
    urged = own.locator("main").get_by_text("督〔2026〕370213-1号").first

    def is_served() -> bool:  # a row is seen that stood on a screen for a second; the list may be drawn anew at any moment
        urged.evaluate("one => one.scrollIntoView()")
        return SupervisionOrder.objects.filter(served_at__isnull=False).exists()

    until(own, is_served)
    own.goto(f"{live_server.url}/waiting/")
    own.locator("tr", has_text="督〔2026〕370213-1号").get_by_role("link").click()
    expect(own.locator("#urgings")).to_contain_text("答复期限")
    own.locator("#urgings").get_by_role("button", name="签收", exact=True).click()
    expect(own.locator("#urgings")).to_contain_text("已签收，待答复")
    for name, words in (("reason", "道路封闭"), ("measures", "30 分钟内到场"), ("person", "赵工")):
        own.locator(f"#urgings [name={name}]").fill(words)
    own.locator("#urgings").get_by_role("button", name="答复", exact=True).click()
    expect(own.locator("#urgings")).to_contain_text("已答复")
    paper = own.request.get(f"{live_server.url}/records/papers/supervision_order/{SupervisionOrder.objects.get().pk}.pdf")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")

    desk.goto(f"{live_server.url}/notices/")
    expect(desk.locator("main")).to_contain_text("30 分钟内到场")
    assert complaints == []
