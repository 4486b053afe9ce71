"""The worker's loops over people on post. Each may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.screens.clock import current_time
from tocsin.supervision.evidence.loops import TIDY_S
from tocsin.supervision.posts.services.calls import run_calls
from tocsin.supervision.posts.services.judging import judge_due_duty
from tocsin.supervision.posts.services.signs import forget_old_signs

LOOK_S = 5.0


CALL_S = 1.0


async def judge_presence(connection: Connection) -> None:
    """Judges who is on post in firms whose shifts run or have ended; runs until cancelled."""
    async with own_thread("judge-presence") as run:
        while True:
            if not await run(judge_due_duty, now=current_time()):
                await asyncio.sleep(LOOK_S)


async def run_roll_calls(connection: Connection) -> None:
    """Calls again and raises tasks when it is time; runs until cancelled."""
    async with own_thread("roll-calls") as run:
        while True:
            if not await run(run_calls, now=current_time()):
                await asyncio.sleep(CALL_S)


async def tidy_presence(connection: Connection) -> None:
    """Deletes raw signs that are older than policy allows; runs until cancelled."""
    async with own_thread("tidy-presence") as run:
        while True:
            if not await run(forget_old_signs, now=current_time()):
                await asyncio.sleep(TIDY_S)
