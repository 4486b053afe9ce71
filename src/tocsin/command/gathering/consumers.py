"""Cases follow their alarms by the log of events. It may die at any moment."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from tocsin.bus.envelope import decode_event, read_events
from tocsin.bus.loops.rows import LogLoop
from tocsin.bus.streams import EVENTS
from tocsin.command.casebook.events import AlarmJoinedCase, CaseChanged, CaseOpened, CasesMerged, CaseSplit
from tocsin.command.gathering.services.placement import follow_events, followed_position
from tocsin.command.gathering.services.standings import tell_alarms
from tocsin.warning.alarms.events import AlarmChanged, AlarmClosed, AlarmRaised
from tocsin.warning.diagnosis.events import DiagnosisMade

type OfAlarms = AlarmRaised | AlarmChanged | AlarmClosed | DiagnosisMade
type OfCases = CaseOpened | CaseChanged | AlarmJoinedCase | CasesMerged | CaseSplit
OF_ALARMS: Final[tuple[type[OfAlarms], ...]] = (AlarmRaised, AlarmChanged, AlarmClosed, DiagnosisMade)
OF_CASES: Final[tuple[type[OfCases], ...]] = (CaseOpened, CaseChanged, AlarmJoinedCase, CasesMerged, CaseSplit)
FOLLOWED: Final = (*OF_ALARMS, *OF_CASES)


def cases_in(event: OfCases) -> list[str]:
    """The cases whose alarms are to be told."""
    return [event.case_id, event.new_case_id] if isinstance(event, CaseSplit) else [event.case_id]


def follow_entries(entries: Sequence[tuple[int, bytes]]) -> None:
    """Entries of the log of events: cases follow their alarms, and alarms are told how their case stands; the position is written
    with what follows.
    """
    events, now = [decode_event(payload) for _sequence, payload in entries], settings.CONFIGURATION.clock.now()
    tell_alarms(case_ids={UUID(one) for told in read_events(events, OF_CASES) for one in cases_in(told.event)}, now=now)
    alarm_ids = {UUID(told.event.alarm_id) for told in read_events(events, OF_ALARMS)}
    follow_events(alarm_ids=alarm_ids, position=entries[-1][0], now=now)


LOOPS = (LogLoop(name="follow-alarms", stream=EVENTS, position=followed_position, work=follow_entries, lease_s=15.0),)
