"""How a requisition goes on: from which state which act leads where, and who does it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class RequisitionState(StrEnum):
    """ASKED: waits for the second person. SIGNED: the owner is told. IN_USE: handed over. RETURNED: all is accounted for.
    CLAIMED, VALUED, AWARDED, PAID: steps of the compensation.
    """

    DRAFT = "draft"
    ASKED = "asked"
    REFUSED = "refused"
    SIGNED = "signed"
    IN_USE = "in_use"
    RETURNED = "returned"
    CLAIMED = "claimed"
    VALUED = "valued"
    AWARDED = "awarded"
    PAID = "paid"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class RequisitionAct(StrEnum):
    """What is done with a requisition."""

    ASK = "ask"
    SIGN = "sign"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    PROLONG = "prolong"
    HAND_OVER = "hand_over"  # a list of what is taken is signed by both sides
    GIVE_BACK = "give_back"  # a list of what goes back is signed by both sides
    ACCOUNT = "account"  # all that was taken is back, consumed or lost
    CLAIM = "claim"
    VALUE = "value"
    SEND_BACK = "send_back"  # the second person wants another valuation
    AWARD = "award"
    PAY = "pay"
    CLOSE = "close"


class Property(StrEnum):
    """What is taken (财产). Goods are of the catalogue and enter the ledger; the others may, where the catalogue has them."""

    GOODS = "goods"
    MACHINE = "machine"
    VEHICLE = "vehicle"
    PLACE = "place"


class OwnersAnswer(StrEnum):
    """What the owner says to the decision. An objection stops nothing by itself: whoever decided reads it."""

    NONE = ""
    WILL = "will"
    OBJECTS = "objects"


class ListKind(StrEnum):
    """A list of property that two sides sign."""

    HAND_OVER = "hand_over"
    RETURN = "return"


class Damage(StrEnum):
    """For what compensation is claimed."""

    USE = "use"
    DAMAGED = "damaged"
    CONSUMED = "consumed"
    LOST = "lost"
    OTHER = "other"


_S, _A = RequisitionState, RequisitionAct

STEPS: Final[Mapping[tuple[RequisitionState, RequisitionAct], RequisitionState]] = {
    (_S.DRAFT, _A.ASK): _S.ASKED,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.ASKED, _A.SIGN): _S.SIGNED,
    (_S.ASKED, _A.REFUSE): _S.REFUSED,
    (_S.ASKED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SIGNED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SIGNED, _A.ANSWER): _S.SIGNED,
    (_S.SIGNED, _A.PROLONG): _S.SIGNED,
    (_S.SIGNED, _A.HAND_OVER): _S.IN_USE,
    (_S.IN_USE, _A.ANSWER): _S.IN_USE,
    (_S.IN_USE, _A.PROLONG): _S.IN_USE,
    (_S.IN_USE, _A.HAND_OVER): _S.IN_USE,
    (_S.IN_USE, _A.GIVE_BACK): _S.IN_USE,
    (_S.IN_USE, _A.ACCOUNT): _S.RETURNED,
    (_S.RETURNED, _A.CLAIM): _S.CLAIMED,
    (_S.RETURNED, _A.CLOSE): _S.CLOSED,
    (_S.CLAIMED, _A.VALUE): _S.VALUED,
    (_S.VALUED, _A.VALUE): _S.VALUED,
    (_S.VALUED, _A.SEND_BACK): _S.CLAIMED,
    (_S.VALUED, _A.AWARD): _S.AWARDED,
    (_S.AWARDED, _A.PAY): _S.PAID,
    (_S.PAID, _A.CLOSE): _S.CLOSED,
}

ENDED: Final = (_S.REFUSED, _S.CLOSED, _S.WITHDRAWN)
RUNNING: Final = tuple(one for one in _S if one not in ENDED)
OWNERS: Final = frozenset((_S.SIGNED, _S.IN_USE, _S.RETURNED, _S.CLAIMED, _S.VALUED, _S.AWARDED, _S.PAID, _S.CLOSED))
"""States in which the owner reads the requisition: not before it is signed, and never one that was refused."""


def next_state(state: RequisitionState, act: RequisitionAct) -> RequisitionState | None:
    """Where the act leads; None where it does not fit now.

    >>> next_state(RequisitionState.ASKED, RequisitionAct.SIGN)
    <RequisitionState.SIGNED: 'signed'>
    >>> next_state(RequisitionState.DRAFT, RequisitionAct.PAY) is None
    True
    """
    return STEPS.get((state, act))
