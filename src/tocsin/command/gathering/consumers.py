"""Cases follow their alarms by the log of events. It may die at any moment."""

from uuid import UUID

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.gathering.services import placement as services
from tocsin.command.routing.consumers import _read_on
from tocsin.screens.clock import current_time

_ALARM_EVENTS = ("warning.AlarmRaised", "warning.AlarmChanged", "warning.AlarmClosed", "warning.DiagnosisMade")


async def follow_alarms(connection: Connection) -> None:
    """Reads what is told of alarms, from where the database stands; runs until cancelled."""
    async with own_thread("follow-alarms") as run:
        async for part in _read_on(connection, await run(services.followed_position)):
            alarm_ids = {UUID(event.data["alarm_id"]) for _position, event in part if event.name in _ALARM_EVENTS}
            now = current_time()
            await run(services.follow_events, alarm_ids=alarm_ids, position=part[-1][0], now=now)
