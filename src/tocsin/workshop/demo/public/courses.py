"""What becomes of a report: acts with the hours after it was received; what lies ahead of the story is done by the clock."""

from typing import Final

type Course = tuple[tuple[float, str], ...]

_ACCEPTED: Final[Course] = ((2.0, "accept"),)
_ASSIGNED: Final[Course] = (*_ACCEPTED, (5.0, "assign"))
_FOUND: Final[Course] = (*_ASSIGNED, (30.0, "check"))
_HANDLED: Final[Course] = (*_FOUND, (78.0, "handle"))
_ANSWERED: Final[Course] = (*_HANDLED, (102.0, "answer"))
_DRAFTED: Final[Course] = (*_ANSWERED, (104.0, "gone"), (128.0, "close"), (129.0, "draft_reward"))
_PROPOSED: Final[Course] = (*_DRAFTED, (150.0, "propose"))
_AGREED: Final[Course] = (*_PROPOSED, (176.0, "agree"))

COURSES: Final[dict[str, Course]] = {
    "received": (),
    "accepted": _ACCEPTED,
    "assigned": _ASSIGNED,
    "assigned_late": (*_ACCEPTED, (26.0, "assign")),
    "found": _FOUND,
    "handled": _HANDLED,
    "closed": (*_DRAFTED, (146.0, "judge"), (150.0, "propose"), (176.0, "agree")),
    "refused": ((3.0, "refuse"),),
    "transferred": (*_ACCEPTED, (4.0, "transfer")),
    "merged": ((1.0, "merge"),),
    "malicious": (*_FOUND, (32.0, "claim_malicious"), (66.0, "confirm_malicious"), (114.0, "answer")),
    "reward_draft": _DRAFTED,
    "proposed": _PROPOSED,
    "agreed": _AGREED,
    "paid": (*_AGREED, (200.0, "claim"), (222.0, "pay")),
    "danger": ((0.2, "accept"), (0.4, "assign"), (2.0, "check"), (5.0, "handle"), (7.0, "answer")),
    "later": (
        (0.7, "accept"),
        (2.5, "assign"),
        (9.0, "check"),
        (14.0, "handle"),
        (20.0, "answer"),
        (21.0, "gone"),
        (26.0, "close"),
    ),
}
