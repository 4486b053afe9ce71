"""What one web process hears from the bus, handed to all its browsers: read once, rendered once per language, cut per person."""

import asyncio
import contextlib
import json
import logging
import math
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import FrameType
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from django.conf import settings
from django.db import close_old_connections
from django.utils import translation
from django.utils.module_loading import import_string
from numpy.typing import NDArray

from tocsin.base.errors import Unavailable
from tocsin.bus.connection import Connection, connect
from tocsin.bus.envelope import Event, decode_event, event_name, read_events
from tocsin.bus.streams import EVENTS
from tocsin.sensing import face as sensing
from tocsin.sensing.health.events import SensorHealthChanged
from tocsin.warning.alarms.events import AlarmChanged, AlarmClosed, AlarmRaised
from tocsin.warning.alarms.queries import alarms_by_id
from tocsin.warning.alarms.shown.alarms import describe_alarm
from tocsin.warning.diagnosis.events import DiagnosisMade
from tocsin.warning.early_signs.events import EarlySignEnded, EarlySignRaised, EarlySignSeen

log = logging.getLogger(__name__)

REMEMBERED = 5000  # events that a browser may have missed
WAITING = 500  # texts that may wait for one browser before it must begin anew
RETRY_S = 1.0
READY_S = 2.0  # what a browser waits for the recent past before it is served without
_ALARM = (AlarmRaised, AlarmChanged, AlarmClosed)
_EARLY_SIGN = (EarlySignRaised, EarlySignEnded, EarlySignSeen)
CASE_KEYS = ("case_id", "merged_case_id", "new_case_id", "other_case_id")  # fields of events that name cases

type Prefixes = tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """Code prefixes of the regions whose alarms, diagnoses, sensors and cases somebody may see."""

    alarms: Prefixes = ()
    diagnoses: Prefixes = ()
    sensors: Prefixes = ()
    cases: Prefixes = ()


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


@cache
def _named(tables: tuple[str, ...]) -> dict[str, type[msgspec.Struct]]:
    """The classes of the tables by the names of their events."""
    return {event_name(kind): kind for table in tables for kind in import_string(table.replace(":", "."))}


def live_kinds() -> tuple[type[msgspec.Struct], ...]:
    """The classes of events of which browsers are told."""
    contributed = (*_named(settings.LIVE_NEWS).values(), *_named(settings.LIVE_CASES).values())
    return (*_ALARM, *_EARLY_SIGN, DiagnosisMade, SensorHealthChanged, *contributed)


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
        if self._sequence is None or last > self._sequence or (last < self._sequence and not complete):
            listener.send(event_text("reset", {}, self._sequence))
        else:
            await self._hand_on(missed, [listener])

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

    async def _hand_on(self, events: list[tuple[int, Event]], listeners: list[Listener]) -> None:
        """An alarm that changed several times is told once, as it is now."""
        if not listeners:
            return
        kinds = live_kinds()
        told = [(sequence, one.region, one.event) for sequence, event in events for one in read_events([event], kinds)]
        newest = {event.alarm_id: sequence for sequence, _region, event in told if isinstance(event, _ALARM)}
        languages = {listener.language for listener in listeners}
        texts = await self._in_thread(_render_alarms, list(newest), languages) if newest else {}
        for sequence, region, event in told:
            if isinstance(event, _ALARM):
                if newest[event.alarm_id] == sequence:
                    self._send_alarm(sequence, event.alarm_id, region, texts, listeners)
            elif isinstance(event, DiagnosisMade):
                text = event_text("diagnosis", {"alarm_id": event.alarm_id}, sequence)
                self._send(text, region, "diagnoses", listeners)
            elif isinstance(event, _EARLY_SIGN):
                text = event_text("early_sign", {"early_sign_id": event.early_sign_id}, sequence)
                self._send(text, region, "diagnoses", listeners)
            elif isinstance(event, SensorHealthChanged):
                self._send(event_text("health", [[event.index, event.health]], sequence), region, "sensors", listeners)
            else:
                self._send_news(sequence, event, region, listeners)

    def _send_alarm(
        self, sequence: int, alarm_id: str, region: str, texts: dict[tuple[str, str], str], listeners: Iterable[Listener]
    ) -> None:
        for listener in listeners:
            data = texts.get((alarm_id, listener.language))
            if data is not None and reaches(listener.scope.alarms, region):
                listener.send(f"id: {sequence}\nevent: alarm\ndata: {data}\n\n")

    def _send_news(self, sequence: int, event: msgspec.Struct, region: str, listeners: Iterable[Listener]) -> None:
        """That something happened to notices, and to which cases; pages ask for what they show of it."""
        name = event_name(type(event))
        if name in _named(settings.LIVE_NEWS):
            self._send(event_text("news", {"name": name}, sequence), region, "alarms", listeners)
        if name in _named(settings.LIVE_CASES):
            touched = [value for key in CASE_KEYS if (value := getattr(event, key, ""))]
            if touched:
                self._send(event_text("case", {"name": name, "case_ids": touched}, sequence), region, "cases", listeners)

    def _send(self, text: str, region: str, what: str, listeners: Iterable[Listener]) -> None:
        for listener in listeners:
            if reaches(getattr(listener.scope, what), region):
                listener.send(text)

    async def _follow_readings(self, connection: Connection) -> None:
        async for readings in connection.subscribe_live():
            listeners = list(self._listeners)
            if not listeners or not len(readings):
                continue
            await self._in_thread(self._regions.cover, int(readings.sensor.max()))
            for prefixes in {listener.scope.sensors for listener in listeners}:
                seen = readings.take(self._regions.within(readings.sensor, prefixes))
                if len(seen):
                    columns = zip(seen.sensor.tolist(), seen.ts.tolist(), map(finite, seen.value.tolist()), strict=True)
                    text = event_text("readings", list(columns))
                    for listener in listeners:
                        if listener.scope.sensors == prefixes:
                            listener.send(text)

    async def _tell_time(self) -> None:
        while True:
            text = event_text("time", _time())
            for listener in list(self._listeners):
                listener.send(text)
            await asyncio.sleep(1.0)

    async def _in_thread(self, function: Any, *arguments: Any) -> Any:
        def work() -> Any:
            close_old_connections()
            return function(*arguments)

        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class SensorRegions:
    """The region of every sensor by its index, read anew when an index is new."""

    def __init__(self) -> None:
        self._codes: NDArray[np.str_] = np.zeros(0, "U6")
        self._masks: dict[Prefixes, NDArray[np.bool_]] = {}

    def cover(self, highest: int) -> None:
        """Loads the registry where it may know more than is known here."""
        if highest >= len(self._codes):
            table = sensing.sensor_table()
            codes = np.zeros(max(highest + 1, int(table.index.max(initial=-1)) + 1), "U6")
            codes[table.index] = table.region_code
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


def _render_alarms(identities: list[str], languages: set[str]) -> dict[tuple[str, str], str]:
    """The JSON of each alarm in each language, as the API gives it."""
    texts: dict[tuple[str, str], str] = {}
    alarms = alarms_by_id(identities)
    for language in languages:
        with translation.override(language):
            for alarm in alarms:
                described = describe_alarm(alarm)
                texts[str(alarm.pk), language] = json.dumps(
                    described, ensure_ascii=False, separators=(",", ":"), default=json_value
                )
    return texts


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
