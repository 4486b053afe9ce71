"""Orders by hand: "not ours", another unit leads in one press, answers, measures and mends; a slip is undone within seconds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import keeps, leads_on, opens_fold, taken, until
from tests.browser.test_crew import does
from tests.browser.test_shift import Shift, shift, works
from tests.command.orders import crew_of
from tests.command.street import case_of, make_street
from tests.people import LICANG, make_person
from tocsin.base.time import ms_from_datetime
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.plans.models import PlanTask
from tocsin.command.plans.services.starts import start_plan
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.notices.messages.models import Notice
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.diagnosis.models import Answer

__all__ = ["shift"]
pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
CAUSES = [("heat_main_leak_biogas", 0.6, "S5"), ("gas_main_leak", 0.3, "G1")]


@pytest.fixture
def bodies() -> Iterator[dict[str, Organisation]]:
    make_street()
    yield ensure_organisations(LICANG)


def test_the_unit_that_is_made_lead_is_told_goes_there_and_says_what_it_finds(
    shift: Shift, bodies: dict[str, Organisation]
) -> None:
    officer, leader = works(make_person("duty_officer"), bodies["monitoring_centre"]), make_person("shift_leader")
    gas = crew_of(bodies["gas_company"], role="unit_desk", name="Gas")
    heat_desk = crew_of(bodies["heating_company"], role="unit_desk", name="Zhao")
    heat_crew = crew_of(bodies["heating_company"], name="Heat")
    shift.at(0)
    alarm = shift.timeline.rings(3, CAUSES, level=4)
    shift.timeline.looks()
    case = case_of(alarm)
    start_plan(actor=leader, case_id=case.pk, code="gas_in_closed_space")
    Sensor.objects.filter(pk=alarm.sensor_id).update(last_ts=ms_from_datetime(shift.timeline.now), last_value=31.5)

    # a slip: the wrong unit is sent, and undone before its letters have left
    wide = {"viewport": {"width": 1600, "height": 900}}
    desk = shift.open(shift.window(officer, **wide), f"/cases/{case.number}/#orders")
    sends(desk, bodies["water_company"], "assisting")
    slip = desk.locator("form[action$='/undo/'] button")
    expect(slip).to_be_visible()
    slip.click()
    expect(desk.locator(".messages")).to_contain_text("已撤销")
    assert Order.objects.get(unit=bodies["water_company"]).state == "withdrawn"

    # the heating company assists; the gas company signs with one press, and says "not ours"
    sends(desk, bodies["heating_company"], "assisting")
    shift.at(4)
    order = Order.objects.get(case=case, unit=bodies["gas_company"])
    theirs = shift.open(shift.window(gas, viewport={"width": 1366, "height": 768}), f"/orders/{order.number}/")
    theirs.locator(".briefing button[name=act][value=accept]").click()
    expect(theirs.locator(".order-entries")).to_contain_text("签收")
    theirs.locator("details.order-entry summary").click()
    form = theirs.locator("details.order-entry form")
    form.locator("[name=act]").select_option("return")
    form.locator("[name=reason]").select_option("not_ours")
    with leads_on(theirs):
        form.locator("button.primary").click()
    assert not PlanTask.objects.filter(organisation=bodies["gas_company"], state="open").exists()

    # one press: the heating company leads, and is told with its task
    shift.at(6)
    desk.reload()
    lead = desk.locator("article", has_text=bodies["heating_company"].name_zh).locator("form.make-lead")
    lead.locator("[name=text]").fill("请核实补水量并到现场排查供热主管")
    lead.locator("button").click()
    expect(desk.locator(".messages")).to_contain_text("主办")
    told = Notice.objects.get(purpose="lead", instead_of=None)
    assert told.organisation == bodies["heating_company"]
    led = Order.objects.get(case=case, unit=bodies["heating_company"])
    inbox = shift.open(shift.window(heat_desk, **wide), "/notices/")
    expect(inbox.locator("main")).to_contain_text("即日起由贵单位主办。请核实补水量")

    # its phone says where, how much, and what is asked; it answers, measures four gases at once, corrects one
    phone = shift.open(
        shift.window(heat_crew, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True), f"/crew/#{led.pk}"
    )
    phone.wait_for_selector("body[data-ready=true]")
    head = phone.locator(".crew-head")
    for words in ("请核实补水量", "距报警点135米（东方向）", "31.5 %LEL", "60 %"):
        expect(head).to_contain_text(words)
    expect(head.locator(".crew-map svg")).to_be_visible()
    expect(head.locator("a[href^='geo:']")).to_have_attribute("href", "geo:36.200000,120.403300?q=36.200000,120.403300")
    with taken(phone):
        does(phone, "accept")
    with taken(phone):
        phone.locator("[data-act=answer]").first.click()
    expect(phone.locator("[data-act=answer]")).to_have_count(0)
    assert Answer.objects.get().said_by == bodies["heating_company"].name_zh
    shift.at(20)
    for act in ("leave", "arrive"):
        with taken(phone):
            does(phone, act)
        expect(phone.locator("[data-state]")).to_have_attribute("data-state", act)
    meter = {"methane": "40", "oxygen": "20.1", "hydrogen_sulphide": "3", "carbon_monoxide": "0"}
    does(phone, "reading", **{f"value-{name}": value for name, value in meter.items()})
    until(phone, lambda: OrderEntry.objects.filter(order=led, act="reading").count() == 4)
    phone.locator(".crew-entries li", has_text="40 %LEL").locator("[data-act=correct]").click()
    with taken(phone):
        keeps(phone, value="4")
    expect(phone.locator(".crew-entries")).to_contain_text("已撤回或更正")
    with taken(phone):
        does(phone, "control", text="警戒、通风")
    phone.locator("[data-act=task]").first.click()
    with taken(phone):
        keeps(phone)
    led.refresh_from_db()
    assert (led.role, led.state) == ("lead", "controlled")
    desk.reload()
    expect(desk.locator(".chain .current")).to_contain_text("处置")
    assert PlanTask.objects.filter(organisation=bodies["heating_company"], state="done").count() == 1
    assert shift.complaints == []


def sends(page: Page, unit: Organisation, role: str) -> None:
    """The desk looks a unit up by a part of its name and sends it."""
    form = page.locator("form[action*='/orders/send/']")
    opens_fold(form)
    form.locator("[name=search]").fill(unit.name_zh[:3])
    expect(form.locator("[name=unit] option")).to_have_count(2)  # none, and the one that was looked for
    form.locator("[name=unit]").select_option(str(unit.pk))
    form.locator("[name=role]").select_option(role)
    with leads_on(page):
        form.locator("button.primary").click()
