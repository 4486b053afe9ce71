"""How far a call is: called, accepted, on the way, there, leaving, home; and what each act does to it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

KIND: Final = "volunteer_call"  # of the act that a volunteer answers
NEED: Final = "volunteer_need"  # of what notices are about


class CallState(StrEnum):
    """From the call to the way home. SILENT: no answer in time; RELEASED: not needed any more before they set out."""

    CALLED = "called"
    ACCEPTED = "accepted"
    ON_WAY = "on_way"
    THERE = "there"
    LEAVING = "leaving"
    HOME = "home"
    DECLINED = "declined"
    SILENT = "silent"
    RELEASED = "released"


class CallAct(StrEnum):
    """What a volunteer does with a call."""

    ACCEPT = "accept"
    DECLINE = "decline"
    SET_OUT = "set_out"
    ARRIVE = "arrive"
    CHECK_IN = "check_in"
    LEAVE = "leave"
    HOME = "home"
    NOTE = "note"


class DeclineReason(StrEnum):
    """Why somebody does not come."""

    AWAY = "away"
    WORK = "work"
    HEALTH = "health"
    MACHINE = "machine"
    OTHER = "other"


class CallVerdict(StrEnum):
    """What an act does: the call goes on, stays as it is, or the act comes too late or behind what is known."""

    GOES_ON = "goes_on"
    STAYS = "stays"
    BEHIND = "behind"
    TOO_LATE = "too_late"


RUNNING: Final = frozenset((CallState.CALLED, CallState.ACCEPTED, CallState.ON_WAY, CallState.THERE, CallState.LEAVING))
OUT: Final = frozenset((CallState.ON_WAY, CallState.THERE, CallState.LEAVING))
STEPS: Final = (CallState.CALLED, CallState.ACCEPTED, CallState.ON_WAY, CallState.THERE, CallState.LEAVING, CallState.HOME)
_LEADS_TO: Final = {
    CallAct.ACCEPT: CallState.ACCEPTED,
    CallAct.SET_OUT: CallState.ON_WAY,
    CallAct.ARRIVE: CallState.THERE,
    CallAct.LEAVE: CallState.LEAVING,
    CallAct.HOME: CallState.HOME,
}


def step(state: CallState, act: CallAct) -> tuple[CallVerdict, CallState]:
    """What an act does. Later steps may come first (a phone without network): the earlier ones then lie behind.

    >>> step(CallState.ACCEPTED, CallAct.ARRIVE)
    (<CallVerdict.GOES_ON: 'goes_on'>, <CallState.THERE: 'there'>)
    >>> step(CallState.SILENT, CallAct.ACCEPT)[0]
    <CallVerdict.TOO_LATE: 'too_late'>
    """
    if act is CallAct.NOTE:
        return CallVerdict.STAYS, state
    if state not in RUNNING:
        return CallVerdict.TOO_LATE, state
    if act is CallAct.CHECK_IN:
        return (CallVerdict.STAYS if state in OUT else CallVerdict.BEHIND), state
    if act is CallAct.DECLINE:
        may = state in (CallState.CALLED, CallState.ACCEPTED)
        return (CallVerdict.GOES_ON, CallState.DECLINED) if may else (CallVerdict.BEHIND, state)
    wanted = _LEADS_TO[act]
    if STEPS.index(wanted) > STEPS.index(state):
        return CallVerdict.GOES_ON, wanted
    return CallVerdict.BEHIND, state


def served_min(there_at: datetime | None, left_at: datetime | None, home_at: datetime) -> int:
    """Minutes on site, which count as served; the way there and home does not, and nothing where nobody was ever there."""
    if there_at is None:
        return 0
    return max(0, int(((left_at or home_at) - there_at).total_seconds() // 60))


def rests_until(home_at: datetime | None, served: int, *, rest_h: float, rest_per_h: float) -> datetime | None:
    """Until when whoever came home rests.

    >>> rests_until(datetime(2026, 11, 28, 8), 240, rest_h=8, rest_per_h=0.5)
    datetime.datetime(2026, 11, 28, 18, 0)
    """
    return None if home_at is None else home_at + timedelta(hours=rest_h + served / 60 * rest_per_h)
