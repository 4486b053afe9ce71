"""Observations that devices post to the HTTP door."""

import asyncio
import base64
import json
from typing import Any

import pytest

from tests.sensing.doors import NOW_MS, DoorInMemory, device
from tests.sensing.test_quotas import play
from tocsin.sensing.doors.api.http import Application
from tocsin.sensing.doors.rules.observations import MOST, Posted, posted_to
from tocsin.sensing.quarantine.rules import Reason

ROOT = "/sensorthings/v1.1"
THERE = f"{ROOT}/Datastreams(0)/Observations"
AT = "2025-11-24T16:00:00Z"
AT_MS = 1_764_000_000_000


async def post(
    door: DoorInMemory,
    body: Any,
    path: str = THERE,
    *,
    secret: str = "secret",  # noqa: S107 - of a device in memory
    method: str = "POST",
) -> tuple[int, Any, dict[bytes, bytes]]:
    answers: list[Any] = []
    basic = b"Basic " + base64.b64encode(f"well-1:{secret}".encode())
    scope = {"path": path, "method": method, "headers": [(b"authorization", basic)], "client": ("192.0.2.7", 1)}
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent}

    async def send(message: Any) -> None:
        answers.append(message)

    await Application(door.gatehouse)(scope, receive, send)
    return answers[0]["status"], json.loads(answers[1]["body"]), dict(answers[0]["headers"])


def test_an_observation_in_the_log_has_an_address() -> None:
    async def story(door: DoorInMemory) -> None:
        status, told, headers = await post(door, {"phenomenonTime": AT, "result": 12.5})
        assert (status, told["@iot.id"]) == (201, f"0-{AT_MS}")
        assert headers[b"location"].decode() == told["@iot.selfLink"] == f"{ROOT}/Observations('0-{AT_MS}')"
        assert door.log.rows() == [(0, AT_MS, 12.5)]
        status, told, _headers = await post(door, {"Datastream": {"@iot.id": 0}, "result": 13}, f"{ROOT}/Observations")
        assert (status, told["@iot.id"]) == (201, f"0-{NOW_MS}")
        assert len(door.log.rows()) == 2
        assert door.reasons() == {}

    play(story)


def test_a_result_is_in_the_unit_that_the_datastream_tells() -> None:
    async def story(door: DoorInMemory) -> None:
        other = device("well-1", methane=(0, lambda value: value * 20.0, ("methane", "pct_vol")))
        door.gatehouse.registry.devices["well-1"] = other
        assert (await post(door, {"phenomenonTime": AT, "result": 12.5}))[0] == 201
        assert door.log.rows() == [(0, AT_MS, 12.5)]

    play(story)


def test_quality_and_unknown_results_are_kept() -> None:
    async def story(door: DoorInMemory) -> None:
        assert (await post(door, {"phenomenonTime": AT, "result": 1, "resultQuality": "suspect"}))[0] == 201
        assert (await post(door, {"result": None}))[0] == 201
        assert [batch.quality.tolist() for batch in door.log.batches] == [[1], [2]]

    play(story)


@pytest.mark.parametrize(
    ("body", "word", "reason"),
    [
        (b"{", "", Reason.UNREADABLE),
        (b"[]", "expected one object", Reason.UNREADABLE),
        ({}, "a result", Reason.UNREADABLE),
        ({"result": "x"}, "number or null", Reason.UNREADABLE),
        ({"result": True}, "number or null", Reason.UNREADABLE),
        ({"result": 1, "parameters": {}}, "parameters", Reason.UNREADABLE),
        ({"result": 1, "Datastream": {"@iot.id": 5}}, "the address names", Reason.UNREADABLE),
        ({"result": 1, "Datastream": {"name": "new"}}, "by its id alone", Reason.UNREADABLE),
        ({"result": 1, "FeatureOfInterest": {"@iot.id": 5}}, "leave FeatureOfInterest out", Reason.UNREADABLE),
        ({"result": 1, "resultQuality": 3}, "good, suspect, bad", Reason.UNREADABLE),
        ({"result": 1, "phenomenonTime": "2025-11-24"}, "with its zone", Reason.UNREADABLE),
        ({"result": 1, "phenomenonTime": f"{AT}/{AT}"}, "one time", Reason.UNREADABLE),
        ({"result": 1, "phenomenonTime": "2099-11-24T00:00:00Z"}, "ahead", Reason.TIME_AHEAD),
        ({"result": 1, "phenomenonTime": "2020-11-24T00:00:00Z"}, "old", Reason.TIME_TOO_OLD),
    ],
)
def test_what_can_not_be_kept_is_set_aside_with_its_reason(body: Any, word: str, reason: Reason) -> None:
    async def story(door: DoorInMemory) -> None:
        status, told, _headers = await post(door, body)
        assert (status, told["error"]["message"]) == (400, told["message"])
        assert word in told["message"]
        assert door.reasons() == {reason: 1}
        assert door.log.rows() == []

    play(story)


def test_a_device_posts_to_its_own_datastreams_alone() -> None:
    async def story(door: DoorInMemory) -> None:
        assert (await post(door, {"result": 1}, f"{ROOT}/Datastreams(99)/Observations"))[0] == 400
        assert door.reasons() == {Reason.UNKNOWN_CHANNEL: 1}
        assert (await post(door, {"result": 1}, secret="wrong"))[0] == 401
        assert (await post(door, b"", method="GET"))[0] == 405
        assert (await post(door, {"result": 1}, f"{ROOT}/Things"))[0] == 404
        assert (await post(door, {"result": 1}, f"{ROOT}/Observations"))[0] == 400
        assert door.log.rows() == []

    play(story)


def test_arrays_of_data_are_answered_row_by_row() -> None:
    async def story(door: DoorInMemory) -> None:
        components = ["phenomenonTime", "result", "FeatureOfInterest/id"]
        block = {
            "Datastream": {"@iot.id": 0},
            "components": components,
            "dataArray@iot.count": 3,
            "dataArray": [[AT, 1, 0], [AT, "x", 0], ["2025-11-24T16:00:01Z", 2, None]],
        }
        status, told, _headers = await post(door, [block], f"{ROOT}/CreateObservations")
        assert (status, told) == (
            201,
            [f"{ROOT}/Observations('0-{AT_MS}')", "error", f"{ROOT}/Observations('0-{AT_MS + 1000}')"],
        )
        assert door.log.rows() == [(0, AT_MS, 1.0), (0, AT_MS + 1000, 2.0)]
        for wrong in ({}, [{}], [{"dataArray": []}], [{**block, "dataArray": [[AT, 1, 0]] * (MOST + 1)}]):
            assert (await post(door, wrong, f"{ROOT}/CreateObservations"))[0] == 400

    play(story)


def test_nothing_is_told_before_it_is_in_the_log() -> None:
    async def story(door: DoorInMemory) -> None:
        door.log.is_down = True
        posting = asyncio.create_task(post(door, {"phenomenonTime": AT, "result": 1}))
        for _turn in range(50):
            await asyncio.sleep(0)
        assert not posting.done()
        door.log.is_down = False
        assert (await posting)[0] == 201

    play(story)


def test_addresses() -> None:
    assert posted_to("/sensorthings/v1.1/Datastreams('17')/Observations/") == Posted(17)
    assert posted_to("/sensorthings/v1.1/CreateObservations") == Posted(together=True)
    for other in (
        "/v1/readings",
        "/sensorthings/v1.1/Datastreams(a)/Observations",
        "/sensorthings/v1.1/Datastreams/Observations",
    ):
        assert posted_to(other) is None
