"""The worker's loop that applies the log of detections."""

import logging

import msgspec
from django.conf import settings

from tocsin.bus.connection import Connection
from tocsin.bus.streams import DETECTIONS
from tocsin.bus.threads import own_thread
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.services import detections as services
from tocsin.warning.alarms.services.detections import BATCH

log = logging.getLogger(__name__)


async def apply_detections(connection: Connection) -> None:
    """Applies the log of detections from where the database stands; runs until cancelled.

    The position is written with the effects, so a worker that dies begins again exactly behind what is in the database.
    """
    async with own_thread("apply-detections") as run:
        position = await run(services.applied_position)
        _, last = await connection.sequences(DETECTIONS)
        if position > last:
            log.warning("the log of detections began anew: it ends at %d, position was %d", last, position)
            position = 0
        async for entries in connection.read_log(DETECTIONS, position + 1):
            for start in range(0, len(entries), BATCH):
                await run(_apply, entries[start : start + BATCH])


def _apply(entries: list[tuple[int, bytes]]) -> None:
    detections = []
    for sequence, payload in entries:
        try:
            detections.append(msgspec.json.decode(payload, type=Detection))
        except msgspec.MsgspecError as error:
            log.error("detection %d of the log is skipped: %s", sequence, error)
    clock = settings.CONFIGURATION.clock
    services.apply_detections(detections=detections, now=clock.now(), speed=clock.speed, position=entries[-1][0])
