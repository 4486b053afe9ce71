"""The loop that hands signed reports to superior platforms. A platform that stalls holds only its own thread."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings
from django.utils import timezone

from tocsin.bus.loops.rows import BusLoop, Hands, Step
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.queries.superiors import superiors
from tocsin.command.reports.services import transmissions
from tocsin.command.reports.services.superiors import Answer as SuperiorAnswer
from tocsin.command.reports.services.superiors import hand_up
from tocsin.notices.channels.rules.verdicts import Verdict

log = logging.getLogger(__name__)

FINISH_S = 1.5


@asynccontextmanager
async def handing_up(hands: Hands) -> AsyncIterator[Step]:
    """Hands signed reports to superior platforms; one that stalls holds only its own thread."""
    clock, in_flight = settings.CONFIGURATION.clock, set[asyncio.Task[None]]()

    async def hand(leased: transmissions.Leased) -> None:
        answer = await asyncio.to_thread(_hand_up, leased)
        await hands.thread(transmissions.settle, transmissions.Done(leased.id, answer), machine_now=timezone.now())
        hands.wake()

    async def step() -> None:
        await hands.thread(transmissions.look_after, now=clock.now(), machine_now=timezone.now())
        room = report_policy().transmission.at_once - len(in_flight)
        for one in await hands.thread(transmissions.take, most=room, now=clock.now(), machine_now=timezone.now()):
            in_flight.add(asyncio.create_task(hand(one)))
        ended = {task for task in in_flight if task.done()}
        in_flight.difference_update(ended)
        for task in ended:
            task.result()  # what the database refused ends this loop; it begins anew, and leases run out

    try:
        yield step
    finally:
        if in_flight:  # a moment for what is in flight; what stalls is left to its lease
            await asyncio.wait(in_flight, timeout=FINISH_S)


def _hand_up(leased: transmissions.Leased) -> SuperiorAnswer:
    """The outermost place of a report's attempt: what raises here is a fault of our own, and it may have left."""
    try:
        superior = superiors().get(leased.platform)
        if superior is None:
            return SuperiorAnswer(Verdict.LATER, f"superiors.toml has no table {leased.platform} any more")
        return hand_up(superior, leased.report, key=leased.key, attempt=leased.attempt)
    except ValueError as problem:
        return SuperiorAnswer(Verdict.LATER, str(problem))
    except Exception:
        log.exception("handing the report %s to %s failed", leased.report["number"], leased.platform)
        return SuperiorAnswer(Verdict.UNKNOWN, "sending failed: see the log")


HAND_UP = BusLoop(name="hand-reports-up", opens=handing_up, period_s=3.0, wakes_on=("command.Transmission",))
LOOPS = (HAND_UP,)
