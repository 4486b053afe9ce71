"""How requests and deliveries go on: from which state which act leads where."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

DELIVERY: Final = "supply_delivery"  # among what takes acts from phones


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

MAY_COME_AHEAD: Final = (DeliveryAct.PICK, DeliveryAct.LOAD, DeliveryAct.LEAVE, DeliveryAct.HAND_OVER)
"""Steps on the way from the shelf to the receiver: two phones without a network send theirs in any order."""


class StepVerdict(StrEnum):
    """GOES_ON: the act counts. STAYS: it is kept beside. BEHIND: the delivery has passed this step already.
    AHEAD: it came before a step that it follows, and counts once that one is there. NOT_NOW: it does not fit.
    """

    GOES_ON = "goes_on"
    STAYS = "stays"
    BEHIND = "behind"
    AHEAD = "ahead"
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
    behind = state not in ENDED and is_behind(state, act)
    return (StepVerdict.BEHIND if behind else StepVerdict.NOT_NOW), state


def is_behind(state: DeliveryState, act: DeliveryAct) -> bool:
    """Whether a delivery in that state has this step behind it; what was refused or cancelled has none."""
    reached = [target for (_, one), target in STEPS.items() if one is act and target not in ENDED]
    if not reached or state in (DeliveryState.REFUSED, DeliveryState.CANCELLED):
        return False
    return _ORDER.index(state) >= max(_ORDER.index(one) for one in reached)


def comes_ahead(state: DeliveryState, act: DeliveryAct) -> bool:
    """Whether a step was done whose steps before are still to be told: the phone of whoever did them has no network.

    >>> comes_ahead(DeliveryState.RESERVED, DeliveryAct.LEAVE), comes_ahead(DeliveryState.CANCELLED, DeliveryAct.LEAVE)
    (True, False)
    """
    if act not in MAY_COME_AHEAD or state in ENDED:
        return False
    source = next(one for one, what in STEPS if what is act)
    return _ORDER.index(source) > _ORDER.index(state)
