"""Four eyes: a check list is proposed by one, found on “what waits” and confirmed by another, each in a window of their own."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_shift import Shift, shift  # noqa: F401
from tests.people import make_named_person

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

LIST = "/inspections/checklists/chemicals/"


def test_one_proposes_and_another_confirms(shift: Shift) -> None:  # noqa: F811
    li, wang = (make_named_person(name, "supervisor", region="000000", language="zh-hans") for name in ("li", "wang"))
    author, second = shift.window(li), shift.window(wang)
    page = shift.open(author, LIST)
    page.locator("details.card summary").first.click()
    page.fill("#c-zh", "危险化学品（新）")
    page.get_by_role("button", name="提请新版本").click()
    page.wait_for_url("**/policy/versions/**")
    expect(page.locator("main")).to_contain_text("等待另一人确认")
    expect(page.get_by_role("button", name="确认")).to_have_count(0)

    other = shift.open(second, "/waiting/")
    row = other.locator("main tr", has_text="chemicals")
    expect(row).to_contain_text("检查表")
    row.locator("a").first.click()
    other.wait_for_url("**/policy/versions/**")
    expect(other.locator("main")).to_contain_text("危险化学品（新）")
    other.locator("form[action$='/confirm/'] button").click()
    expect(other.locator("h1 .badge")).to_have_text("生效中")
    page.goto(shift.address(LIST))
    expect(page.locator("h1")).to_have_text("危险化学品（新）")
    assert shift.complaints == []
