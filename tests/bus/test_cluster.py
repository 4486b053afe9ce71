"""A cluster of three instead of the embedded bus: what was acknowledged stays, once and in order, whichever server dies."""

import asyncio
import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bus.cluster import RunningCluster
from tests.bus.test_log import batch, read_values
from tests.warning.dealt import as_rows, in_history
from tocsin.base.errors import Unavailable
from tocsin.base.time import Clock
from tocsin.bus.connection import Connection, connect
from tocsin.bus.streams import DETECTIONS, READINGS
from tocsin.engine.columns import Readings
from tocsin.warning.detection.loops import detector as detection
from tocsin.warning.detection.loops.detector import DetectionLoop
from tocsin.warning.detection.policy import load_profiles
from tocsin.warning.detection.queries.registry import Registry

BATCHES = 600
KILL_AT, RESTART_AT, KILL_ANOTHER_AT = 150, 300, 420
SENSORS = 3
EVENING_MS = 1_764_547_200_000

pytestmark = [pytest.mark.one_database, pytest.mark.timeout(240)]


@pytest.fixture
def cluster(tmp_path: Path, settings: Any) -> Iterator[RunningCluster]:
    """Three servers to which `connect()` leads."""
    running = RunningCluster(tmp_path)
    settings.CONFIGURATION = dataclasses.replace(
        settings.CONFIGURATION, data=tmp_path, nats_url=running.url, log_replicas=0, log_gigabytes=0.2
    )
    yield running
    running.stop()


async def publish_surely(connection: Connection, readings: Readings, message_id: str) -> None:
    """As a door does."""
    while True:
        try:
            await connection.publish_readings(readings, message_id=message_id)
            return
        except Unavailable:
            await asyncio.sleep(0.1)


async def hurt(cluster: RunningCluster, number: int, victims: list[int]) -> None:
    """Kills who leads the readings' stream, lets it come back, and kills who leads then."""
    if number in (KILL_AT, KILL_ANOTHER_AT):
        victims.append(await cluster.leader(READINGS))
        cluster.kill(victims[-1])
    elif number == RESTART_AT:
        cluster.restart(victims[-1])


def test_what_a_cluster_acknowledged_stays_once_and_in_order(cluster: RunningCluster) -> None:
    async def story() -> None:
        victims: list[int] = []
        async with await connect() as connection:
            reading = asyncio.create_task(read_values(connection, 1, BATCHES))
            for number in range(BATCHES):
                await hurt(cluster, number, victims)
                await publish_surely(connection, batch(number, 1), f"m{number}")
            async with asyncio.timeout(60):
                assert await reading == list(range(BATCHES)), "whoever reads all the time"
            assert await read_values(connection, 1, BATCHES) == list(range(BATCHES)), "whoever reads afterwards"
            assert await connection.sequences(READINGS) == (1, BATCHES)
        assert len(victims) == 2

    asyncio.run(story())


def test_bundles_of_detections_keep_their_order_whoever_leads(cluster: RunningCluster) -> None:
    """Bundle after bundle as detectors publish them, each again after a failure, while leaders die."""

    async def story() -> None:
        ids = [f"d{number}" for number in range(BATCHES)]
        bundles = [ids[start : start + 20] for start in range(0, BATCHES, 20)]
        async with await connect() as connection:
            for number, bundle in enumerate(bundles):
                if number == 10:
                    cluster.kill(await cluster.leader(DETECTIONS))
                while True:
                    try:
                        await connection.publish_detections([(one, one.encode()) for one in bundle])
                        break
                    except Unavailable:
                        await asyncio.sleep(0.1)
                await connection.publish_detections([(one, one.encode()) for one in bundle[::7]])  # found again: dropped
            assert await read_back(connection) == ids

    asyncio.run(story())


async def read_back(connection: Connection) -> list[str]:
    """All detections of the log; asked again while a cluster that has lost its leader does not answer."""
    limit = time.monotonic() + 60
    while True:
        try:
            first, last = await connection.sequences(DETECTIONS)
            return [one.payload.decode() async for one in connection.copy_log(DETECTIONS, first, last)]
        except Unavailable:
            assert time.monotonic() < limit, "the log was silent for a minute"
            await asyncio.sleep(0.5)


def test_nothing_stands_twice_in_the_history_of_a_detector_on_a_cluster(
    cluster: RunningCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = load_profiles().named("methane")
    known = Registry(1, (profile,), np.zeros(SENSORS, np.int16), np.full(SENSORS, 60_000), np.full(SENSORS, 0.1))
    monkeypatch.setattr(detection, "_load_registry", lambda _known=None: known)
    monkeypatch.setattr(detection, "_standing_conditions", list)
    batches = [Readings.of(range(SENSORS), [EVENING_MS + k * 1000] * SENSORS, [float(k % 7)] * SENSORS) for k in range(BATCHES)]

    async def story() -> None:
        victims: list[int] = []
        async with await connect() as connection:
            clock = Clock(origin_ms=EVENING_MS + 10**7, started_ms=0, speed=0.0)
            loop = DetectionLoop(connection, folder=tmp_path, clock=clock)
            judging = asyncio.create_task(loop.run(asyncio.Event(), until=BATCHES))
            for number, readings in enumerate(batches):
                await hurt(cluster, number, victims)
                await publish_surely(connection, readings, f"m{number}")
            async with asyncio.timeout(60):
                await judging

    asyncio.run(story())
    assert in_history(tmp_path) == as_rows(batches)


def test_streams_of_one_server_are_kept_by_three_from_then_on(cluster: RunningCluster, settings: Any) -> None:
    async def replicas() -> int:
        async with await connect() as connection:
            return int((await connection._jetstream.stream_info(READINGS)).config.num_replicas or 1)

    three = settings.CONFIGURATION
    settings.CONFIGURATION = dataclasses.replace(three, nats_url=three.nats_url.split(",")[0])
    assert asyncio.run(replicas()) == 1
    settings.CONFIGURATION = dataclasses.replace(three, log_tags=("ssd",), log_cluster="east")
    assert asyncio.run(replicas()) == 3
    settings.CONFIGURATION = dataclasses.replace(three, nats_url=three.nats_url.split(",")[0])
    assert asyncio.run(replicas()) == 3, "a process that names one server takes none away"


def refusal() -> str:
    """What is said of streams that can't be made, once the servers have found each other."""
    limit = time.monotonic() + 60
    while True:
        with pytest.raises(Unavailable) as refused:
            asyncio.run(connect(patience_s=0.0))
        if "servers for the log" in str(refused.value):
            return str(refused.value)
        assert time.monotonic() < limit, refused.value


def test_a_placement_that_no_server_fits_is_told(cluster: RunningCluster, settings: Any) -> None:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, log_tags=("moon",))
    assert "start those that are missing, or set TOCSIN_LOG_REPLICAS" in refusal()


def test_three_servers_that_are_one_are_told(tmp_path: Path, settings: Any) -> None:
    alone = RunningCluster(tmp_path, 1)
    try:
        settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, nats_url=alone.url, log_replicas=3)
        assert "no 3 servers for the log READINGS" in refusal()
    finally:
        alone.stop()
