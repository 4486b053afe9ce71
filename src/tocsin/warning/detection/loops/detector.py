"""The detector's loop: log → engine → detections, history, live readings.

Exactly once, whatever dies: detections are in the log before the position is written down, and carry ids made from what was
detected; the history writes its own position in its own transaction. After a restart reading begins behind the older of the
two positions, and each side skips what it has already seen.

Where sensors are dealt out (`engine/detection/partition.py`), each loop reads the whole log and takes its own readings out of it;
one process at a time judges a partition (`keeper.py`). One that was left behind by its lease does no harm:
what it finds has the same ids, and the history refuses it.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from django.db import close_old_connections

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.ids import deterministic_id
from tocsin.base.time import Clock
from tocsin.base.tracing import span
from tocsin.bus.connection import Connection
from tocsin.bus.envelope import decode_readings, trace_of_batch
from tocsin.bus.streams import READINGS
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.partition import Partition
from tocsin.sensing.face import History, place_of
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.queries.due import standing_conditions
from tocsin.warning.detection.loops.spans import Batches, below_batches
from tocsin.warning.detection.queries.registry import Registry, TooManyLimits, load_registry
from tocsin.warning.detection.rules import Unexplained
from tocsin.warning.detection.services.history_writer import HistoryWriter
from tocsin.warning.detection.services.layout import snapshot_path, writer_of
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
PUBLISHED_AT_ONCE = 200  # more would hold this process up for seconds, in which it loses the leases on what it judges
WHOLE = Partition()

type Entry = tuple[int, bytes]


@dataclass
class Tenure:
    """Until when this process may judge a partition, by the machine's running time; for ever where nobody else could."""

    until: float = float("inf")

    def holds(self) -> bool:
        """Whether it may still."""
        return time.monotonic() < self.until


@dataclass
class RegistryShelf:
    """The registry once for all loops of a process."""

    _newest: Registry | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self) -> Registry:
        """As it is now; the same object while nothing changes."""
        with self._lock:
            self._newest = _load_registry(self._newest)
            return self._newest


class FallenBehind(Unavailable):
    """The history takes readings again after some were let go: a new loop reads them from the log, and judges what is new."""


class DetectionLoop:
    """One detector over the readings of one partition: of all readings of the log where there is only one."""

    def __init__(
        self,
        connection: Connection,
        *,
        folder: Path,
        clock: Clock,
        partition: Partition = WHOLE,
        tenure: Tenure | None = None,
        shelf: RegistryShelf | None = None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._partition = partition
        self._tenure = tenure or Tenure()
        self._shelf = shelf or RegistryShelf()
        self._snapshot_path = snapshot_path(folder, partition)
        self._snapshot = read_snapshot(self._snapshot_path)
        self._unexplained = Unexplained(self._snapshot.unexplained)
        self._position = self._written_position = self._snapshot.position
        self._offset = self._snapshot.history_offset
        history = History(place_of(folder), writer=writer_of(partition))
        self._writer = HistoryWriter(history, clock, merges=partition.number == 0)
        self._registry: Registry
        self._refused: Registry | None = None
        self._reading_registry: asyncio.Task[Registry] | None = None
        self._detector: Detector
        self._entries: asyncio.Queue[list[Entry]] = asyncio.Queue(QUEUE_BATCHES)
        self._changed: list[Readings] = []
        self._caught_up_at = 0
        self._next = dict.fromkeys(("tick", "live", "snapshot", "registry"), 0.0)

    async def run(self, stop: asyncio.Event, *, until: int | None = None) -> None:
        """Judges until `stop` is set, or all up to the sequence `until` and nothing behind it, then writes down everything."""
        await self._begin()
        start = await self._where_to_begin()
        log.info("detector %s begins at %d with %d sensors", self._partition, start, len(self._registry))
        reading = asyncio.create_task(self._read(start))
        try:
            while not stop.is_set() and not self._has_judged(until):
                if reading.done():
                    reading.result()
                if not self._tenure.holds():
                    await asyncio.sleep(IDLE_S)  # until it is known whether another has taken over
                    continue
                entries = await self._next_entries()
                await self._judge(entries if until is None else [one for one in entries if one[0] <= until])
                await self._keep_time()
                if self._writer.has_fallen_behind:
                    raise FallenBehind("readings that the history could not take are read from the log again")
        finally:
            reading.cancel()
            self._leave_registry()
            await asyncio.gather(reading, return_exceptions=True)
            if self._tenure.holds():
                await self._write_all()

    def _has_judged(self, until: int | None) -> bool:
        """Whether engine and history have both got as far as that sequence."""
        return until is not None and self._position >= until and self._writer.has_taken(self._offset + until)

    async def _begin(self) -> None:
        self._registry = known = await asyncio.to_thread(self._shelf.newest)
        self._writer.resolution = known.resolution
        self._detector = Detector(*known.of_partition(self._partition))
        if self._snapshot.state:
            await asyncio.to_thread(self._detector.restore, self._snapshot.state)
        else:
            standing = await asyncio.to_thread(_standing_conditions)
            self._unexplained = Unexplained(one for one in standing if self._partition.has(one[0]))

    async def _where_to_begin(self) -> int:
        """The first sequence that either the engine or the history has not seen. A log that began anew is read from its start."""
        first, last = await self._connection.sequences(READINGS)
        self._writer.assume_written(self._snapshot.history_written)
        written = self._writer.last_version()
        reaches = self._snapshot.history_reaches(written)
        if max(self._position, reaches) > last:
            log.warning("the log of readings began anew: it ends at %d, position was %d", last, self._position)
            self._position, self._offset, reaches = 0, max(written, self._offset + reaches), 0
        self._snapshot = Snapshot()  # its state is the engine's by now
        self._writer.begin_behind(self._offset + reaches)
        self._caught_up_at = last
        return max(first, min(self._position, reaches) + 1)

    async def _read(self, start: int) -> None:
        async for entries in self._connection.read_log(READINGS, start):
            await self._entries.put(entries)

    async def _next_entries(self) -> list[Entry]:
        """What has come, at once where something waits; an empty list after a moment of silence."""
        if self._writer.is_full:
            await self._writer.make_room()
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
        fresh: list[tuple[Readings, str]] = []
        for sequence, payload in entries:
            try:
                readings = decode_readings(payload)
            except InvalidInput as error:
                log.error("message %d of the log is skipped: %s", sequence, error)
                continue
            readings = self._partition.readings_of(readings)
            self._writer.add(self._offset + sequence, readings)
            if sequence > self._position and len(readings):
                fresh.append((readings, trace_of_batch(payload)))
        if fresh:
            links = [place for _readings, place in fresh]
            with span("readings judged", parent=links[0], links=links[1:], messages=len(fresh)):
                await self._judge_fresh(fresh, is_past=entries[-1][0] <= self._caught_up_at)
        self._position = max(self._position, entries[-1][0])

    async def _judge_fresh(self, fresh: Batches, *, is_past: bool) -> None:
        readings = Readings.concatenate([one for one, _place in fresh])
        if len(readings) and int(readings.sensor.max()) >= len(self._registry):
            await self._reload_registry()
        found = self._partition.outside(self._detector.update(self._partition.inside(readings)))
        await self._publish(found, fresh)
        if self._unexplained.conditions:
            await self._publish_all(below_batches(self._unexplained.see(readings, found, is_past=is_past), fresh))
        self._changed.append(readings)

    async def _publish(self, detections: Detections, batches: Batches = ()) -> None:
        """Returns when all are in the log; a bus that is away is waited for, in order."""
        if not len(detections):
            return
        known = self._registry
        told = [
            detection_of(row, latching=known.latches(row["sensor"]), policy=known.versions_of(row["sensor"]))
            for row in detections.rows()
        ]
        await self._publish_all(below_batches(told, batches))

    async def _publish_all(self, detections: Sequence[Detection]) -> None:
        messages = [(str(one.id), msgspec.json.encode(one)) for one in detections]
        for start in range(0, len(messages), PUBLISHED_AT_ONCE):
            await self._publish_surely(messages[start : start + PUBLISHED_AT_ONCE])
        self._writer.hasten()

    async def _publish_surely(self, messages: Sequence[tuple[str, bytes]]) -> None:
        while True:
            try:
                return await self._connection.publish_detections(messages)
            except Unavailable as error:
                log.warning("%d detections wait for the bus: %s", len(messages), error)
                await asyncio.sleep(0.25)

    async def _keep_time(self) -> None:
        if self._is_due("live", LIVE_S):
            await self._tell_live()
        self._follow_registry()
        if self._is_due("tick", TICK_S) and self._may_tick():
            until_ms = self._clock.now_ms() - round(GRACE_S * 1000 * max(self._clock.speed, 1.0))
            await self._publish(self._partition.outside(self._detector.tick(until_ms)))
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
        is_heard = self._connection.is_connected and self._tenure.holds()
        return is_heard and self._position >= self._caught_up_at and self._entries.empty()

    async def _tell_live(self) -> None:
        if not self._changed:
            return
        readings = _newest(Readings.concatenate(self._changed))
        self._changed.clear()
        try:
            await self._connection.publish_live(readings)
        except Unavailable as error:
            log.info("live readings were not told: %s", error)

    def _follow_registry(self) -> None:
        """Readings go on being judged while the registry is read: after a change in a large city that takes seconds."""
        if self._reading_registry is not None and self._reading_registry.done():
            read, self._reading_registry = self._reading_registry, None
            self._take_registry(read.result())
        if self._reading_registry is None and self._is_due("registry", REGISTRY_S):
            self._reading_registry = asyncio.create_task(asyncio.to_thread(self._shelf.newest))

    async def _reload_registry(self) -> None:
        """Waits for it: a sensor is not known yet."""
        self._leave_registry()
        self._take_registry(await asyncio.to_thread(self._shelf.newest))

    def _leave_registry(self) -> None:
        """What is being read is not taken any more: by then it may be older than what is."""
        if self._reading_registry is not None:
            self._reading_registry.cancel()
            self._reading_registry = None

    def _take_registry(self, loaded: Registry) -> None:
        if loaded is self._registry or loaded is self._refused:
            return
        try:
            own = loaded.of_partition(self._partition)
        except TooManyLimits as error:  # told once; sensors go on being judged by what was in force
            self._refused = loaded
            log.error("detector %s goes on with the registry of before: %s", self._partition, error)
            return
        self._registry = loaded
        self._writer.resolution = loaded.resolution
        self._detector.set_profiles(*own)

    async def _write_snapshot(self) -> None:
        position = self._position
        snapshot = Snapshot(
            position=position,
            history_offset=self._offset,
            history_settled=self._writer.settled - self._offset,
            history_written=self._writer.last_version(),
            state=self._detector.snapshot(),
            unexplained=self._unexplained.conditions,
        )
        try:
            await asyncio.to_thread(write_snapshot, self._snapshot_path, snapshot)
        except OSError as error:
            log.error("detector %s goes on without a new snapshot, which is tried again: %s", self._partition, error)
            return
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
