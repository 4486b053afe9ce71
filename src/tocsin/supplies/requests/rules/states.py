"""How requests and deliveries go on: from which state which act leads where."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class RequestState(StrEnum):
    """DRAFT: a person still edits it. ASKED: waits for a second person. APPROVED: is being served. CLOSED: it is over."""

    DRAFT = "draft"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


RUNNING: Final = (RequestState.DRAFT, RequestState.ASKED, RequestState.APPROVED)


class DeliveryState(StrEnum):
    """ORDERED: the firm has not answered. RESERVED: the store is to pick. LOADED: out of the ledger of the store."""

    ORDERED = "ordered"
    RESERVED = "reserved"
    PICKED = "picked"
    LOADED = "loaded"
    ON_WAY = "on_way"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class DeliveryAct(StrEnum):
    """What is done with a delivery."""

    CONFIRM = "confirm"  # the firm will
    REFUSE = "refuse"  # the firm or the store can't
    PICK = "pick"
    LOAD = "load"
    LEAVE = "leave"
    HAND_OVER = "hand_over"
    USE = "use"
    BRING_BACK = "bring_back"
    CANCEL = "cancel"
    PHOTO = "photo"
    NOTE = "note"


ENDED: Final = (DeliveryState.CLOSED, DeliveryState.REFUSED, DeliveryState.CANCELLED)
IN_STORE: Final = (DeliveryState.ORDERED, DeliveryState.RESERVED, DeliveryState.PICKED)
STAYS: Final = frozenset((DeliveryAct.PHOTO, DeliveryAct.NOTE))
BY_DRIVER: Final = frozenset((DeliveryAct.LEAVE, DeliveryAct.HAND_OVER, DeliveryAct.PHOTO, DeliveryAct.NOTE))
"""What whoever holds the paper with the code of the delivery may enter."""

STEPS: Final[Mapping[tuple[DeliveryState, DeliveryAct], DeliveryState]] = {
    (DeliveryState.ORDERED, DeliveryAct.CONFIRM): DeliveryState.RESERVED,
    (DeliveryState.ORDERED, DeliveryAct.REFUSE): DeliveryState.REFUSED,
    (DeliveryState.RESERVED, DeliveryAct.REFUSE): DeliveryState.REFUSED,
    (DeliveryState.RESERVED, DeliveryAct.PICK): DeliveryState.PICKED,
    (DeliveryState.PICKED, DeliveryAct.LOAD): DeliveryState.LOADED,
    (DeliveryState.LOADED, DeliveryAct.LEAVE): DeliveryState.ON_WAY,
    (DeliveryState.ON_WAY, DeliveryAct.HAND_OVER): DeliveryState.HANDED_OVER,
    (DeliveryState.HANDED_OVER, DeliveryAct.USE): DeliveryState.HANDED_OVER,
    (DeliveryState.HANDED_OVER, DeliveryAct.BRING_BACK): DeliveryState.HANDED_OVER,
    (DeliveryState.ORDERED, DeliveryAct.CANCEL): DeliveryState.CANCELLED,
    (DeliveryState.RESERVED, DeliveryAct.CANCEL): DeliveryState.CANCELLED,
    (DeliveryState.PICKED, DeliveryAct.CANCEL): DeliveryState.CANCELLED,
}


class StepVerdict(StrEnum):
    """GOES_ON: the act counts. STAYS: it is kept beside. BEHIND: the delivery has passed this step already."""

    GOES_ON = "goes_on"
    STAYS = "stays"
    BEHIND = "behind"
    NOT_NOW = "not_now"


_ORDER: Final = list(DeliveryState)


def step(state: DeliveryState, act: DeliveryAct) -> tuple[StepVerdict, DeliveryState]:
    """What an act does to a delivery in that state.

    >>> step(DeliveryState.RESERVED, DeliveryAct.PICK)
    (<StepVerdict.GOES_ON: 'goes_on'>, <DeliveryState.PICKED: 'picked'>)
    >>> step(DeliveryState.LOADED, DeliveryAct.PICK)[0]
    <StepVerdict.BEHIND: 'behind'>
    """
    if act in STAYS:
        return StepVerdict.STAYS, state
    if (state, act) in STEPS:
        return StepVerdict.GOES_ON, STEPS[state, act]
    reached = [target for (_, one), target in STEPS.items() if one is act and target not in ENDED]
    behind = bool(reached) and state not in ENDED and _ORDER.index(state) >= max(_ORDER.index(one) for one in reached)
    return (StepVerdict.BEHIND if behind else StepVerdict.NOT_NOW), state
