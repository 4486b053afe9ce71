"""What one web process hears from the bus, handed to all its browsers: read once, rendered once per language, cut per person."""

import asyncio
import contextlib
import json
import logging
import math
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import close_old_connections
from msgspec import Struct
from numpy.typing import NDArray

from tocsin.base.errors import Unavailable
from tocsin.bus.connection import Connection, connect
from tocsin.bus.envelope import Event, decode_event, read_events
from tocsin.bus.streams import EVENTS
from tocsin.screens.budgets.policy import BUDGETS
from tocsin.screens.live.tables import LiveEvents, LiveObjects, LiveReadings, Texts, live_entries, live_kinds

log = logging.getLogger(__name__)

REMEMBERED = 5000  # events that a browser may have missed
WAITING = 500  # texts that may wait for one browser before it must begin anew
RETRY_S = 1.0
READY_S = 2.0  # what a browser waits for the recent past before it is served without

type Prefixes = tuple[str, ...]
type Scope = Mapping[str, Prefixes]  # permission -> code prefixes of the regions where somebody holds it


@dataclass(eq=False)
class Listener:
    """One browser: what it may see, its language, and the texts that wait to be sent."""

    scope: Scope
    language: str
    _texts: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(WAITING))

    async def next_text(self) -> str | None:
        """The next text to send; None when the stream shall end."""
        return await self._texts.get()

    def send(self, text: str) -> None:
        """Queues a text; a browser that does not keep up is told to load everything anew."""
        if self._texts.full():
            while not self._texts.empty():
                self._texts.get_nowait()
            self._texts.put_nowait(event_text("reset", {}))
        self._texts.put_nowait(text)

    def end(self) -> None:
        """Ends the stream after nothing more."""
        while not self._texts.empty():
            self._texts.get_nowait()
        self._texts.put_nowait(None)


def event_text(name: str, data: object, sequence: int | None = None) -> str:
    """One server-sent event (WHATWG HTML, 9.2)."""
    head = f"id: {sequence}\n" if sequence is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def reaches(prefixes: Prefixes, region: str) -> bool:
    """Whether an object of this region lies within the prefixes."""
    return region.startswith(prefixes)


class Hub:
    """The subscription of this process. It begins with the first browser and goes on until the process ends."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._recent: deque[tuple[int, Event]] = deque(maxlen=REMEMBERED)
        self._sequence: int | None = None  # of the last event that was handed on
        self._tasks: list[asyncio.Task[None]] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._afterwards = ThreadPoolExecutor(1, thread_name_prefix="live-afterwards")  # what one browser missed delays no other
        self._regions = SensorRegions()
        self._ready = asyncio.Event()  # the recent past has been read

    @contextlib.asynccontextmanager
    async def listening(self, listener: Listener, last: int | None) -> AsyncIterator[None]:
        """Hands the listener what it missed after event `last`, and then everything new."""
        self._start()
        with contextlib.suppress(TimeoutError):  # without the bus there is still the time, and news when it comes back
            await asyncio.wait_for(self._ready.wait(), READY_S)
        self._listeners.add(listener)
        try:
            listener.send(event_text("time", _time(), self._sequence if last is None else None))
            if last is not None:
                await self._catch_up(listener, last)
            yield
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Ends all streams: the process is about to stop."""
        for listener in self._listeners:
            listener.end()
        for task in self._tasks:
            task.cancel()

    def _start(self) -> None:
        if not self._tasks:
            _before_stop(self.close)
            self._tasks = [asyncio.create_task(self._tell_time()), asyncio.create_task(self._follow_bus())]

    async def _follow_bus(self) -> None:
        while True:
            try:
                async with await connect() as connection, asyncio.TaskGroup() as group:
                    group.create_task(self._follow_events(connection))
                    group.create_task(self._follow_readings(connection))
            except* Unavailable as errors:
                log.warning("live updates wait for the bus: %s", errors.exceptions)
            await asyncio.sleep(RETRY_S)

    async def _catch_up(self, listener: Listener, last: int) -> None:
        missed = [(sequence, event) for sequence, event in self._recent if sequence > last]
        complete = bool(self._recent) and self._recent[0][0] <= last + 1
        far_back = len(missed) > BUDGETS.current().stream.missed
        if self._sequence is None or last > self._sequence or far_back or (last < self._sequence and not complete):
            listener.send(event_text("reset", {}, self._sequence))
        else:
            await self._hand_on(missed, [listener], self._afterwards)

    async def _follow_events(self, connection: Connection) -> None:
        """Reads the log of events from a little before its end, so that browsers of a restarted process miss nothing."""
        first, last = await connection.sequences(EVENTS)
        if self._sequence is None or self._sequence > last:  # the beginning, here or of a new log
            self._recent.clear()
            self._sequence = max(first - 1, last - REMEMBERED)
        if self._sequence >= last:
            self._ready.set()
        async for entries in connection.read_log(EVENTS, self._sequence + 1):
            events = [(sequence, decode_event(payload)) for sequence, payload in entries]
            self._recent.extend(events)
            await self._hand_on(events, list(self._listeners))
            self._sequence = entries[-1][0]
            if self._sequence >= last:
                self._ready.set()

    async def _hand_on(
        self, events: list[tuple[int, Event]], listeners: list[Listener], thread: ThreadPoolExecutor | None = None
    ) -> None:
        """Each event to whoever may hear of it; an object that changed several times is told once, as it is now."""
        if not listeners:
            return
        kinds = live_kinds()
        heard = [(sequence, one.region, one.event) for sequence, event in events for one in read_events([event], kinds)]
        objects = [entry for entry in live_entries() if isinstance(entry, LiveObjects)]
        rendered = {entry.name: await self._render(entry, heard, listeners, thread or self._thread) for entry in objects}
        for sequence, region, event in heard:
            for entry in live_entries():
                if isinstance(entry, LiveEvents) and isinstance(event, entry.kinds):
                    data = entry.tell(event)
                    if data is not None:
                        text = event_text(entry.name, data, sequence)
                        self._send(text, (region, *entry.regions(event)), entry.permission, listeners)
                elif isinstance(entry, LiveObjects) and isinstance(event, entry.kinds):
                    newest, texts = rendered[entry.name]
                    identity = getattr(event, entry.key)
                    if newest[identity] == sequence:
                        self._send_object(sequence, entry, identity, region, texts, listeners)

    async def _render(
        self,
        entry: LiveObjects,
        heard: list[tuple[int, str, Struct]],
        listeners: list[Listener],
        thread: ThreadPoolExecutor,
    ) -> tuple[dict[str, int], Texts]:
        """The newest event of each object, and the objects as texts."""
        newest = {getattr(event, entry.key): sequence for sequence, _region, event in heard if isinstance(event, entry.kinds)}
        languages = {listener.language for listener in listeners}
        return newest, await self._in_thread(thread, entry.render, list(newest), languages) if newest else {}

    def _send_object(
        self, sequence: int, entry: LiveObjects, identity: str, region: str, texts: Texts, listeners: Iterable[Listener]
    ) -> None:
        for listener in listeners:
            data = texts.get((identity, listener.language))
            if data is not None and reaches(listener.scope.get(entry.permission, ()), region):
                listener.send(f"id: {sequence}\nevent: {entry.name}\ndata: {data}\n\n")

    def _send(self, text: str, regions: Sequence[str], permission: str, listeners: Iterable[Listener]) -> None:
        for listener in listeners:
            prefixes = listener.scope.get(permission, ())
            if any(reaches(prefixes, region) for region in regions):
                listener.send(text)

    async def _follow_readings(self, connection: Connection) -> None:
        entry = next((one for one in live_entries() if isinstance(one, LiveReadings)), None)
        if entry is None:
            return
        async for readings in connection.subscribe_live():
            listeners = list(self._listeners)
            if not listeners or not len(readings):
                continue
            await self._in_thread(self._thread, self._regions.cover, int(readings.sensor.max()), entry)
            for prefixes in {listener.scope.get(entry.permission, ()) for listener in listeners}:
                seen = readings.take(self._regions.within(readings.sensor, prefixes))
                if len(seen):
                    columns = zip(seen.sensor.tolist(), seen.ts.tolist(), map(finite, seen.value.tolist()), strict=True)
                    text = event_text("readings", list(columns))
                    for listener in listeners:
                        if listener.scope.get(entry.permission, ()) == prefixes:
                            listener.send(text)

    async def _tell_time(self) -> None:
        while True:
            text = event_text("time", _time())
            for listener in list(self._listeners):
                listener.send(text)
            await asyncio.sleep(1.0)

    async def _in_thread(self, thread: ThreadPoolExecutor, function: Any, *arguments: Any) -> Any:
        def work() -> Any:
            close_old_connections()
            return function(*arguments)

        return await asyncio.get_running_loop().run_in_executor(thread, work)


class SensorRegions:
    """The region of every sensor by its index, read anew when an index is new."""

    def __init__(self) -> None:
        self._codes: NDArray[np.str_] = np.zeros(0, "U6")
        self._masks: dict[Prefixes, NDArray[np.bool_]] = {}

    def cover(self, highest: int, entry: LiveReadings) -> None:
        """Loads the registry where it may know more than is known here."""
        if highest >= len(self._codes):
            index, regions = entry.regions()
            codes = np.zeros(max(highest + 1, int(index.max(initial=-1)) + 1), "U6")
            codes[index] = regions
            self._codes, self._masks = codes, {}

    def within(self, sensor: NDArray[np.int32], prefixes: Prefixes) -> NDArray[np.bool_]:
        """Which of the sensors lie within the prefixes; a sensor without a known region only within everywhere."""
        mask = self._masks.get(prefixes)
        if mask is None:
            mask = np.zeros(len(self._codes), bool)
            for prefix in prefixes:
                mask |= np.char.startswith(self._codes, prefix)
            self._masks[prefixes] = mask
        return mask[sensor]


def current_hub() -> Hub:
    """The hub of this process; a new one where the event loop is another (tests)."""
    global _hub
    loop = asyncio.get_running_loop()
    if _hub is None or _hub[0] is not loop:
        _hub = loop, Hub()
    return _hub[1]


_hub: tuple[asyncio.AbstractEventLoop, Hub] | None = None


def finite(value: float) -> float | None:
    """JSON knows no NaN and no infinity."""
    return value if math.isfinite(value) else None


def json_value(value: object) -> str:
    """Times as ISO 8601 in UTC with a Z, ids as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _time() -> dict[str, object]:
    clock = settings.CONFIGURATION.clock
    return {"now": json_value(clock.now()), "speed": clock.speed}


def _before_stop(close: Callable[[], None]) -> None:
    """Open streams would keep the server from stopping: its stop signals end them first."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        previous = signal.getsignal(number)
        if not callable(previous):
            continue

        def stop(received: int, frame: FrameType | None, previous: Callable[[int, FrameType | None], object] = previous) -> None:
            loop.call_soon_threadsafe(close)
            previous(received, frame)

        signal.signal(number, stop)
