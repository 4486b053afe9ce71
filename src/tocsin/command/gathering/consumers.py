"""Cases follow their alarms by the log of events. It may die at any moment."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from tocsin.bus.envelope import decode_event, read_events
from tocsin.bus.loops.rows import LogLoop
from tocsin.bus.streams import EVENTS
from tocsin.command.gathering.services.placement import follow_events, followed_position
from tocsin.warning.alarms.events import AlarmChanged, AlarmClosed, AlarmRaised
from tocsin.warning.diagnosis.events import DiagnosisMade

type Followed = AlarmRaised | AlarmChanged | AlarmClosed | DiagnosisMade
FOLLOWED: Final[tuple[type[Followed], ...]] = (AlarmRaised, AlarmChanged, AlarmClosed, DiagnosisMade)


def follow_entries(entries: Sequence[tuple[int, bytes]]) -> None:
    """Entries of the log of events; the position is written with what follows from them."""
    events = (decode_event(payload) for _sequence, payload in entries)
    alarm_ids = {UUID(told.event.alarm_id) for told in read_events(events, FOLLOWED)}
    follow_events(alarm_ids=alarm_ids, position=entries[-1][0], now=settings.CONFIGURATION.clock.now())


LOOPS = (LogLoop(name="follow-alarms", stream=EVENTS, position=followed_position, work=follow_entries, lease_s=15.0),)
