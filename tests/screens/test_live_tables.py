"""What browsers hear of is a table: one from a folder that no subject knows is told like any other."""

import asyncio
import json
from collections.abc import Iterator

import msgspec
import pytest
from django.test import override_settings

from tocsin.bus.envelope import Event
from tocsin.screens.live.hub import Hub, Listener
from tocsin.screens.live.tables import LiveEvents, LiveObjects, Texts, live_entries, live_permissions


class RoadDug(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody digs."""

    NAME = "roads.RoadDug"
    road_id: str
    depth_m: float


def render(identities: list[str], languages: set[str]) -> Texts:
    return {(one, language): json.dumps({"road": one, "in": language}) for one in identities for language in languages}


LIVE = (
    LiveEvents(
        name="dug",
        kinds=(RoadDug,),
        permission="roads.see",
        tell=lambda event: {"depth_m": event.depth_m} if event.depth_m else None,
    ),
    LiveObjects(name="road", kinds=(RoadDug,), permission="roads.manage", key="road_id", render=render),
)


@pytest.fixture(autouse=True)
def _tables() -> Iterator[None]:
    live_entries.cache_clear()
    with override_settings(LIVE=(f"{__name__}:LIVE",)):
        yield
    live_entries.cache_clear()


def dug(road: str, depth_m: float, region: str = "370213") -> Event:
    data = {"road_id": road, "depth_m": depth_m}
    return Event(id="1", at="2026-01-03T05:00:00Z", name="roads.RoadDug", version=1, region=region, data=data)


def test_an_event_reaches_who_may_see_it_and_an_object_is_told_once() -> None:
    async def play() -> list[list[str]]:
        listeners = [
            Listener({"roads.see": ("3702",)}, "en"),
            Listener({"roads.manage": ("370213",)}, "zh-hans"),
            Listener({"roads.see": ("370202",), "roads.manage": ("370202",)}, "en"),
        ]
        await Hub()._hand_on([(1, dug("a", 2.0)), (2, dug("a", 0.0)), (3, dug("b", 1.5))], listeners)
        return [[listener._texts.get_nowait() or "" for _ in range(listener._texts.qsize())] for listener in listeners]

    assert asyncio.run(play()) == [
        ['id: 1\nevent: dug\ndata: {"depth_m":2.0}\n\n', 'id: 3\nevent: dug\ndata: {"depth_m":1.5}\n\n'],
        [
            'id: 2\nevent: road\ndata: {"road": "a", "in": "zh-hans"}\n\n',
            'id: 3\nevent: road\ndata: {"road": "b", "in": "zh-hans"}\n\n',
        ],
        [],
    ]


NEXT_DOOR = (
    LiveEvents(
        name="dug",
        kinds=(RoadDug,),
        permission="roads.see",
        tell=lambda event: {"road": event.road_id},
        regions=lambda _event: ("370202",),
    ),
)


def test_an_event_reaches_whoever_it_concerns_elsewhere_once() -> None:
    async def play() -> list[int]:
        listeners = [Listener({"roads.see": (code,)}, "en") for code in ("3702", "370202", "370213", "3706")]
        with override_settings(LIVE=(f"{__name__}:NEXT_DOOR",)):
            live_entries.cache_clear()
            await Hub()._hand_on([(1, dug("a", 2.0))], listeners)
        return [listener._texts.qsize() for listener in listeners]

    assert asyncio.run(play()) == [1, 1, 1, 0]


def test_the_stream_is_cut_by_the_permissions_of_the_tables() -> None:
    assert live_permissions() == ("roads.see", "roads.manage")
