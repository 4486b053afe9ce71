"""A case is held from its page by one person and lifted by another; then it goes, and its address says so."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import signs_in
from tests.clocks import stand_at
from tests.command.street import START, Timeline, case_of, make_street
from tests.command.test_policy_in_force import put_in
from tests.command.test_retention import GAS, close
from tests.people import LICANG, make_named_person, make_person
from tocsin.command.casebook.models import Case
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.retention.services.forgetting import forget_what_is_old

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with one_chromium() as launched:
        yield launched


@pytest.fixture
def case(db: None, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Closed long ago; the city keeps cases for a hundred days."""
    make_street()
    stand_at(monkeypatch, START)
    put_in("[records.retention]\ncases_days = 100\n")
    time = Timeline()
    alarm = time.rings(2, GAS, level=4)
    time.looks()
    found = case_of(alarm)
    close(found, age=timedelta(days=120))
    return found


def test_held_by_one_lifted_by_another_then_gone(browser: Browser, case: Case, live_server: Any) -> None:
    first = make_person("system_administrator", "000000")
    second = make_named_person("second", "system_administrator", region="000000")
    for person in (first, second):
        Grant.objects.create(user=person, role="viewer", region_code=LICANG)
    complaints: list[str] = []

    def page_of(person: User) -> Page:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        signs_in(context, person, live_server)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    one, two = page_of(first), page_of(second)
    one.goto(f"{live_server.url}/system/retention/")
    expect(one.get_by_role("row", name="已办结事件及其")).to_contain_text("1")
    one.goto(f"{live_server.url}/cases/{case.number}/#alarms")
    one.get_by_role("link", name="暂缓删除本事件").click()
    expect(one.locator("#hold-number")).to_have_value(case.number)
    one.locator("#hold-reason").fill("法院调查")
    one.get_by_role("button", name="暂缓删除", exact=True).click()
    expect(one.locator("body")).to_contain_text("该事件已暂缓删除")
    expect(one.get_by_role("button", name="解除")).to_be_disabled()
    assert forget_what_is_old(now=START) == 0

    two.goto(f"{live_server.url}/cases/{case.number}/#alarms")
    expect(two.locator("header.case-head")).to_contain_text("暂缓删除")
    two.get_by_role("link", name="查看或解除暂缓").click()
    two.get_by_role("button", name="解除").click()
    expect(two.locator("body")).to_contain_text("已解除暂缓")
    while forget_what_is_old(now=START):
        pass
    assert complaints == []
    two.goto(f"{live_server.url}/cases/{case.number}/")
    expect(two.locator("main")).to_contain_text("已到期删除")
    expect(two.locator("main")).to_contain_text(case.number)
