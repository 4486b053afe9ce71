"""How a report goes from its receipt to its end: states, acts, and which act leads where. Values in, verdicts out."""

from enum import StrEnum
from typing import Final


class ReportState(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TRANSFERRED = "transferred"  # to a body outside this installation
    ASSIGNED = "assigned"
    TRUE = "true"
    PARTLY_TRUE = "partly_true"
    NOT_TRUE = "not_true"
    MALICIOUS = "malicious"
    HANDLED = "handled"
    ANSWERED = "answered"
    CLOSED = "closed"


class ReportAct(StrEnum):
    """What somebody does to a report; the last ones are the reporter's."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    REFUSE = "refuse"
    MOVE = "move"  # to another body of this installation; no clock begins anew
    TAKE_OVER = "take_over"  # by the body to which it was given
    GIVE_BACK = "give_back"
    CLASSIFY = "classify"  # which situation of the list it is
    TRANSFER = "transfer"
    ASSIGN = "assign"
    CHECK = "check"
    CLAIM_MALICIOUS = "claim_malicious"
    CONFIRM_MALICIOUS = "confirm_malicious"
    REJECT_MALICIOUS = "reject_malicious"
    EXTEND = "extend"
    HANDLE = "handle"
    ANSWER = "answer"
    CLOSE = "close"
    REWARD = "reward"  # what was done about a reward: `RewardStep`
    SIGN = "sign"  # one of the two checkers says what they found; it counts once the other says so, too
    BLUR = "blur"  # what of a photo others see
    OPEN_PHOTO = "open_photo"  # seen whole by who can't wait, as somebody's life is in danger
    NOTE = "note"  # inner: never shown to the reporter
    ASK = "ask"
    MERGE = "merge"
    UNMERGE = "unmerge"
    DUTY_DESK = "duty_desk"  # the duty desk has it as a case
    SAY = "say"  # the reporter answers a question
    ADD = "add"
    GONE = "gone"
    STILL_THERE = "still_there"
    REOPEN = "reopen"


class RewardStep(StrEnum):
    """How far the reward of a report is, beside the report's own state."""

    DECIDED = "decided"
    PAID = "paid"
    NONE = "none"
    LAPSED = "lapsed"
    ANEW = "anew"  # the reports of the matter changed: it is decided again


VERDICTS: Final = (ReportState.TRUE, ReportState.PARTLY_TRUE, ReportState.NOT_TRUE)
"""What checkers find; malicious is found by a second person upon one that is not true."""

_S, _A = ReportState, ReportAct
OPEN: Final = frozenset(_S) - {_S.CLOSED, _S.TRANSFERRED, _S.REFUSED}
"""Somebody still has to do something."""

UNANSWERED: Final = OPEN - {_S.ANSWERED}
"""The reporter still waits for an answer."""

_UNDER_WAY: Final = frozenset(
    (_S.RECEIVED, _S.ACCEPTED, _S.ASSIGNED, _S.TRUE, _S.PARTLY_TRUE, _S.NOT_TRUE, _S.MALICIOUS, _S.HANDLED)
)
ALLOWED: Final[dict[ReportAct, frozenset[ReportState]]] = {
    _A.ACCEPT: frozenset((_S.RECEIVED,)),
    _A.REFUSE: frozenset((_S.RECEIVED,)),
    _A.MOVE: frozenset((_S.RECEIVED, _S.ACCEPTED, _S.ASSIGNED)),
    _A.TAKE_OVER: frozenset((_S.RECEIVED, _S.ACCEPTED, _S.ASSIGNED)),
    _A.GIVE_BACK: frozenset((_S.RECEIVED, _S.ACCEPTED, _S.ASSIGNED)),
    _A.CLASSIFY: _UNDER_WAY,
    _A.TRANSFER: frozenset((_S.RECEIVED, _S.ACCEPTED)),
    _A.ASSIGN: frozenset((_S.ACCEPTED, _S.ASSIGNED)),
    _A.CHECK: frozenset((_S.ASSIGNED,)),
    _A.SIGN: frozenset((_S.ASSIGNED,)),
    _A.REWARD: frozenset(_S),
    _A.CLAIM_MALICIOUS: frozenset((_S.NOT_TRUE,)),
    _A.CONFIRM_MALICIOUS: frozenset((_S.NOT_TRUE,)),
    _A.REJECT_MALICIOUS: frozenset((_S.NOT_TRUE,)),
    _A.EXTEND: frozenset((_S.ACCEPTED, _S.ASSIGNED)),
    _A.HANDLE: frozenset((_S.TRUE, _S.PARTLY_TRUE)),
    _A.ANSWER: frozenset((_S.HANDLED, _S.NOT_TRUE, _S.MALICIOUS)),
    _A.CLOSE: frozenset((_S.ANSWERED,)),
    _A.NOTE: frozenset(_S),
    _A.BLUR: frozenset(_S),
    _A.OPEN_PHOTO: frozenset(_S),
    _A.ASK: _UNDER_WAY,
    _A.MERGE: _UNDER_WAY,
    _A.UNMERGE: frozenset(_S),
    _A.DUTY_DESK: frozenset(_S),
    _A.SAY: _UNDER_WAY,
    _A.ADD: _UNDER_WAY,
    _A.GONE: frozenset((*_UNDER_WAY, _S.ANSWERED)),
    _A.STILL_THERE: frozenset((*_UNDER_WAY, _S.ANSWERED)),
    _A.REOPEN: frozenset((_S.REFUSED, _S.ANSWERED, _S.CLOSED)),
}
LEADS_TO: Final[dict[ReportAct, ReportState]] = {
    _A.ACCEPT: _S.ACCEPTED,
    _A.REFUSE: _S.REFUSED,
    _A.TRANSFER: _S.TRANSFERRED,
    _A.ASSIGN: _S.ASSIGNED,
    _A.CONFIRM_MALICIOUS: _S.MALICIOUS,
    _A.HANDLE: _S.HANDLED,
    _A.ANSWER: _S.ANSWERED,
    _A.CLOSE: _S.CLOSED,
    _A.REOPEN: _S.RECEIVED,
}
BY_THE_REPORTER: Final = (_A.SAY, _A.ADD, _A.GONE, _A.STILL_THERE, _A.REOPEN)
OF_ITSELF: Final = (_A.UNMERGE, _A.NOTE, _A.BLUR, _A.OPEN_PHOTO)
"""Acts upon a report that went into another one."""
INWARD: Final = frozenset(
    (
        *(_A.NOTE, _A.BLUR, _A.OPEN_PHOTO, _A.MOVE, _A.TAKE_OVER, _A.GIVE_BACK, _A.CLASSIFY, _A.MERGE, _A.UNMERGE),
        *(_A.SIGN, _A.CLAIM_MALICIOUS, _A.REJECT_MALICIOUS, _A.DUTY_DESK, _A.ASSIGN, _A.EXTEND),
    )
)
"""Acts that the reporter does not read: who checks and when is nobody's to know beforehand."""


GOES_ON_WITH_IT: Final = (_A.ACCEPT, _A.REFUSE, _A.ASSIGN)
"""Whoever does one of these to a report that was given to another body has taken it over by that."""


class ActVerdict(StrEnum):
    """Whether an act goes on from where a report stands."""

    GOES_ON = "goes_on"
    NOT_NOW = "not_now"
    MERGED = "merged"  # what is done is done upon the one that leads
    ONCE = "once"  # a second reopening, a second extension


def judge_act(act: ReportAct, state: ReportState, *, merged: bool = False, done_before: bool = False) -> ActVerdict:
    """Whether the act may be done now. `done_before`: it is one that is done once, and has been.

    >>> judge_act(ReportAct.REOPEN, ReportState.CLOSED, done_before=True)
    <ActVerdict.ONCE: 'once'>
    """
    if merged and act not in (*BY_THE_REPORTER, *OF_ITSELF):
        return ActVerdict.MERGED
    if state not in ALLOWED.get(act, frozenset()):
        return ActVerdict.NOT_NOW
    return ActVerdict.ONCE if done_before and act in (ReportAct.REOPEN, ReportAct.EXTEND) else ActVerdict.GOES_ON
