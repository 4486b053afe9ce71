"""The life of an order (处置单) at the unit that received it: which act follows on which state.

Order of the steps: domain practice of city lifeline platforms; 签收 is the unit's act, 确认 the duty officer's.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from tocsin.command.casebook.rules.order_states import ENDED, OrderState


class ReturnReason(StrEnum):
    """Why a unit sends an order back (退回原因)."""

    NOT_OURS = "not_ours"
    WRONG_DATA = "wrong_data"
    OTHER = "other"


class OrderAct(StrEnum):
    """What a unit or its crew does with an order. Acts without a target state leave it where it is."""

    ACCEPT = "accept"
    RETURN = "return"
    PASS_ON = "pass_on"  # noqa: S105 - an act
    LEAVE = "leave"
    ARRIVE = "arrive"
    CONTROL = "control"
    FIND_CAUSE = "find_cause"
    MEND = "mend"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    READING = "reading"  # also the right value of an earlier one
    ANSWER = "answer"  # to a question that would decide about the cause
    TAKE_BACK = "take_back"  # the last step was entered by mistake
    TASK = "task"  # one that a plan asked of the unit is done
    MEASURE = "measure"
    NOTE = "note"
    PHOTO = "photo"
    CHECK_IN = "check_in"
    CALL_NEIGHBOURS = "neighbours"  # owners of lines beside the digging place are asked to stand by
    DIG = "dig"


PROGRESS: Final = frozenset(
    (
        OrderAct.LEAVE,
        OrderAct.ARRIVE,
        OrderAct.CONTROL,
        OrderAct.FIND_CAUSE,
        OrderAct.MEND,
        OrderAct.READING,
        OrderAct.ANSWER,
        OrderAct.TASK,
        OrderAct.MEASURE,
        OrderAct.NOTE,
        OrderAct.PHOTO,
        OrderAct.DIG,
    )
)
"""Acts by which the lead unit tells how the matter stands (续报). A signature and "we are well" tell nothing of it."""

_STEPS: Final = (
    OrderState.SENT,
    OrderState.ACCEPTED,
    OrderState.LEFT,
    OrderState.ON_SITE,
    OrderState.CONTROLLED,
    OrderState.CAUSE_FOUND,
    OrderState.MENDED,
)
_LEADS_TO: Final[dict[OrderAct, OrderState]] = {
    OrderAct.ACCEPT: OrderState.ACCEPTED,
    OrderAct.LEAVE: OrderState.LEFT,
    OrderAct.ARRIVE: OrderState.ON_SITE,
    OrderAct.CONTROL: OrderState.CONTROLLED,
    OrderAct.FIND_CAUSE: OrderState.CAUSE_FOUND,
    OrderAct.MEND: OrderState.MENDED,
    OrderAct.FINISH: OrderState.DONE,
    OrderAct.RETURN: OrderState.RETURNED,
    OrderAct.PASS_ON: OrderState.PASSED_ON,
    OrderAct.WITHDRAW: OrderState.WITHDRAWN,
}


CREW_STEPS: Final = tuple(_LEADS_TO)[:6]
"""The buttons of the crew's page, in their order: signed for, left, on site, under control, cause found, mended."""


def reached(state: OrderState) -> tuple[OrderAct, ...]:
    """The steps that lie behind a running order: those that were left out, too. None for an order that has ended.

    >>> reached(OrderState.LEFT)
    (<OrderAct.ACCEPT: 'accept'>, <OrderAct.LEAVE: 'leave'>)
    """
    return CREW_STEPS[: _STEPS.index(state)] if state in _STEPS else ()


class StepVerdict(StrEnum):
    """Whether an act follows on a state, and why not."""

    GOES_ON = "goes_on"
    STAYS = "stays"  # the act changes no state
    ALREADY = "already"  # the state was reached before: nothing is lost, nothing moves back
    ENDED = "ended"
    NOT_YET_SIGNED = "not_yet_signed"  # judged again when the unit has signed
    STRUCK = "struck"  # taken back, or corrected by a later one
    OUTDATED = "outdated"  # an end, or another finding, by somebody who had not seen what others did since


CONFLICTS: Final = frozenset(
    (StepVerdict.ALREADY, StepVerdict.ENDED, StepVerdict.NOT_YET_SIGNED, StepVerdict.OUTDATED),
)


TAKEN_BACK: Final = frozenset((OrderAct.LEAVE, OrderAct.ARRIVE, OrderAct.CONTROL, OrderAct.MEND))
"""Steps that may be taken back. A signature is given back with the order; another finding takes the place of a finding."""


def furthest(acts: Iterable[OrderAct]) -> OrderState:
    """The state to which these acts lead, in whatever order they came.

    >>> furthest([OrderAct.ARRIVE, OrderAct.ACCEPT, OrderAct.LEAVE])
    <OrderState.ON_SITE: 'on_site'>
    """
    return max((_LEADS_TO[act] for act in acts if act in CREW_STEPS), key=_STEPS.index, default=OrderState.SENT)


def step(state: OrderState, act: OrderAct, *, outdated: bool = False) -> tuple[StepVerdict, OrderState]:
    """The verdict on an act and the state after it. Steps may be left out (who is on site has left); none goes back.

    So the state is the furthest of all steps, in whatever order they arrive. Only an end depends on what was known: `outdated`
    says that somebody else took the order further than the person saw.

    >>> step(OrderState.SENT, OrderAct.ARRIVE)
    (<StepVerdict.NOT_YET_SIGNED: 'not_yet_signed'>, <OrderState.SENT: 'sent'>)
    >>> step(OrderState.ACCEPTED, OrderAct.ARRIVE)
    (<StepVerdict.GOES_ON: 'goes_on'>, <OrderState.ON_SITE: 'on_site'>)
    """
    if state in ENDED:
        return StepVerdict.ENDED, state
    target = _LEADS_TO.get(act)
    if target is None:
        return StepVerdict.STAYS, state
    if target in ENDED:
        return (StepVerdict.OUTDATED, state) if outdated else (StepVerdict.GOES_ON, target)
    if state is OrderState.SENT and act is not OrderAct.ACCEPT:
        return StepVerdict.NOT_YET_SIGNED, state
    if _STEPS.index(target) <= _STEPS.index(state):
        return StepVerdict.ALREADY, state
    return StepVerdict.GOES_ON, target
