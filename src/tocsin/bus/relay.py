"""The relay: recorded events go from the outbox to the log, in order, at least once.

A commit that recorded an event wakes it. An event is deleted only after the log has acknowledged it; one that was acknowledged
but not yet deleted when the process died is sent again and dropped by the log's duplicate window or by its consumers.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tocsin.bus.loops.rows import BusLoop, Hands, Loop, Step
from tocsin.bus.services import forget_events, waiting_events
from tocsin.bus.traces import forget_traces

BATCH = 500


@asynccontextmanager
async def relaying(hands: Hands) -> AsyncIterator[Step]:
    """One relay at a time keeps the order."""

    async def step() -> bool:
        rows = await hands.thread(waiting_events, BATCH)
        if rows:
            await hands.connection.publish_events([event for _, event in rows])
            await hands.thread(forget_events, [row for row, _ in rows])
        return bool(rows)

    yield step


RELAY = BusLoop(
    name="relay-events", opens=relaying, period_s=2.0, wakes_on=("bus.OutboxEvent",), rest_s=0.0, lease_s=15.0, urgent=True
)
FORGET_TRACES = Loop(name="forget-traces", work=forget_traces, period_s=3600.0)
LOOPS = (RELAY, FORGET_TRACES)
