"""Where it is, on a phone of 360 px: by where the phone is, on a map by keyboard, by a sign's code; and without a network."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import one_chromium
from tests.clocks import stand_at
from tests.mobilisation.test_app_launches import app as app
from tests.mobilisation.test_app_launches import signed
from tests.mobilisation.test_sealed_identity import officers as officers
from tests.people import make_person
from tests.supervision.firms import NOW
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import SealedIdentity
from tocsin.mobilisation.hazard_reports.rules.sealing import Slot

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
HERE, FAR = {"longitude": 120.4275, "latitude": 36.147}, {"longitude": 2.35, "latitude": 48.85}


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    stand_at(monkeypatch, NOW)
    with one_chromium() as opened:
        yield opened


def test_the_place_is_set_by_the_phone_on_a_map_and_in_words(browser: Browser, live_server: Any) -> None:
    ensure_regions()
    make_person("report_officer", organisation="emergency_bureau")
    complaints: list[str] = []
    phone = browser.new_context(
        locale="zh-CN", viewport={"width": 360, "height": 760}, has_touch=True, permissions=["geolocation"], geolocation=FAR
    )
    page = phone.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/hazard/")
    page.wait_for_selector("body[data-ready=true]")
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.get_by_text("不在本机关辖区内")).to_be_visible()  # told, not refused
    phone.set_geolocation(HERE)
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.get_by_text("该位置属于李沧区")).to_be_visible()
    expect(page.locator("select[name=region]")).to_have_value("370213")
    page.get_by_role("button", name="在地图上标出").click()
    expect(page.locator(".maplibregl-marker")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="去掉位置").click()
    expect(page.locator(".maplibregl-marker")).to_have_count(0)
    page.locator(".maplibregl-canvas").press("Enter")  # a keyboard alone is enough
    expect(page.locator(".maplibregl-marker")).to_be_visible()
    expect(page.locator(".hazard-position")).to_contain_text("36.147")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.set_offline(True)
    page.reload()
    expect(page.locator(".hazard-position")).to_contain_text("36.147")
    page.get_by_role("button", name="使用我的位置").click()
    expect(page.get_by_text("该位置属于李沧区")).to_be_visible()  # the phone knows the counties without a network
    assert complaints == []


def test_an_app_opens_the_page_once(browser: Browser, live_server: Any, app: None, officers: dict[Slot, User]) -> None:
    page = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 760}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    text = signed()
    page.goto(f"{live_server.url}/hazard/#app={text}")
    expect(page.locator("[data-app]")).to_contain_text("刘举报")
    assert page.evaluate("location.href") == f"{live_server.url}/hazard/" and not any(text in url for url in asked)
    page.locator("textarea[name=text]").fill("车间安全出口夜间被锁住")
    page.locator(".hazard-listed summary").click()
    page.locator("input[name=situation]").fill("有人偷挖保安矿柱")  # the list came with the page; keys alone are enough
    page.locator("input[name=situation]").press("Enter")
    expect(page.locator("[data-situation]")).to_contain_text("违法开采保安矿柱")
    page.get_by_role("button", name="不属于所列情形").click()
    page.locator(".hazard-choice").click()
    expect(page.locator("select[name=kind]")).to_have_value("breach")
    page.locator("select[name=region]").select_option("370213")
    page.get_by_role("button", name="提交举报").click()
    expect(page.locator(".hazard-sent")).not_to_have_attribute("data-number", "", timeout=20_000)
    report = SealedIdentity.objects.get().report
    assert (report.channel, report.situation) == ("app", "mine_safety_pillar")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/hazard/#app={text}")
    expect(other.get_by_role("alert")).to_contain_text("已使用过")
    expect(other.get_by_role("button", name="提交举报")).to_be_visible()  # without a name it goes on
