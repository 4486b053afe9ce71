"""Many devices with a connection each, as the door sees a city: what is not acknowledged is sent again, after any break."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

from tocsin.base.errors import Unavailable
from tocsin.workshop.demo import mqtt_packets

log = logging.getLogger(__name__)

WINDOW = 256  # publishes of one device on their way without an acknowledgement
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 10.0
AT_ONCE = 32  # devices on their way in at the same time: a door has few places for those of one address who have not logged in
ANSWER_S = 10.0


class Link(asyncio.Protocol):
    """One device's connection, opened again for as long as the fleet sails."""

    def __init__(self, fleet: "Fleet", code: str, secret: str) -> None:
        self._fleet, self._code = fleet, code
        self._hello = mqtt_packets.connect(code, code, secret)
        self._topic = mqtt_packets.encode_topic(f"tocsin/{code}/readings")
        self._waiting: deque[bytes] = deque()
        self._flying: dict[int, tuple[bytes, float]] = {}
        self._identifier = 0
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._is_open = self._is_full = False
        self._lost, self._answered = asyncio.Event(), asyncio.Event()
        self.refused = 0

    @property
    def unacknowledged(self) -> int:
        """Payloads that the door has not acknowledged."""
        return len(self._waiting) + len(self._flying)

    def publish(self, payload: bytes) -> None:
        """Puts a payload at the end of the queue."""
        self._waiting.append(payload)
        self._flush()

    async def sail(self) -> None:
        """Keeps the connection until cancelled."""
        pause = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            self._lost.clear()
            self._answered.clear()
            try:
                async with self._fleet.opening:
                    await loop.create_connection(lambda: self, self._fleet.host, self._fleet.port)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._answered.wait(), ANSWER_S)
                began = loop.time()
                await self._lost.wait()
                pause = FIRST_PAUSE_S if loop.time() - began > LONGEST_PAUSE_S else pause
            except OSError as error:
                log.debug("device %s can't reach the door: %s", self._code, error)
            await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - spreads reconnects, no secret
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def close(self) -> None:
        """Says good-bye."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(mqtt_packets.disconnect())
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a TCP connection gives
        self._transport = transport
        self._buffer.clear()
        self._is_full = False
        transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for first, body in mqtt_packets.split(self._buffer):
            if first & 0xF0 == mqtt_packets.PUBACK:
                self._landed(int.from_bytes(body[:2], "big"))
            elif first & 0xF0 == mqtt_packets.CONNACK:
                self._admitted(body[1])
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        self._is_open, self._transport = False, None
        self._answered.set()
        self._lost.set()

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._flush()

    def _admitted(self, answer: int) -> None:
        """CONNACK: after a yes, all that flew when the last connection broke is sent again."""
        self._answered.set()
        if answer:
            self.refused += 1
            log.error("the door refuses device %s with code %d", self._code, answer)
            self.close()
            return
        self._is_open = True
        self._fleet.admitted.add(self._code)
        assert self._transport is not None  # noqa: S101 - an answer came through it
        for identifier, (payload, _) in self._flying.items():
            self._transport.write(mqtt_packets.publish(self._topic, identifier, payload, again=True))

    def _landed(self, identifier: int) -> None:
        landed = self._flying.pop(identifier, None)
        if landed is not None:
            self._fleet.landed(landed[1])

    def _flush(self) -> None:
        if not self._is_open or self._is_full or self._transport is None:
            return
        packets = []
        while self._waiting and len(self._flying) < WINDOW:
            payload = self._waiting.popleft()
            self._identifier = self._identifier % 65_535 + 1
            self._flying[self._identifier] = payload, time.time()
            packets.append(mqtt_packets.publish(self._topic, self._identifier, payload))
        if packets:
            self._transport.write(b"".join(packets))


class Fleet:
    """All devices. Belongs to the event loop in which it is made."""

    def __init__(self, host: str, port: int, secrets: Mapping[str, str], *, keep_delays: bool = False) -> None:
        self.host, self.port = host, port
        self.opening = asyncio.Semaphore(AT_ONCE)
        self.admitted: set[str] = set()
        self.acknowledged = 0
        self.published: list[float] = []  # when, in seconds since 1970, and how long until its PUBACK, where wanted
        self.delays_s: list[float] = []
        self._keep_delays = keep_delays
        self._links = {code: Link(self, code, secret) for code, secret in secrets.items()}
        self._tasks = [asyncio.create_task(link.sail(), name=code) for code, link in self._links.items()]

    @property
    def unacknowledged(self) -> int:
        """Payloads of all devices that the door has not acknowledged."""
        return sum(link.unacknowledged for link in self._links.values())

    @property
    def refused(self) -> int:
        """How often the door said no to a device."""
        return sum(link.refused for link in self._links.values())

    def publish(self, code: str, payload: bytes) -> None:
        """Sends a payload as that device, now or as soon as it can."""
        self._links[code].publish(payload)

    def landed(self, published: float) -> None:
        """One payload that was handed to its connection at that moment is in the log."""
        self.acknowledged += 1
        if self._keep_delays:
            self.published.append(published)
            self.delays_s.append(time.time() - published)

    async def wait_until_admitted(self, patience_s: float) -> None:
        """Returns when every device has been let in once; Unavailable after `patience_s`."""
        limit = time.monotonic() + patience_s
        while len(self.admitted) < len(self._links):
            if time.monotonic() > limit:
                missing = len(self._links) - len(self.admitted)
                raise Unavailable(f"{missing} of {len(self._links)} devices were not let in by {self.host}:{self.port}")
            await asyncio.sleep(0.05)

    async def drain(self, patience_s: float) -> bool:
        """Waits for what is on its way; True where everything is acknowledged."""
        limit = time.monotonic() + patience_s
        while self.unacknowledged and time.monotonic() < limit:
            await asyncio.sleep(0.05)
        return not self.unacknowledged

    async def stop(self) -> None:
        """Closes all connections."""
        for task in self._tasks:
            task.cancel()
        for link in self._links.values():
            link.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
