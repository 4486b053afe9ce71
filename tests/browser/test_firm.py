"""Phones of a firm and an inspector in a real browser: without a network and with one again; nothing entered vanishes."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS
from tests.browser.hands import enters, keeps, signs_in
from tests.clocks import stand_at
from tests.people import make_named_person
from tests.programs import CHROMIUM
from tests.supervision.firms import NOW, act, make_body, make_object
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection
from tocsin.supervision.inspections.services.findings import enter_finding
from tocsin.supervision.inspections.services.inspections import enter_inspection
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.services.assignment import make_tasks

if TYPE_CHECKING:
    from tocsin.supervision.objects.models import SupervisedObject

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch) -> Inspection:
    """Wang and Zhao inspect a firm that has tasks; one hidden danger was found already."""
    stand_at(monkeypatch, NOW)
    firm, bureau = make_object("泓达化工", organisation=make_body("hongda")), make_body("bureau")
    make_tasks(now=NOW)
    wang, zhao = make_named_person("wang", "inspector", bureau), make_named_person("zhao", "inspector", bureau)
    opened = open_inspection(actor=wang, object_id=firm.pk, second_id=zhao.pk, check_list="welding")
    enter_inspection(actor=zhao, act=act(opened.pk, "finding", grade="ordinary", text="detector covered", device="other"))
    return opened


@pytest.fixture
def phone(inspection: Inspection, tmp_path: Path) -> Iterator[BrowserContext]:
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
        yield context
        context.close()


def test_a_firm_and_an_inspector_work_on_without_a_network(
    phone: BrowserContext, inspection: Inspection, live_server: Any
) -> None:
    firm: SupervisedObject = inspection.object
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    page = phone.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    waiting = page.locator(".crew-standing")

    signs_in(phone, officer, live_server)
    page.goto(f"{live_server.url}/firm/")
    page.wait_for_selector("body[data-ready=true]")
    phone.set_offline(True)
    page.reload()
    expect(page.locator(".crew-standing.offline")).to_be_visible()
    page.get_by_text("隐患自查自纠").first.click()
    enters(page, "done", text="查过一遍")
    page.locator(".crew-back").click()
    page.get_by_text("detector covered").click()
    enters(page, "rectify", text="已清除遮挡")
    expect(waiting).to_have_attribute("data-waiting", "2")  # what the page says it keeps outlives it
    page.reload()
    expect(waiting).to_have_attribute("data-waiting", "2")
    finding = Finding.objects.get()
    enter_finding(actor=officer, act=act(finding.pk, "rectify", text="by somebody else", device="another"))  # meanwhile
    phone.set_offline(False)
    expect(waiting).to_have_attribute("data-waiting", "0")
    expect(page.locator(".crew-entries .conflict")).to_contain_text("此前已完成")
    assert Task.objects.get(rule="self_check_month").state == "done"
    assert TaskEntry.objects.get().device
    assert [one.verdict for one in FindingEntry.objects.exclude(act="serve").order_by("version")] == ["goes_on", "already"]

    signs_in(phone, inspection.first_inspector, live_server)
    page.goto(f"{live_server.url}/inspections/phone/")
    page.wait_for_selector("body[data-ready=true]")
    page.get_by_text(inspection.number).click()
    phone.set_offline(True)
    for item in inspection.check_list.items[:-1]:
        page.locator(f"[data-answer={item['code']}-good]").click()
    page.locator(f"[data-answer={inspection.check_list.items[-1]['code']}-bad]").click()
    keeps(page, text="软管老化", grade="ordinary")
    enters(page, "sign")
    expect(waiting).to_have_attribute("data-waiting", str(len(inspection.check_list.items) + 2))
    phone.set_offline(False)
    expect(waiting).to_have_attribute("data-waiting", "0")
    expect(page.locator("#inspector")).to_contain_text("待第二名执法人员 zhao 确认")
    expect(page.locator("[data-act=confirm]")).to_have_count(0)  # who signed does not confirm
    kept = Inspection.objects.get()
    assert (kept.state, len(kept.answers), Finding.objects.count()) == ("signed", len(inspection.check_list.items), 2)

    page.locator(".crew-back").click()
    phone.set_offline(True)
    page.locator("[data-act=open]").click()  # a new one, of an object and by a list that the phone has kept
    page.locator("dialog [name=object]").select_option(str(firm.pk))
    expect(page.locator("dialog [name=check_list]")).not_to_have_value("")
    page.locator("dialog [name=check_list]").select_option("welding")
    page.locator("dialog [name=second]").select_option(str(inspection.second_inspector_id))
    page.locator("dialog [data-keep]").click()
    page.locator(f"[data-answer={inspection.check_list.items[0]['code']}-good]").click()
    expect(waiting).to_have_attribute("data-waiting", "2")  # what the page says it keeps outlives it
    page.reload()
    expect(waiting).to_have_attribute("data-waiting", "2")
    phone.set_offline(False)
    expect(waiting).to_have_attribute("data-waiting", "0")
    begun = Inspection.objects.exclude(pk=inspection.pk).get()
    assert (begun.state, len(begun.answers), begun.second_inspector_id) == ("open", 1, inspection.second_inspector_id)
    assert complaints == []
