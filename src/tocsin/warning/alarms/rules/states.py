"""The life of an alarm as pure functions: states and transitions after IEC 62682 / GB/T 41261, levels, device findings, clocks.

An alarm is `active` while its condition holds, `returned` when the condition is gone and nobody has taken note, `latched` when
the condition is gone, somebody has taken note, and the rule wants a person to reset it. Three states set an alarm aside
(shelved by a person, suppressed by design, out of service); the alarm beneath goes on living, so that nothing is forgotten when
it comes back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.rights.rules import Permission


class AlarmState(StrEnum):
    """States of IEC 62682, 5.2 / GB/T 41261-2022."""

    NORMAL = "normal"
    ACTIVE_UNACKNOWLEDGED = "active_unacknowledged"
    ACTIVE_ACKNOWLEDGED = "active_acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned_unacknowledged"
    LATCHED = "latched"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"


class Act(StrEnum):
    """What can happen to an alarm: the first three come from detection, the others from persons or from design."""

    RAISE = "raise"
    CLEAR = "clear"
    ESCALATE = "escalate"  # to a level above the highest that this alarm has had
    ACKNOWLEDGE = "acknowledge"
    LAPSE = "lapse"  # nothing followed the acknowledgement
    RETIRE = "retire"  # it came and went as was announced
    RESET = "reset"
    SHELVE = "shelve"
    SHELVE_ONCE = "shelve_once"  # until the condition is gone the next time (OPC UA Part 9, 5.8.17: one-shot)
    UNSHELVE = "unshelve"
    SUPPRESS = "suppress"
    UNSUPPRESS = "unsuppress"
    TAKE_OUT_OF_SERVICE = "take_out_of_service"
    RETURN_TO_SERVICE = "return_to_service"


class Refused(StrEnum):
    """Why an act is not granted in the present state."""

    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    STILL_ACTIVE = "still_active"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    SET_ASIDE = "set_aside"
    NOT_SET_ASIDE_SO = "not_set_aside_so"
    NO_ALARM = "no_alarm"
    NOT_ACTIVE = "not_active"
    ALREADY_CONFIRMED = "already_confirmed"


@dataclass(frozen=True)
class Standing:
    """Where an alarm stands: its state and, while it is set aside, the state that lives on beneath. `once`: its shelf ends as
    soon as the condition is gone.
    """

    state: AlarmState
    beneath: AlarmState | None = None
    once: bool = False

    @property
    def is_open(self) -> bool:
        """An alarm is open, and holds the place of its condition, until it is normal again."""
        return self.state is not AlarmState.NORMAL


NORMAL = Standing(AlarmState.NORMAL)
ACTIVE = (AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmState.ACTIVE_ACKNOWLEDGED)
UNACKNOWLEDGED = (AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmState.RETURNED_UNACKNOWLEDGED)
SET_ASIDE = (AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE)

# LATCHED as an outcome holds where the rule latches; elsewhere the alarm is normal (see _plain).
_PLAIN: dict[Act, dict[AlarmState, AlarmState | Refused]] = {
    Act.RAISE: {
        AlarmState.NORMAL: AlarmState.ACTIVE_UNACKNOWLEDGED,
        AlarmState.ACTIVE_UNACKNOWLEDGED: AlarmState.ACTIVE_UNACKNOWLEDGED,
        AlarmState.ACTIVE_ACKNOWLEDGED: AlarmState.ACTIVE_ACKNOWLEDGED,
        AlarmState.RETURNED_UNACKNOWLEDGED: AlarmState.ACTIVE_UNACKNOWLEDGED,
        AlarmState.LATCHED: AlarmState.ACTIVE_UNACKNOWLEDGED,
    },
    Act.CLEAR: {
        AlarmState.NORMAL: AlarmState.NORMAL,
        AlarmState.ACTIVE_UNACKNOWLEDGED: AlarmState.RETURNED_UNACKNOWLEDGED,
        AlarmState.ACTIVE_ACKNOWLEDGED: AlarmState.LATCHED,
        AlarmState.RETURNED_UNACKNOWLEDGED: AlarmState.RETURNED_UNACKNOWLEDGED,
        AlarmState.LATCHED: AlarmState.LATCHED,
    },
    Act.ESCALATE: dict.fromkeys(
        (AlarmState.NORMAL, *ACTIVE, AlarmState.RETURNED_UNACKNOWLEDGED, AlarmState.LATCHED),
        AlarmState.ACTIVE_UNACKNOWLEDGED,
    ),
    Act.ACKNOWLEDGE: {
        AlarmState.NORMAL: Refused.NO_ALARM,
        AlarmState.ACTIVE_UNACKNOWLEDGED: AlarmState.ACTIVE_ACKNOWLEDGED,
        AlarmState.ACTIVE_ACKNOWLEDGED: Refused.ALREADY_ACKNOWLEDGED,
        AlarmState.RETURNED_UNACKNOWLEDGED: AlarmState.LATCHED,
        AlarmState.LATCHED: Refused.ALREADY_ACKNOWLEDGED,
    },
    Act.LAPSE: {
        AlarmState.NORMAL: Refused.NO_ALARM,
        AlarmState.ACTIVE_UNACKNOWLEDGED: Refused.NOT_ACKNOWLEDGED,
        AlarmState.ACTIVE_ACKNOWLEDGED: AlarmState.ACTIVE_UNACKNOWLEDGED,
        AlarmState.RETURNED_UNACKNOWLEDGED: Refused.NOT_ACKNOWLEDGED,
        AlarmState.LATCHED: Refused.NOT_ACKNOWLEDGED,
    },
    Act.RETIRE: {
        AlarmState.NORMAL: Refused.NO_ALARM,
        AlarmState.ACTIVE_UNACKNOWLEDGED: Refused.STILL_ACTIVE,
        AlarmState.ACTIVE_ACKNOWLEDGED: Refused.STILL_ACTIVE,
        AlarmState.RETURNED_UNACKNOWLEDGED: AlarmState.NORMAL,
        AlarmState.LATCHED: AlarmState.NORMAL,
    },
    Act.RESET: {
        AlarmState.NORMAL: Refused.NO_ALARM,
        AlarmState.ACTIVE_UNACKNOWLEDGED: Refused.STILL_ACTIVE,
        AlarmState.ACTIVE_ACKNOWLEDGED: Refused.STILL_ACTIVE,
        AlarmState.RETURNED_UNACKNOWLEDGED: Refused.NOT_ACKNOWLEDGED,
        AlarmState.LATCHED: AlarmState.NORMAL,
    },
}
_ASIDE_BY = {
    Act.SHELVE: AlarmState.SHELVED,
    Act.SHELVE_ONCE: AlarmState.SHELVED,
    Act.SUPPRESS: AlarmState.SUPPRESSED,
    Act.TAKE_OUT_OF_SERVICE: AlarmState.OUT_OF_SERVICE,
}
_BACK_BY = {
    Act.UNSHELVE: AlarmState.SHELVED,
    Act.UNSUPPRESS: AlarmState.SUPPRESSED,
    Act.RETURN_TO_SERVICE: AlarmState.OUT_OF_SERVICE,
}
_RANK_ASIDE = {AlarmState.SHELVED: 1, AlarmState.SUPPRESSED: 2, AlarmState.OUT_OF_SERVICE: 3}


def transition(standing: Standing, act: Act, *, latching: bool) -> Standing | Refused:
    """Where the alarm stands after the act, or why the act is refused. The only place where a state follows from another.

    A shelf holds back what was known when it was set: an escalation above the highest level so far ends it and rings. What is
    suppressed by design or out of service stays silent and is counted beneath.

    >>> transition(Standing(AlarmState.ACTIVE_ACKNOWLEDGED), Act.CLEAR, latching=True).state
    <AlarmState.LATCHED: 'latched'>
    """
    if act in _ASIDE_BY:
        return _set_aside(standing, _ASIDE_BY[act], once=act is Act.SHELVE_ONCE)
    if act in _BACK_BY:
        return _bring_back(standing, _BACK_BY[act])
    if standing.beneath is None:
        after = _plain(standing.state, act, latching=latching)
        return after if isinstance(after, Refused) else Standing(after)
    if act in (Act.ACKNOWLEDGE, Act.LAPSE, Act.RETIRE, Act.RESET):
        return Refused.SET_ASIDE
    below = _plain(standing.beneath, act, latching=latching)
    if isinstance(below, Refused):
        return below
    if standing.state is AlarmState.SHELVED and (act is Act.ESCALATE or (act is Act.CLEAR and standing.once)):
        return Standing(below)
    return Standing(standing.state, below, standing.once)


def _plain(state: AlarmState, act: Act, *, latching: bool) -> AlarmState | Refused:
    after = _PLAIN[act][state]
    if after is AlarmState.LATCHED and state is not after and not latching:
        return AlarmState.NORMAL
    return after


def confirmation(standing: Standing, *, acknowledged: bool, confirmed: bool) -> Refused | None:
    """Why nobody can confirm what was done about the alarm; None where it can be confirmed (OPC UA Part 9, 5.7.2: it follows the
    acknowledgement, is no state, and a new alarm of the condition takes it back). An alarm that is over is confirmed too.

    >>> confirmation(Standing(AlarmState.ACTIVE_UNACKNOWLEDGED), acknowledged=False, confirmed=False)
    <Refused.NOT_ACKNOWLEDGED: 'not_acknowledged'>
    """
    if standing.beneath is not None:
        return Refused.SET_ASIDE
    if not acknowledged or standing.state in UNACKNOWLEDGED:
        return Refused.NOT_ACKNOWLEDGED if standing.is_open else Refused.NO_ALARM
    return Refused.ALREADY_CONFIRMED if confirmed else None


def _set_aside(standing: Standing, aside: AlarmState, *, once: bool) -> Standing | Refused:
    """A stronger reason replaces a weaker one (out of service over suppressed over shelved); a weaker one is refused.

    A shelf that waits for the end of the condition needs one that holds.
    """
    if standing.beneath is None:
        if once and standing.is_open and standing.state not in ACTIVE:
            return Refused.NOT_ACTIVE
        return Standing(aside, standing.state, once) if standing.is_open else Refused.NO_ALARM
    if _RANK_ASIDE[aside] <= _RANK_ASIDE[standing.state]:
        return Refused.SET_ASIDE
    return Standing(aside, standing.beneath)


def _bring_back(standing: Standing, aside: AlarmState) -> Standing | Refused:
    """What is active beneath comes back unacknowledged: the end of a shelf must be noticed."""
    if standing.state is not aside or standing.beneath is None:
        return Refused.NOT_SET_ASIDE_SO
    if standing.beneath is AlarmState.ACTIVE_ACKNOWLEDGED:
        return Standing(AlarmState.ACTIVE_UNACKNOWLEDGED)
    return Standing(standing.beneath)


# --- levels ---


def level_after(current: AlarmLevel, detected: AlarmLevel, *, held: bool) -> AlarmLevel:
    """The level shown when detection says `detected`. A level set by a person (`held`) is raised by detection, never lowered."""
    return max(current, detected) if held else detected


def needs_diagnosis(level: AlarmLevel) -> bool:
    """From yellow on the machine looks for causes by itself."""
    return level >= AlarmLevel.YELLOW


def rings(state: AlarmState, level: AlarmLevel, *, late: bool) -> bool:
    """Whether a screen sounds: an upper level nobody has taken, and not one that is news from the past."""
    return state in UNACKNOWLEDGED and level >= AlarmLevel.ORANGE and not late


# --- who may do what ---

PERMISSION_SEE: Final[Permission] = "alarms.see"
PERMISSION_HANDLE: Final[Permission] = "alarms.handle"

# --- time ---

LATE_AFTER_MS = 15 * 60_000
LATE_REAL_MS = 30_000
DIAGNOSE_AGAIN_AFTER_MS = (5 * 60_000, 15 * 60_000, 60 * 60_000)


def is_late(ts_ms: int, now_ms: int, *, speed: float = 1.0) -> bool:
    """News from the past: judged more than 15 minutes ago, and by the machine's own clock more than 30 seconds ago.

    The second condition matters where a demonstration's clock runs fast: an ordinary way through the system is then minutes.
    """
    return now_ms - ts_ms > max(LATE_AFTER_MS, LATE_REAL_MS * speed)


# --- device findings ---

HEALTH_GOOD = "good"
HEALTH_BY_FINDING = {
    "silence": "silent",
    "range": "out_of_range",
    "saturation": "saturated",
    "unreadable": "unknown",
    "stuck": "stuck",
    "noise": "noisy",
}


def health_of(findings: Iterable[str]) -> str:
    """The health that stands for several findings at once: the first of the list above, "good" for none.

    >>> health_of(["noise", "silence"])
    'silent'
    """
    standing = set(findings)
    return next((health for finding, health in HEALTH_BY_FINDING.items() if finding in standing), HEALTH_GOOD)
