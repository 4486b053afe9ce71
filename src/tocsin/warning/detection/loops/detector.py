"""The detector's loop: log → engine → detections, history, live readings.

Exactly once, whatever dies: detections are in the log before the position is written down, and carry ids made from what was
detected; the history writes its own position in its own transaction. After a restart reading begins behind the older of the
two positions, and each side skips what it has already seen.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from django.db import close_old_connections

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.ids import deterministic_id
from tocsin.base.time import Clock
from tocsin.bus.connection import Connection
from tocsin.bus.envelope import decode_readings
from tocsin.bus.streams import READINGS
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.sensing.face import History
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.queries import standing_conditions
from tocsin.warning.detection.queries.registry import Registry, load_registry
from tocsin.warning.detection.rules import Unexplained
from tocsin.warning.detection.services.history_writer import HistoryWriter
from tocsin.warning.detection.services.snapshot import Snapshot, read_snapshot, write_snapshot

log = logging.getLogger(__name__)

IDLE_S = 0.1  # longest wait before the clocks are looked at
TICK_S = 1.0
LIVE_S = 1.0
SNAPSHOT_S = 5.0
REGISTRY_S = 2.0
GRACE_S = 2.0  # readings may be this long on their way before time alone decides
QUEUE_BATCHES = 16
ROWS_AT_ONCE = 200_000

type Entry = tuple[int, bytes]


class DetectionLoop:
    """One detector over all readings of the log."""

    def __init__(self, connection: Connection, *, folder: Path, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._snapshot_path = folder / "detector" / "snapshot"
        snapshot = read_snapshot(self._snapshot_path)
        self._state = snapshot.state
        self._unexplained = Unexplained(snapshot.unexplained)
        self._position = self._written_position = snapshot.position
        self._offset = snapshot.history_offset
        self._writer = HistoryWriter(History(folder / "history"), clock)
        self._registry: Registry
        self._detector: Detector
        self._entries: asyncio.Queue[list[Entry]] = asyncio.Queue(QUEUE_BATCHES)
        self._changed: list[Readings] = []
        self._caught_up_at = 0
        self._next = dict.fromkeys(("tick", "live", "snapshot", "registry"), 0.0)

    async def run(self, stop: asyncio.Event) -> None:
        """Judges until `stop` is set, then writes down everything."""
        self._registry = await asyncio.to_thread(_load_registry)
        self._writer.resolution = self._registry.resolution
        self._detector = Detector(self._registry.profiles, self._registry.profile_of_sensor, self._registry.interval_ms)
        if self._state:
            self._detector.restore(self._state)
            self._state = b""
        else:
            self._unexplained = Unexplained(await asyncio.to_thread(_standing_conditions))
        start = await self._where_to_begin()
        log.info("detector begins at %d with %d sensors", start, len(self._registry))
        reading = asyncio.create_task(self._read(start))
        try:
            while not stop.is_set():
                if reading.done():
                    reading.result()
                await self._judge(await self._next_entries())
                await self._keep_time()
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await self._write_all()

    async def _where_to_begin(self) -> int:
        """The first sequence that either the engine or the history has not seen. A log that began anew is read from its start."""
        first, last = await self._connection.sequences(READINGS)
        written = await asyncio.to_thread(self._writer.last_version)
        if max(self._position, written - self._offset) > last:
            log.warning("the log of readings began anew: it ends at %d, position was %d", last, self._position)
            self._position, self._offset = 0, written
        self._caught_up_at = last
        return max(first, min(self._position, written - self._offset) + 1)

    async def _read(self, start: int) -> None:
        async for entries in self._connection.read_log(READINGS, start):
            await self._entries.put(entries)

    async def _next_entries(self) -> list[Entry]:
        """What has come, at once where something waits; an empty list after a moment of silence."""
        if self._writer.is_full:
            await self._writer.flush()
        try:
            entries = await asyncio.wait_for(self._entries.get(), IDLE_S)
        except TimeoutError:
            return []
        size = sum(len(payload) for _, payload in entries)
        while not self._entries.empty() and size < ROWS_AT_ONCE * 21:
            more = self._entries.get_nowait()
            size += sum(len(payload) for _, payload in more)
            entries = entries + more
        return entries

    async def _judge(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        fresh = []
        for sequence, payload in entries:
            try:
                readings = decode_readings(payload)
            except InvalidInput as error:
                log.error("message %d of the log is skipped: %s", sequence, error)
                continue
            self._writer.add(self._offset + sequence, readings)
            if sequence > self._position:
                fresh.append(readings)
        if fresh:
            readings = Readings.concatenate(fresh)
            if len(readings) and int(readings.sensor.max()) >= len(self._registry):
                await self._reload_registry()
            found = self._detector.update(readings)
            await self._publish(found)
            if self._unexplained.conditions:
                is_past = entries[-1][0] <= self._caught_up_at
                await self._publish_all(self._unexplained.see(readings, found, is_past=is_past))
            self._changed.append(readings)
        self._position = max(self._position, entries[-1][0])

    async def _publish(self, detections: Detections) -> None:
        """Returns when all are in the log; a bus that is away is waited for, in order."""
        if not len(detections):
            return
        known = self._registry
        await self._publish_all(
            [
                detection_of(row, latching=known.latches(row["sensor"]), policy=known.versions_of(row["sensor"]))
                for row in detections.rows()
            ]
        )

    async def _publish_all(self, detections: Sequence[Detection]) -> None:
        messages = [(str(one.id), msgspec.json.encode(one)) for one in detections]
        while True:
            try:
                await self._connection.publish_detections(messages)
                self._writer.hasten()
                return
            except Unavailable as error:
                log.warning("%d detections wait for the bus: %s", len(messages), error)
                await asyncio.sleep(0.25)

    async def _keep_time(self) -> None:
        if self._is_due("live", LIVE_S):
            await self._tell_live()
        if self._is_due("registry", REGISTRY_S):
            await self._reload_registry()
        if self._is_due("tick", TICK_S) and self._may_tick():
            await self._publish(self._detector.tick(self._clock.now_ms() - round(GRACE_S * 1000 * max(self._clock.speed, 1.0))))
        self._writer.flush_when_due()
        if self._is_due("snapshot", SNAPSHOT_S) and self._position != self._written_position:
            began = time.monotonic()
            await self._write_snapshot()
            self._next["snapshot"] += 20 * (time.monotonic() - began)  # at most a twentieth of the time, however large

    def _is_due(self, what: str, every_s: float) -> bool:
        now = time.monotonic()
        if now < self._next[what]:
            return False
        self._next[what] = now + every_s
        return True

    def _may_tick(self) -> bool:
        """Time alone decides only when everything that came has been judged and more could come."""
        return self._connection.is_connected and self._position >= self._caught_up_at and self._entries.empty()

    async def _tell_live(self) -> None:
        if not self._changed:
            return
        readings = _newest(Readings.concatenate(self._changed))
        self._changed.clear()
        try:
            await self._connection.publish_live(readings)
        except Unavailable as error:
            log.info("live readings were not told: %s", error)

    async def _reload_registry(self) -> None:
        loaded = await asyncio.to_thread(_load_registry, self._registry)
        if loaded is not self._registry:
            self._registry = loaded
            self._writer.resolution = loaded.resolution
            self._detector.set_profiles(loaded.profiles, loaded.profile_of_sensor, loaded.interval_ms)

    async def _write_snapshot(self) -> None:
        position = self._position
        snapshot = Snapshot(
            position=position,
            history_offset=self._offset,
            state=self._detector.snapshot(),
            unexplained=self._unexplained.conditions,
        )
        await asyncio.to_thread(write_snapshot, self._snapshot_path, snapshot)
        self._written_position = position

    async def _write_all(self) -> None:
        await self._writer.flush()
        await self._write_snapshot()


def _load_registry(known: Registry | None = None) -> Registry:
    close_old_connections()
    return load_registry(known)


def _standing_conditions() -> list[tuple[int, str]]:
    close_old_connections()
    return standing_conditions()


def detection_of(row: Mapping[str, Any], *, latching: bool, policy: tuple[str, ...] = ()) -> Detection:
    """The message of one row of `Detections.rows`: the same edge has the same id, whoever finds it and how often."""
    identity = deterministic_id("detection", row["sensor"], row["rule"], row["edge"], row["level"], row["ts"])
    fields = {name: row[name] for name in ("sensor", "rule", "edge", "level", "ts", "value", "limit", "figures")}
    return Detection(id=identity, latching=latching, policy=policy, **fields)


def _newest(readings: Readings) -> Readings:
    """The reading with the highest time of each sensor; of two with one time the first, as everywhere."""
    order = np.lexsort((-np.arange(len(readings)), readings.ts, readings.sensor))
    sensor = readings.sensor[order]
    last = np.append(sensor[1:] != sensor[:-1], True)
    return readings.take(order[last])
