"""What has to be done next with a case, and who is waited for: values in, acts out, the most pressing first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.command.casebook.rules.cases import CaseState


class NextAct(StrEnum):
    """One thing that somebody has to do. What begins with AWAIT is the lead unit's; the desk presses for it when it is late."""

    TELL = "tell"  # nobody could be told: a person sees to it
    CALL_CREW = "call_crew"  # a crew has not said that it is well
    AGREE = "agree"  # an outcome waits for a second person
    ANSWER = "answer"  # the machine asks whether two matters are one
    TAKE = "take"
    SEND_LEAD = "send_lead"
    AWAIT_SIGNATURE = "await_signature"
    AWAIT_LEAVING = "await_leaving"
    AWAIT_ARRIVAL = "await_arrival"
    AWAIT_CONTROL = "await_control"
    AWAIT_CAUSE = "await_cause"
    AWAIT_MENDING = "await_mending"
    COMPLETE = "complete"  # mended, and something that closing asks for is missing
    END_DECLARATION = "end_declaration"  # what a leader declared still stands, and nothing else hinders the closing
    SIGN_CLOSED = "sign_closed"
    REPORT = "report"  # a report upward is owed
    FIRST_REPORT = "first_report"  # nothing has been told upward of a matter of an upper level
    START_PLAN = "start_plan"  # a plan fits and none has been started
    RESUME = "resume"  # suspended until a day


@dataclass(frozen=True)
class Pressing:
    """What the next acts follow from, beside the state."""

    state: CaseState
    taken: bool
    untold: bool = False  # a notice that nobody got and nobody has seen to
    crew_silent: bool = False
    outcome_waits: bool = False
    proposals: bool = False
    lacks: bool = False  # something that closing asks for is missing
    declared: bool = False  # a warning or an incident stands
    report_owed: bool = False
    unreported: bool = False  # of an upper level, and nobody above has been told
    plan_fits: bool = False
    rings: bool = False  # an alarm of the case that nobody has acknowledged
    suspended: bool = False


_OF_STATE: Final[dict[CaseState, NextAct]] = {
    CaseState.WAITING: NextAct.SEND_LEAD,
    CaseState.ANALYSING: NextAct.SEND_LEAD,
    CaseState.DISPATCHED: NextAct.AWAIT_SIGNATURE,
    CaseState.ACCEPTED: NextAct.AWAIT_LEAVING,
    CaseState.CREW_LEFT: NextAct.AWAIT_ARRIVAL,
    CaseState.ON_SITE: NextAct.AWAIT_CONTROL,
    CaseState.CONTROLLED: NextAct.AWAIT_CAUSE,
    CaseState.CAUSE_FOUND: NextAct.AWAIT_MENDING,
}


_DONE: Final = (CaseState.MENDED, CaseState.RECHECKING)


def next_acts(facts: Pressing) -> tuple[NextAct, ...]:
    """The acts in the order in which they press: people in danger of not knowing first, then decisions, then the chain.

    Empty for a case that is over.
    """
    if facts.state in (CaseState.CLOSED, CaseState.MERGED):
        return ()
    ready = NextAct.END_DECLARATION if facts.declared else NextAct.SIGN_CLOSED
    chain = _OF_STATE.get(facts.state) or (NextAct.COMPLETE if facts.lacks else ready)
    wanted = (
        (NextAct.TELL, facts.untold),
        (NextAct.CALL_CREW, facts.crew_silent),
        (NextAct.AGREE, facts.outcome_waits),
        (NextAct.ANSWER, facts.proposals),
        (NextAct.TAKE, not facts.taken or facts.rings),
        (NextAct.REPORT, facts.report_owed),
        (NextAct.RESUME, facts.suspended),
        (chain, not facts.suspended and not facts.outcome_waits),
        (NextAct.FIRST_REPORT, facts.unreported and facts.taken and facts.state not in _DONE),
        (NextAct.START_PLAN, facts.plan_fits and not facts.suspended and facts.state not in _DONE),
    )
    return tuple(act for act, holds in wanted if holds)
