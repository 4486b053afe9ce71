"""A report by the public, from a phone without a network to the money: played by a citizen, the desk, two checkers, a second
officer and a cashier, none of whom learns who reported.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import one_chromium
from tests.browser.hands import leads_on, text_of
from tests.clocks import stand_at
from tests.mobilisation.answered import Office, drafted
from tests.mobilisation.test_hazard_reports import picture
from tests.people import make_named_person, make_person
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.records.attachments.models import Attachment
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.services.penalties import record_penalty
from tocsin.supervision.objects.models import SupervisedObject

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as opened:
        yield opened


def phone_of(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 760}, is_mobile=True, has_touch=True)


def page_of(browser: Browser, person: User, server: Any) -> Page:
    """The desk's screen, signed in."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    return context.new_page()


def shown(page: Page, place: str) -> str:
    """What stands there once something does, as a person copies it."""
    expect(page.locator(place)).to_have_text(re.compile(r"\w{4}"))
    return str(page.locator(place).evaluate("one => one.textContent"))


def test_from_a_phone_without_a_network_to_the_payment(browser: Browser, live_server: Any, tmp_path: Path) -> None:
    desk, brigade = make_person("report_officer", organisation="emergency_bureau"), make_body("brigade")
    sun, zhao = make_named_person("sun", "inspector", brigade), make_named_person("zhao", "inspector", brigade)
    office, firm = Office(), make_object("泓达化工", address="石牛山路 12 号")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture())
    complaints: list[str] = []

    phone = phone_of(browser)
    citizen = phone.new_page()
    citizen.on("pageerror", lambda error: complaints.append(str(error)))
    citizen.goto(f"{live_server.url}/hazard/")
    citizen.wait_for_selector("body[data-ready=true]")
    phone.set_offline(True)
    citizen.reload()
    expect(citizen.get_by_role("heading", name="照片")).to_be_visible()
    citizen.locator("input[type=file]").set_input_files(photo)
    expect(citizen.locator(".hazard-photos img")).to_have_count(1)
    citizen.locator("textarea[name=text]").fill("车间安全出口夜间被锁住")
    citizen.locator("select[name=region]").select_option("370213")
    citizen.locator("input[name=place]").fill("石牛山路 12 号")
    citizen.reload()
    expect(citizen.locator("textarea[name=text]")).to_have_value("车间安全出口夜间被锁住")  # what was typed outlives it
    citizen.get_by_role("button", name="提交举报").click()
    expect(citizen.locator(".crew-standing")).to_have_attribute("data-waiting", "2")
    secret = shown(citizen, "[data-secret]")
    phone.set_offline(False)
    expect(citizen.locator(".hazard-sent")).not_to_have_attribute("data-number", "", timeout=20_000)
    expect(citizen.locator(".crew-standing")).to_have_attribute("data-waiting", "0", timeout=20_000)
    report = HazardReport.objects.get()
    expect(citizen.locator("[data-secret]")).to_have_text(secret)
    assert Attachment.objects.count() == 1
    citizen.get_by_text("回执", exact=True).click()
    receipt = shown(citizen, "[data-receipt]")
    citizen.goto(f"{live_server.url}/hazard/#prove")
    citizen.locator("textarea[name=receipt]").fill(receipt)
    citizen.get_by_role("button", name="核验回执").click()
    expect(citizen.locator("[data-verdict=valid]")).to_contain_text(report.number)

    screen = page_of(browser, desk, live_server)
    screen.on("pageerror", lambda error: complaints.append(str(error)))
    screen.goto(f"{live_server.url}/hazard-reports/")
    screen.get_by_role("link", name=report.number).click()
    screen.get_by_role("button", name="受理", exact=True).click()
    screen.locator("input[name=object]").first.fill("泓达")
    with leads_on(screen):
        screen.get_by_role("button", name="查找", exact=True).click()
    with leads_on(screen):
        screen.get_by_role("button", name="就是这一家").click()
    screen.locator("#first").select_option(label="sun")
    screen.locator("#second").select_option(label="zhao")
    screen.get_by_role("button", name="指派", exact=True).click()
    expect(screen.get_by_text("核查中").first).to_be_visible()
    screen.get_by_text("询问举报人", exact=True).click()
    screen.locator("#ask-words").fill("是哪一扇门？")
    screen.get_by_role("button", name="询问", exact=True).click()
    expect(screen.locator(".act-list")).to_contain_text("是哪一扇门？")

    citizen.goto(f"{live_server.url}/hazard/#follow")
    citizen.locator("input[name=number]").fill(report.number)
    citizen.locator("input[name=secret]").fill(secret.lower())
    citizen.get_by_role("button", name="打开").click()
    expect(citizen.locator(".act-list")).to_contain_text("是哪一扇门？")
    citizen.locator("details", has_text="答复").first.locator("summary").click()
    citizen.locator("form[data-act=say] textarea").fill("朝院子的那扇")
    citizen.locator("form[data-act=say] button").click()
    expect(citizen.locator(".act-list")).to_contain_text("朝院子的那扇")

    for checker, standing in ((sun, "核查中"), (zhao, "属实")):
        checking = page_of(browser, checker, live_server)
        checking.goto(f"{live_server.url}/waiting/")
        checking.get_by_role("link", name="群众举报：核查", exact=True).click()
        expect(checking.locator("#found")).to_be_visible()
        checking.locator("input[value=true]").check()
        checking.locator("#found").fill("出口确被锁住")
        checking.get_by_role("button", name="记录").click()
        expect(checking.locator(".page-head .badge").first).to_have_text(standing)

    found = finding_of(report, firm, sun)  # on the inspection's own page: tests/browser/test_inspectors.py
    screen.reload()
    expect(screen.get_by_role("link", name=found.number)).to_be_visible()
    screen.locator("#handle-words").fill("已责令拆除门锁，并处罚款")
    screen.get_by_role("button", name="处理完毕").click()
    expect(screen.locator(".act-list")).to_contain_text(f"{found.number} · 青应急罚〔2026〕9号")
    screen.locator("#answer-words").fill("门锁已拆除，出口畅通。")
    screen.get_by_role("button", name="答复", exact=True).click()
    expect(screen.get_by_text("已答复").first).to_be_visible()

    citizen.get_by_role("button", name="打开").click()
    expect(citizen.locator("[data-state=answered]")).to_contain_text("门锁已拆除，出口畅通。")
    citizen.locator("[data-act=gone]").click()
    expect(citizen.locator(".act-list")).to_contain_text("隐患已消除")

    reward = drafted(report)
    first = page_of(browser, office.li, live_server)
    first.on("pageerror", lambda error: complaints.append(str(error)))
    first.goto(f"{live_server.url}/waiting/")
    first.locator("tbody").get_by_role("link", name="举报奖励：提出意见").click()
    expect(first.get_by_text("奖励数额未经核实").first).to_be_visible()
    expect(first.get_by_text("青应急罚〔2026〕9号").first).to_be_visible()  # the fine comes from the firm's file
    first.locator("#budget").fill("2120103")
    with leads_on(first):
        first.locator("form[action$='/enter/'] button").click()
    expect(first.locator("[data-sum]").first).to_have_text("30,000元")
    with leads_on(first):
        first.locator("form[action$='/propose/'] button").click()
    second = page_of(browser, office.wang, live_server)
    second.goto(f"{live_server.url}/rewards/{reward.pk}/")
    with leads_on(second):
        second.locator("button[name=agreed][value=yes]").click()
    expect(second.locator("[data-state=agreed]")).to_be_visible()

    citizen.get_by_role("button", name="打开").click()
    expect(citizen.locator("[data-reward=agreed]")).to_contain_text("30,000")
    citizen.locator("[data-act=claim]").click()
    code = text_of(citizen.locator("[data-code]"))
    till = page_of(browser, office.cashier, live_server)
    looks_up(till, live_server, code.lower())
    expect(till.locator("[data-sum]")).to_have_text("30,000元")
    with leads_on(till):
        till.get_by_role("button", name="已现金发放").click()
    looks_up(till, live_server, code)  # the second time it is told, and nothing is paid
    expect(till.get_by_role("alert")).to_contain_text("请勿再付")
    expect(till.get_by_role("button", name="已现金发放")).to_have_count(0)

    citizen.get_by_role("button", name="打开").click()
    expect(citizen.locator("[data-reward=paid]")).to_be_visible()
    expect(citizen.locator(".act-list")).to_contain_text("奖励已发放")
    screen.reload()
    expect(screen.locator("[data-reward=paid]")).to_be_visible()
    screen.get_by_role("button", name="办结").click()
    expect(screen.get_by_text("已办结").first).to_be_visible()
    assert complaints == []


def looks_up(till: Page, server: Any, code: str) -> None:
    """Somebody stands at the till and shows a code."""
    till.goto(f"{server.url}/rewards/till/")
    till.locator("#code").fill(code)
    with leads_on(till):
        till.locator("form:has(#code) button").click()


def finding_of(report: HazardReport, firm: SupervisedObject, inspector: User) -> Finding:
    """What the inspection of the report found, with the penalty that the law-enforcement system decided for it."""
    report.refresh_from_db()
    told: dict[str, Any] = {"found_at": NOW, "due_on": NOW.date(), "state": "open", "grade": "major", "text": "出口被锁"}
    where: dict[str, Any] = {"object": firm, "region_code": report.region_code, "inspection_id": report.inspection_id}
    found = Finding.objects.create(number="YH-370213-9", found_by=inspector, **where, **told)
    record_penalty(
        actor=inspector,
        finding_id=found.pk,
        kind="罚款",
        document_number="青应急罚〔2026〕9号",
        decided_on=NOW.date(),
        amount_yuan=Decimal(60_000),
    )
    return found
