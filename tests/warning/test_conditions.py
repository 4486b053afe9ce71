"""Conditions over several sensors in service: they ring once, name what was true, hold, and end; a city switches them on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client

from tests.people import LICANG, make_person
from tests.warning.district import NOW, NOW_MS, detection
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.city_file import Imported, import_policy
from tocsin.records.versions.services.versions import NewVersion
from tocsin.screens.clock import current_time
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries import expected
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.alarms.shown.sentences import alarm_reasons, alarm_title
from tocsin.warning.conditions.policy import CONDITIONS, read_conditions
from tocsin.warning.conditions.services import ConditionWatch

HOUR_MS = 3_600_000
GAS_AND_WARMTH = """
[[condition]]
code = "warm_gas"
zh = "甲烷报警且升温"
en = "Gas where the ground warms"
level = "orange"
within_m = 100.0
hold_s = 60.0
clear_s = 120.0
source = "a test"
confidence = "C"
[[condition.term]]
measure = "alarm"
quantity = "methane"
level = "yellow"
[[condition.term]]
measure = "value"
quantity = "temperature"
at_least = 30.0
"""


def put_in(text: str) -> None:
    about = Imported(source="a test", confidence="C", reason="tried")
    actor, second = (
        User.objects.filter(username=f"{role}-{EVERYWHERE}").first() or make_person(role, EVERYWHERE)
        for role in ("rule_engineer", "supervisor")
    )
    import_policy(actor=actor, second=second, text=text, about=about)


def conditions(text: str) -> str:
    return text.replace("[[condition", "[[warning.conditions.condition").replace("[[section", "[[warning.conditions.section")


@pytest.fixture
def warm_gas(district: list[int]) -> None:
    put_in(conditions(GAS_AND_WARMTH))


def read(channel: str, value: float, ts: int = NOW_MS) -> None:
    Sensor.objects.filter(device__code="WELL-1", channel=channel).update(last_ts=ts, last_value=value)


def look(watch: ConditionWatch, seconds: float) -> int:
    return watch.look(now=NOW + timedelta(seconds=seconds))


def of_conditions() -> Any:
    return Alarm.objects.filter(rule__startswith="condition:")


def test_gas_and_warmth_ring_together_after_their_hold_and_end_after_theirs(warm_gas: None) -> None:
    watch = ConditionWatch()
    read("temperature", 35.0)
    assert look(watch, 0) == 0 and not of_conditions().exists(), "warmth alone is none"
    apply_detections(detections=[detection(level=AlarmLevel.YELLOW)], now=NOW)
    assert [look(watch, seconds) for seconds in (1, 30, 61, 70)] == [0, 0, 1, 0]
    alarm = of_conditions().get()
    assert (alarm.rule, alarm.level, alarm.sensor and alarm.sensor.index) == ("condition:warm_gas", AlarmLevel.ORANGE, 0)
    assert alarm.figures == {"0:0": 2.0, "1:1": 35.0}
    assert alarm_title(alarm) == "Gas where the ground warms"
    assert alarm_reasons(alarm) == [
        "Combustible gas: an alarm of level 3 (yellow) or higher: WELL-1 methane level 3 (yellow).",
        "Temperature at 30 °C or above: WELL-1 temperature 35 °C.",
    ]
    read("temperature", 20.0)
    assert [look(watch, seconds) for seconds in (80, 190)] == [0, 0]
    assert look(ConditionWatch(), 195) == 0, "after a restart the way back begins anew"
    assert look(watch, 201) == 1
    alarm.refresh_from_db()
    assert alarm.state == "returned_unacknowledged"


def test_a_restart_rings_nothing_twice(warm_gas: None) -> None:
    watch = ConditionWatch()
    read("temperature", 35.0)
    apply_detections(detections=[detection(level=AlarmLevel.YELLOW)], now=NOW)
    look(watch, 0)
    assert look(watch, 60) == 1
    again = ConditionWatch()
    assert [look(again, seconds) for seconds in (70, 140, 300)] == [0, 0, 0]
    assert of_conditions().count() == 1


def test_an_old_reading_says_nothing(warm_gas: None) -> None:
    watch = ConditionWatch()
    read("temperature", 35.0, NOW_MS - 2 * HOUR_MS)
    apply_detections(detections=[detection(level=AlarmLevel.YELLOW)], now=NOW)
    assert [look(watch, seconds) for seconds in (0, 100)] == [0, 0]


def test_a_sensor_that_falls_silent_does_not_end_it(warm_gas: None) -> None:
    watch = ConditionWatch()
    read("temperature", 35.0)
    apply_detections(detections=[detection(level=AlarmLevel.YELLOW)], now=NOW)
    assert [look(watch, seconds) for seconds in (0, 60)] == [0, 1]
    assert [look(watch, seconds) for seconds in (4000, 5000)] == [0, 0]
    assert of_conditions().get().state == "active_unacknowledged"


def test_what_is_switched_off_ends(warm_gas: None) -> None:
    watch = ConditionWatch()
    read("temperature", 35.0)
    apply_detections(detections=[detection(level=AlarmLevel.YELLOW)], now=NOW)
    look(watch, 0), look(watch, 60)
    put_in(conditions(GAS_AND_WARMTH.replace('level = "orange"', 'level = "orange"\non = false')))
    assert [look(watch, seconds) for seconds in (70, 200)] == [0, 1]
    assert of_conditions().get().state == "returned_unacknowledged"


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    history = History(tmp_path)
    monkeypatch.setattr(expected, "history", lambda: history)
    return history


def test_rain_is_added_up_over_hours(district: list[int], history: History) -> None:
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="RAIN", region_code=LICANG)],
        sensors=[NewSensor(device_code="RAIN", channel="rain", quantity="rainfall", lon=120.4, lat=36.2, name="Roof")],
    )
    ts = np.arange(NOW_MS - 6 * HOUR_MS, NOW_MS, 600_000)
    history.append(Readings.of(sensor=np.full(len(ts), 4), ts=ts, value=np.full(len(ts), 10.0)), version=1)
    assert look(ConditionWatch(), 0) == 2
    rung = {alarm.rule: alarm for alarm in of_conditions()}
    assert set(rung) == {"condition:rain_blue", "condition:rain_yellow"}, "60 mm in 6 h and in 12 h, 30 mm in 3 h"
    assert rung["condition:rain_yellow"].value == 60.0
    assert alarm_reasons(rung["condition:rain_yellow"]) == ["Rainfall of the last 6 h adds up to 50 or more: Roof 60."]


def test_a_section_that_loses_water(district: list[int], history: History) -> None:
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="DMA", region_code=LICANG)],
        sensors=[
            NewSensor(device_code="DMA", channel=channel, quantity="flow", lon=120.4, lat=36.2, name=channel)
            for channel in ("in", "out")
        ],
    )
    section = '[[section]]\ncode = "dma"\nzh = "一区"\nen = "Zone"\ninto = ["DMA/in"]\nout = ["DMA/out"]\n'
    put_in(conditions(section))
    ts = np.arange(NOW_MS - 26 * HOUR_MS, NOW_MS, 600_000)
    for index, flow in ((4, 100.0), (5, 80.0)):
        history.append(Readings.of(sensor=np.full(len(ts), index), ts=ts, value=np.full(len(ts), flow)), version=index)
    assert look(ConditionWatch(), 0) == 1
    alarm = of_conditions().get()
    assert (alarm.rule, alarm.value) == ("condition:section_loss", pytest.approx(0.2))
    assert "20 %" in alarm_reasons(alarm)[0]


WRONG = {
    "an unknown quantity": ('quantity = "methane"', 'quantity = "love"', "unknown quantity"),
    "two limits": ("at_least = 30.0", "at_least = 30.0\nat_most = 3.0", "either at_least or at_most"),
    "an alarm without a level": (
        'quantity = "methane"\nlevel = "yellow"',
        'quantity = "methane"\nat_least = 1.0',
        "level and rule",
    ),
    "a rule that raises nothing": ('level = "yellow"', 'level = "yellow"\nrule = "stuck"', "raises alarms"),
    "more than there are": ("within_m", "need = 3\nwithin_m", "need is 1 to"),
    "an unknown key": ("hold_s", "holds", "holds"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_policy_with_a_slip_is_refused_by_name(case: str) -> None:
    old, new, told = WRONG[case]
    frame = "every_s = 10\nmeasured_every_s = 600\nfresh_s = 3600\nmost_bands = 500\n"
    assert read_conditions((frame + GAS_AND_WARMTH).encode(), "file").by_code["warm_gas"].need == 2
    with pytest.raises((ValueError, InvalidInput), match=told):
        read_conditions((frame + GAS_AND_WARMTH.replace(old, new)).encode(), "file")


def test_a_draft_is_tried_on_the_present(district: list[int]) -> None:
    read("temperature", 35.0, ms_from_datetime(current_time()))
    row = versions.draft_version(
        actor=make_person("rule_engineer", LICANG),
        policy=CONDITIONS.name,
        new=NewVersion(text=GAS_AND_WARMTH.replace("100.0", "100.0\nneed = 1"), region_code=LICANG, source="a test"),
    )
    shown = versions.try_version(actor=row.made_by, version_id=row.pk).trial["shown"]
    assert (shown["warm_gas.holds"], shown["warm_gas.rings"]) == (1, 0)


def test_the_page_and_the_api_show_what_is_in_force(warm_gas: None, officer: User) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    page = client.get("/conditions/").content.decode()
    assert "Gas where the ground warms" in page and "all of them, within 100 m" in page
    told = client.get("/api/v1/warning/conditions").json()
    assert {one["code"] for one in told} == set(CONDITIONS.current().by_code) == {"warm_gas"}
    client.force_login(make_person("firm_officer", LICANG))
    assert client.get("/api/v1/warning/conditions").status_code == 403
