"""Alarms by hand: planned works and silences with a second person, acts on many at once, a noisy rule made quieter by two."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import one_driver
from tests.browser.city import FLAGS, SOFTWARE_GRAPHICS
from tests.browser.hands import signs_in
from tests.clocks import stand_at
from tests.people import make_named_person
from tests.programs import CHROMIUM
from tests.warning.district import NOW, detection, make_district
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.records.versions.models import PolicyVersion
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.covered import follow_covers
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.covers.models import Cover
from tocsin.warning.detection.policy import load_profiles

pytestmark = [pytest.mark.browser, pytest.mark.one_database, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> tuple[User, User]:
    """The officer on duty and the leader of the shift, of the duty room."""
    stand_at(monkeypatch, NOW)
    make_district()
    room = ensure_organisations("370213")["government_duty_room"]
    return make_named_person("li", "duty_officer", room), make_named_person("wang", "shift_leader", room)


@pytest.fixture
def screen(people: tuple[User, User], tmp_path: Path) -> Iterator[BrowserContext]:
    with one_driver() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=CHROMIUM,
            locale="zh-CN",
            viewport={"width": 1600, "height": 900},
            args=[*FLAGS, *SOFTWARE_GRAPHICS],
        )
        yield context
        context.close()


def rings(minute: float, sensor: int, level: AlarmLevel = AlarmLevel.ORANGE) -> Alarm:
    moment = NOW + timedelta(minutes=minute)
    apply_detections(detections=[detection(level=level, sensor=sensor, ts=ms_from_datetime(moment))], now=moment)
    return Alarm.objects.get(sensor__index=sensor)


def enters(page: Page, kind: str, what: str, **fields: str) -> Cover:
    """Fills the form of the register; fields by their name."""
    page.locator("main details.card > summary").click()
    page.locator("#w-kind").select_option(kind)
    page.locator("#w-what").fill(what)
    for name, value in fields.items():
        page.locator(f"form[action$='/works/enter/'] [name={name}]").fill(value)
    page.locator("form[action$='/works/enter/'] button.primary").click()
    expect(page.locator("h1")).to_have_text(what)
    return Cover.objects.get(what=what)


def end_calibration(cover: Cover) -> None:
    """Its time is over; nobody has looked yet."""
    Cover.objects.filter(pk=cover.pk).update(begins_at=NOW - timedelta(hours=3), ends_at=NOW)


def test_a_calibration_is_announced_and_a_silence_ends_and_rings(
    screen: BrowserContext, people: tuple[User, User], live_server: Any
) -> None:
    li, wang = people
    page = screen.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())

    signs_in(screen, li, live_server)
    page.goto(f"{live_server.url}/works/")
    cover = enters(page, "calibration", "季度标定", who="仪表班", contact="0532-1", device_code="WELL-1")
    expect(page.locator(".badge.warn")).to_have_text("待第二人确认")
    expect(page.get_by_role("button", name="作为第二人确认")).to_have_count(0)

    signs_in(screen, wang, live_server)
    page.goto(f"{live_server.url}/notices/")
    page.get_by_text("报警静默须第二人确认").first.wait_for()
    page.goto(f"{live_server.url}/works/{cover.pk}/")
    page.get_by_role("button", name="作为第二人确认").click()
    page.get_by_text("已确认。").wait_for()

    red = rings(1, 0, AlarmLevel.RED)  # gas at the highest level, on two persons' word
    page.goto(f"{live_server.url}/alarms/{red.pk}/")
    expect(page.locator("#drawer .drawer-state")).to_contain_text("标定校准")
    expect(page.locator("#drawer .figures")).to_contain_text("27 %LEL")  # no reading is hidden
    expect(page.locator("#drawer")).to_contain_text("季度标定")
    rung = page.request.get(f"{live_server.url}/api/v1/warning/alarms").json()["items"]
    assert [(one["state"], one["rings"], one["cover"]["what"]) for one in rung] == [("suppressed", False, "季度标定")]

    page.goto(f"{live_server.url}/works/")
    silence = enters(page, "silence", "演练占用该路段", lon="120.4", lat="36.2", radius_m="200")
    end_calibration(cover)
    hot = rings(2, 1)
    assert hot.state == "suppressed"
    page.locator("#e-reason").fill("演练取消")
    page.get_by_role("button", name="立即结束").click()
    page.get_by_text("已结束：仍未恢复的报警重新响铃。").wait_for()
    assert Cover.objects.get(pk=silence.pk).ended_by == wang

    assert follow_covers(now=NOW) == 2
    page.goto(f"{live_server.url}/alarms/?cover={silence.pk}")
    expect(page.locator("#rows tbody tr")).to_contain_text("未确认")
    assert complaints == []


def test_many_alarms_are_acknowledged_with_one_reason(
    screen: BrowserContext, people: tuple[User, User], live_server: Any
) -> None:
    rings(1, 0), rings(1, 1), rings(1, 2)
    page = screen.new_page()
    signs_in(screen, people[0], live_server)
    page.goto(f"{live_server.url}/alarms/")
    expect(page.locator("#many")).to_be_hidden()
    page.locator("[data-choose-all]").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("已选 3 条")
    page.locator("#many input[name=reason]").fill("全区停电")
    page.locator("#many button[value=acknowledge]").click()
    page.get_by_text("已处理 3 行。").wait_for()
    assert set(Alarm.objects.values_list("state", flat=True)) == {"active_acknowledged"}


def test_a_noisy_rule_is_made_quieter_by_two_persons(
    screen: BrowserContext, people: tuple[User, User], live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    saw = [*[10.0, 21.0, 21.0, 15.0, 15.0, 15.0] * 8, *[5.0] * 10]  # it rings and ends eight times
    times = [ms_from_datetime(NOW - timedelta(hours=2)) + 60_000 * k for k in range(len(saw))]
    past = Readings.of(sensor=[0] * len(saw), ts=times, value=saw)

    class Kept:
        def read(self, sensors: list[int], from_ms: int, to_ms: int) -> Readings:
            return past

    monkeypatch.setattr("tocsin.warning.detection.queries.trials.history", Kept)
    monkeypatch.setattr("tocsin.sensing.face.history", Kept)
    noisy = rings(-1, 0)
    engineer = make_named_person("zhao", "rule_engineer", people[0].organisation)
    page = screen.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    signs_in(screen, engineer, live_server)
    page.goto(f"{live_server.url}/quality/{noisy.pk}/")
    proposed = page.locator("tr.selected")
    proposed.locator("input[name=reason]").fill("整夜反复响铃")
    proposed.get_by_role("button", name="起草并在本区域试算").click()
    page.wait_for_url("**/policy/versions/**")
    expect(page.locator("main")).to_contain_text("clear_readings")
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)  # not by who drafted it

    signs_in(screen, people[1], live_server)
    page.goto(f"{live_server.url}/notices/")
    page.get_by_text("拟调整频发报警规则").first.wait_for()
    version = PolicyVersion.objects.get()
    page.goto(f"{live_server.url}/policy/versions/{version.pk}/")
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)
    version.refresh_from_db()
    assert (version.confirmed_by, version.made_by) == (people[1], engineer)
    assert load_profiles(region="370213").named("methane").high[0].clear_readings == 9
