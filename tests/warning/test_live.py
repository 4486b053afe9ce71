"""Live updates: cut to the region, told once, resumed where a browser left off."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client

from tests.people import make_person
from tests.warning.district import NOW, detection, make_district
from tocsin.bus.envelope import Event
from tocsin.portal import live
from tocsin.screens.budgets.policy import BUDGETS
from tocsin.screens.live import hub as live_hub
from tocsin.screens.live.hub import Hub, Listener, Scope, SensorRegions, event_text, reaches
from tocsin.screens.live.tables import LiveReadings
from tocsin.sensing.health.consumers import LIVE as OF_SENSORS
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services import detections as services
from tocsin.warning.console.consumers import render_alarms

PERMISSIONS = ("alarms.see", "diagnosis.see", "sensors.see", "cases.see")
EVERYWHERE: Scope = dict.fromkeys(PERMISSIONS, ("",))
LICANG_ONLY: Scope = dict.fromkeys(PERMISSIONS, ("370213",))
ELSEWHERE: Scope = dict.fromkeys(PERMISSIONS, ("370202",))


def texts(listener: Listener) -> list[str]:
    found = []
    while not listener._texts.empty():
        found.append(listener._texts.get_nowait() or "end")
    return found


def names(listener: Listener) -> list[str]:
    return [line.removeprefix("event: ") for text in texts(listener) for line in text.splitlines() if line.startswith("event")]


DIAGNOSED: dict[str, Any] = {"diagnosis_id": "d", "cause": "c", "probability": 0.5}


def event(name: str, region: str = "370213", **data: object) -> Event:
    return Event(id="1", at="2026-01-03T05:00:00Z", name=name, version=1, region=region, data=data)


def test_an_event_is_written_as_the_standard_says() -> None:
    assert event_text("time", {"now": "x"}, 7) == 'id: 7\nevent: time\ndata: {"now":"x"}\n\n'


def test_prefixes_reach_what_lies_within() -> None:
    assert reaches(("37",), "370213")
    assert reaches(("",), "370213")
    assert not reaches(("370202", "3703"), "370213")
    assert not reaches((), "370213")


def test_a_slow_browser_is_told_to_begin_anew() -> None:
    async def play() -> list[str]:
        listener = Listener(EVERYWHERE, "en")
        for number in range(live_hub.WAITING + 1):
            listener.send(event_text("alarm", number))
        return names(listener)

    assert asyncio.run(play()) == ["reset", "alarm"]


def test_health_and_diagnoses_reach_only_their_region() -> None:
    async def play() -> tuple[list[str], list[str]]:
        hub, near, far = Hub(), Listener(LICANG_ONLY, "en"), Listener(ELSEWHERE, "en")
        events = [
            (1, event("sensing.SensorHealthChanged", sensor_id="s", index=3, health="silent", since_ms=0)),
            (2, event("warning.DiagnosisMade", alarm_id="a", **DIAGNOSED)),
            (3, event("jurisdiction.Whatever")),
        ]
        await hub._hand_on(events, [near, far])
        return names(near), names(far)

    assert asyncio.run(play()) == (["health", "diagnosis"], [])


def test_news_of_cases_name_every_case_and_reach_only_who_sees_cases() -> None:
    async def play() -> tuple[list[str], list[str]]:
        sees, alarms_only = Listener({"cases.see": ("3702",)}, "en"), Listener({"alarms.see": ("3702",)}, "en")
        merged = event("command.CasesMerged", case_id="a", merged_case_id="b", by_machine=True)
        written = event("command.NoticesWritten", case_id="", notice_ids=[])
        await Hub()._hand_on([(1, merged), (2, written)], [sees, alarms_only])
        return texts(sees), names(alarms_only)

    told = 'id: 1\nevent: case\ndata: {"name":"command.CasesMerged","case_ids":["a","b"]}\n\n'
    assert asyncio.run(play()) == ([told], ["news"])


def test_who_comes_back_gets_what_was_missed_or_is_told_to_begin_anew() -> None:
    async def play(last: int) -> list[str]:
        hub, listener = Hub(), Listener(EVERYWHERE, "en")
        hub._recent.extend((number, event("warning.DiagnosisMade", alarm_id=str(number), **DIAGNOSED)) for number in (5, 6, 7))
        hub._sequence = 7
        await hub._catch_up(listener, last)
        return names(listener)

    assert asyncio.run(play(5)) == ["diagnosis", "diagnosis"]
    assert asyncio.run(play(7)) == []
    assert asyncio.run(play(1)) == ["reset"]  # more was missed than is remembered
    assert asyncio.run(play(90)) == ["reset"]  # a place in another log


def test_who_missed_very_much_loads_anew_and_holds_up_nobody() -> None:
    """Rendering what one browser missed would delay all others: more than so many are not told one by one."""
    most = BUDGETS.current().stream.missed

    async def play(last: int) -> tuple[list[str], list[str]]:
        hub, listener = Hub(), Listener(EVERYWHERE, "en")
        used: list[str] = []

        async def noted(thread: ThreadPoolExecutor, function: Callable[..., object], *arguments: object) -> object:
            used.append(thread._thread_name_prefix)
            return {}

        hub._in_thread = noted  # type: ignore[method-assign]
        changes = [
            event("warning.AlarmChanged", alarm_id=str(k), act="raised", state="active", level=4) for k in range(most + 50)
        ]
        hub._recent.extend(enumerate(changes, 1))
        hub._sequence = most + 50
        await hub._catch_up(listener, last)
        return names(listener), used

    assert asyncio.run(play(1)) == (["reset"], [])
    assert asyncio.run(play(most)) == ([], ["live-afterwards"])  # not the thread of the hub


@pytest.mark.django_db(transaction=True)
def test_an_alarm_that_changed_twice_is_told_once_in_the_readers_language() -> None:
    make_district()
    services.apply_detections(detections=[detection()], now=NOW)
    alarm = Alarm.objects.get()
    rendered = {key: json.loads(text) for key, text in render_alarms([str(alarm.pk)], {"en", "zh-hans"}).items()}
    assert rendered[str(alarm.pk), "en"]["title"] == "Combustible gas 27 %LEL"
    assert rendered[str(alarm.pk), "en"]["raised_at"].endswith("Z")

    async def play() -> list[str]:
        hub, listener = Hub(), Listener(EVERYWHERE, "en")

        async def at_once(thread: object, function: Callable[..., object], *arguments: object) -> object:
            return {(str(alarm.pk), "en"): "{}"}

        hub._in_thread = at_once  # type: ignore[method-assign]  # the thread has no access to the test's transaction
        changes = [
            (k, event("warning.AlarmChanged", alarm_id=str(alarm.pk), act="raised", state="active", level=4)) for k in (1, 2)
        ]
        await hub._hand_on(changes, [listener])
        return texts(listener)

    assert asyncio.run(play()) == ["id: 2\nevent: alarm\ndata: {}\n\n"]


@pytest.mark.django_db
def test_readings_are_cut_to_the_region(district: list[int]) -> None:
    (readings,) = (one for one in OF_SENSORS if isinstance(one, LiveReadings))
    regions = SensorRegions()
    regions.cover(3, readings)
    sensors = np.array([0, 3, 1], np.int32)
    assert regions.within(sensors, ("370213",)).tolist() == [True, False, True]
    assert regions.within(sensors, ("",)).tolist() == [True, True, True]
    assert regions.within(sensors, ()).tolist() == [False, False, False]


def ask(client: AsyncClient, **headers: str) -> int:
    """Status of an answer; the thread in which Django asked the database lets its connection go."""

    async def play() -> int:
        answer = await client.get("/live/", headers=headers)
        await sync_to_async(connections.close_all)()
        return int(answer.status_code)

    return asyncio.run(play())


@pytest.mark.django_db(transaction=True)
def test_strangers_and_wrong_tokens_get_no_stream() -> None:
    assert ask(AsyncClient()) == 401
    assert ask(AsyncClient(), Authorization="Bearer tocsin_wrong") == 401


@pytest.mark.django_db(transaction=True)
def test_who_may_see_no_alarm_gets_no_stream() -> None:
    browser, client = Client(), AsyncClient()
    browser.force_login(make_person("audit_administrator"))
    client.cookies = browser.cookies
    assert ask(client) == 403


@pytest.mark.django_db(transaction=True)
def test_one_person_opens_only_so_many_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, client = Client(), AsyncClient()
    person = make_person("viewer")
    browser.force_login(person)
    client.cookies = browser.cookies
    monkeypatch.setitem(live._open, person.pk, BUDGETS.current().stream.of_person)
    assert ask(client) == 429


def test_a_stream_that_ends_is_counted_no_more() -> None:
    async def play() -> None:
        async with live._counted("a person"):
            assert live._open["a person"] == 1

    asyncio.run(play())
    assert "a person" not in live._open
