"""A signed report on its way to a superior platform, and what an answer makes of it. Pure."""

from enum import StrEnum
from typing import Final

from tocsin.notices.channels.rules.verdicts import Verdict


class TransmissionState(StrEnum):
    """How far it has come. UNCERTAIN: the time is over, and nobody knows whether the platform has it."""

    WAITING = "waiting"  # for its first attempt or the next
    HELD = "held"  # a sender is handing it over
    TAKEN = "taken"
    REFUSED = "refused"  # for good: wrong key, not by their schema
    GIVEN_UP = "given_up"  # the time is over, and the platform surely has nothing
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"  # sent another way or given back before it left


ON_ITS_WAY: Final = (TransmissionState.WAITING, TransmissionState.HELD)
FAILED: Final = (TransmissionState.REFUSED, TransmissionState.GIVEN_UP, TransmissionState.UNCERTAIN)


def state_after(verdict: Verdict, *, perhaps_taken: bool, again: bool) -> TransmissionState:
    """The state after an attempt. `perhaps_taken`: an earlier attempt got no answer; `again`: there is time for another.

    No answer is always tried again: the key by which the platform knows a repeat is the same in each attempt.

    >>> state_after(Verdict.UNKNOWN, perhaps_taken=False, again=True)
    <TransmissionState.WAITING: 'waiting'>
    """
    if verdict in (Verdict.TAKEN, Verdict.DELIVERED):
        return TransmissionState.TAKEN
    if verdict is Verdict.NEVER:
        return TransmissionState.UNCERTAIN if perhaps_taken else TransmissionState.REFUSED
    if again:
        return TransmissionState.WAITING
    unknown = perhaps_taken or verdict is Verdict.UNKNOWN
    return TransmissionState.UNCERTAIN if unknown else TransmissionState.GIVEN_UP


def may_be_given_back(state: TransmissionState, *, perhaps_taken: bool) -> bool:
    """Whether a report may be written anew: only while the platform surely has nothing of it.

    >>> may_be_given_back(TransmissionState.WAITING, perhaps_taken=False)
    True
    """
    return not perhaps_taken and state not in (TransmissionState.HELD, TransmissionState.TAKEN, TransmissionState.UNCERTAIN)
