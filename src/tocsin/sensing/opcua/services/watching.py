"""Watching one server for as long as it is entered: told of changes, read in its period, connected anew after each cut."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final

from asyncua import ua

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.time import ms_from_datetime
from tocsin.sensing.opcua.rules.nodes import Node, Told, moment_of, quality_of, refusal_of
from tocsin.sensing.opcua.rules.orders import ROWS, Heard, Order, Said, Unread, reason_of
from tocsin.sensing.opcua.services.session import Session

REPUBLISHED: Final = 200  # messages at most that are asked for again after a cut

type Tell = Callable[[Said], Awaitable[None]]


class Watch:
    """One server. `tell` returns when what was told is in the log: until then the server is asked for nothing more."""

    def __init__(self, order: Order, tell: Tell) -> None:
        self.order, self._tell = order, tell
        self._session = Session(order)
        self._handles: dict[int, Node] = {}
        self._subscription = self._sequence = 0
        self._told: dict[str, Told] = {}  # by channel
        self._told_s: dict[str, float] = {}  # when that was, by the clock of the machine
        self._missed: dict[str, int] = {}  # channel -> its source's time before a cut after which the subscription was lost

    async def run(self) -> None:
        """Until it is cancelled."""
        retry_s = self.order.limits.first_retry_s
        while True:
            started_s = time.monotonic()
            try:
                await self._begin()
                await self._read_on()
            except Unavailable as error:
                self._session.cut()
                await self._tell(Said(trouble=reason_of(error)))
            if time.monotonic() - started_s > 10 * self.order.limits.first_retry_s:
                retry_s = self.order.limits.first_retry_s
            await asyncio.sleep(retry_s)
            retry_s = min(2 * retry_s, self.order.limits.longest_retry_s)

    async def _begin(self) -> None:
        """With the session that the server has kept and its queues; else with a new one, and what its history holds."""
        if self._subscription and await self._resumed():
            return
        self._missed = {channel: told.source_ms for channel, told in self._told.items() if told.source_ms is not None}
        self._subscription = self._sequence = 0
        await self._session.close()
        self._session = Session(self.order)
        await self._session.open()
        await self._catch_up()
        try:
            self._handles, _left = await self._session.subscribe(self.order.nodes, self._on_publish)
        except Unavailable:
            if self._session.lost.is_set():
                raise
            self._handles = {}  # it has no subscriptions for us: it is read in its period

    async def _resumed(self) -> bool:
        try:
            await self._session.resume()
        except Unavailable:
            return False
        for sequence in range(self._sequence + 1, self._sequence + REPUBLISHED):
            message = await self._session.republish(self._subscription, sequence)
            if message is None:
                break
            await self._take(message)
        return True

    async def _catch_up(self) -> None:
        """What the server's own history has of the time of a cut; asked for once a cut, whatever comes of it."""
        missed, self._missed = self._missed, {}
        if not self.order.limits.history_a_node:
            return
        for node in self.order.nodes:
            if node.channel in missed:
                values = await self._session.history(node, missed[node.channel])
                await self._keep((node, one) for one in values)

    async def _read_on(self) -> None:
        """Reads all nodes in the period until the connection is lost."""
        renewed_s = time.monotonic()
        while True:
            started_s = time.monotonic()
            found = await self._session.read(self.order.nodes)
            await self._keep((pair for pair in found if not self._is_fresh(*pair)), answered=True)
            if time.monotonic() - renewed_s > 0.75 * self._session.channel_s:
                await self._session.renew()
                renewed_s = time.monotonic()
            left_s = max(0.05, min(self.order.period_s, 0.25 * self._session.channel_s) - (time.monotonic() - started_s))
            try:
                async with asyncio.timeout(left_s):
                    await self._session.lost.wait()
            except TimeoutError:
                continue
            raise Unavailable("the connection was cut; it is made again, after a pause that grows")

    async def _on_publish(self, result: ua.PublishResult) -> None:
        """One answer of the subscription; the next one is asked for when this is in the log."""
        self._subscription = int(result.SubscriptionId)
        await self._take(result.NotificationMessage)

    async def _take(self, message: ua.NotificationMessage) -> None:
        data = message.NotificationData or []
        if data:
            self._sequence = int(message.SequenceNumber)
        found: list[tuple[Node, ua.DataValue]] = []
        for one in data:
            if isinstance(one, ua.DataChangeNotification):
                found += (
                    (self._handles[item.ClientHandle], item.Value)
                    for item in one.MonitoredItems
                    if item.ClientHandle in self._handles
                )
            elif isinstance(one, ua.StatusChangeNotification) and not one.Status.is_good():
                self._subscription = 0  # the server has ended it
                self._session.lost.set()
        await self._keep(found, answered=True)

    async def _keep(self, found: Iterable[tuple[Node, ua.DataValue]], *, answered: bool = False) -> None:
        earliest_ms = round((time.time() - self.order.limits.late_s) * 1000)
        heard: list[Heard] = []
        unread: list[Unread] = []
        for node, answer in found:
            one = self._judged(node, answer, earliest_ms)
            (heard if isinstance(one, Heard) else unread).append(one)  # type: ignore[arg-type]
            if len(heard) + len(unread) >= ROWS:
                await self._tell(Said(answered=True, subscribed=bool(self._handles), heard=tuple(heard), unread=tuple(unread)))
                heard, unread = [], []
        if heard or unread or answered:
            await self._tell(Said(answered=answered, subscribed=bool(self._handles), heard=tuple(heard), unread=tuple(unread)))

    def _is_fresh(self, node: Node, answer: ua.DataValue) -> bool:
        """Whether the subscription has told just this, not long ago."""
        told, told_s = self._told.get(node.channel), self._told_s.get(node.channel, 0.0)
        is_same = told is not None and told.source_ms is not None and told.source_ms == ms_of(answer.SourceTimestamp)
        return is_same and time.monotonic() - told_s < self.order.period_s / 2

    def _judged(self, node: Node, answer: ua.DataValue, earliest_ms: int) -> Heard | Unread:
        source_ms, server_ms = ms_of(answer.SourceTimestamp), ms_of(answer.ServerTimestamp)
        told = self._told.get(node.channel)
        found = judged(node, answer, moment_of(source_ms, server_ms, told, earliest_ms))
        if isinstance(found, Heard):
            moment_ms = round(time.time() * 1000) if found.ts_ms is None else found.ts_ms
            if told is None or moment_ms >= told.moment_ms:
                self._told[node.channel], self._told_s[node.channel] = Told(source_ms, moment_ms), time.monotonic()
        return found


def judged(node: Node, answer: ua.DataValue, ts_ms: int | None) -> Heard | Unread:
    """What an answer says of a node: a value, or why there is none."""
    status = int(answer.StatusCode.value) if answer.StatusCode is not None else 0
    refusal = refusal_of(node.node, status)
    if refusal is not None:
        return Unread(node.channel, reason_of(refusal))
    quality = quality_of(status)
    if status >> 31:
        return Heard(node.channel, ts_ms, None, int(quality))
    try:
        value = node.value(answer.Value.Value if answer.Value is not None else None)
    except InvalidInput as error:
        return Unread(node.channel, reason_of(error), is_value=True)
    return Heard(node.channel, ts_ms, value, int(quality))


def ms_of(moment: datetime | None) -> int | None:
    """UTC milliseconds of a time of OPC UA; None for none, and for its first one, which means the same."""
    if moment is None or moment.year < 1971:
        return None
    return ms_from_datetime(moment)
