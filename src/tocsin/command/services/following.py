"""Reads what is told of alarms, and lets cases follow it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from tocsin.bus.envelope import decode_event, read_events
from tocsin.command.gathering.services.placement import follow_events
from tocsin.warning.alarms.events import AlarmChanged, AlarmClosed, AlarmRaised
from tocsin.warning.diagnosis.events import DiagnosisMade

type Followed = AlarmRaised | AlarmChanged | AlarmClosed | DiagnosisMade
FOLLOWED: Final[tuple[type[Followed], ...]] = (AlarmRaised, AlarmChanged, AlarmClosed, DiagnosisMade)


def follow_entries(entries: Sequence[tuple[int, bytes]]) -> None:
    """Entries of the log of events; the position is written with what follows from them."""
    events = (decode_event(payload) for _sequence, payload in entries)
    alarm_ids = {UUID(told.event.alarm_id) for told in read_events(events, FOLLOWED)}
    follow_events(alarm_ids=alarm_ids, position=entries[-1][0], now=settings.CONFIGURATION.clock.now())
