"""The first screen of a case in words: what is to be done next, who was told, how each link of the chain stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Schema

from tocsin.command.case_page.rules import NextAct
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.cases import CaseOut
from tocsin.command.casebook.shown.clocks import ClockOut
from tocsin.command.handling.shown import LinkOut
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import NoticeOut

ACT_NAMES: Final = {
    NextAct.TELL: pgettext_lazy("next act", "Nobody could be told: tell them and say how"),
    NextAct.CALL_CREW: pgettext_lazy("next act", "Call the crew: it has not said that it is well"),
    NextAct.AGREE: pgettext_lazy("next act", "A second person agrees to the closing or refuses"),
    NextAct.ANSWER: pgettext_lazy("next act", "Answer: do these cases belong together?"),
    NextAct.TAKE: pgettext_lazy("next act", "Confirm that you have it in hand"),
    NextAct.SEND_LEAD: pgettext_lazy("next act", "Send a lead unit"),
    NextAct.AWAIT_SIGNATURE: pgettext_lazy("next act", "The lead unit signs for its order"),
    NextAct.AWAIT_LEAVING: pgettext_lazy("next act", "The crew leaves"),
    NextAct.AWAIT_ARRIVAL: pgettext_lazy("next act", "The crew arrives"),
    NextAct.AWAIT_CONTROL: pgettext_lazy("next act", "The crew takes the first control measure"),
    NextAct.AWAIT_CAUSE: pgettext_lazy("next act", "The crew finds the cause"),
    NextAct.AWAIT_MENDING: pgettext_lazy("next act", "The crew mends it"),
    NextAct.COMPLETE: pgettext_lazy("next act", "Get what closing still lacks"),
    NextAct.END_DECLARATION: pgettext_lazy("next act", "The leader ends what is declared; then the case can be closed"),
    NextAct.REPORT: pgettext_lazy("next act", "Report upward"),
    NextAct.FIRST_REPORT: pgettext_lazy("next act", "Is it an event? Then begin the first report upward, or the leader declares"),
    NextAct.START_PLAN: pgettext_lazy("next act", "The leader starts the response plan that fits"),
    NextAct.SIGN_CLOSED: pgettext_lazy("next act", "Sign the case closed"),
    NextAct.RESUME: pgettext_lazy("next act", "Suspended: nothing is due until then"),
}
# Act -> the part of the page where it is done, and the clocks that run for it.
PLACES: Final = {
    NextAct.TELL: "told",
    NextAct.CALL_CREW: "orders",
    NextAct.AGREE: "",
    NextAct.ANSWER: "",
    NextAct.COMPLETE: "decide",
    NextAct.SIGN_CLOSED: "decide",
    NextAct.RESUME: "",
    NextAct.TAKE: "",
    NextAct.END_DECLARATION: "",
    NextAct.REPORT: "papers",
    NextAct.FIRST_REPORT: "papers",
    NextAct.START_PLAN: "plans",
}
_FOLDS: Final = {NextAct.SIGN_CLOSED: "fold-close"}
_WAITS_FOR: Final[dict[NextAct, tuple[Step, ...]]] = {
    NextAct.TAKE: (Step.CONFIRM, Step.JUDGE),
    NextAct.AWAIT_SIGNATURE: (Step.SIGN,),
    NextAct.AWAIT_LEAVING: (Step.LEAVE,),
    NextAct.AWAIT_ARRIVAL: (Step.ARRIVE,),
    NextAct.AWAIT_CONTROL: (Step.CONTROL,),
    NextAct.AWAIT_CAUSE: (Step.FIND_CAUSE,),
    NextAct.SIGN_CLOSED: (Step.CLOSE,),
    NextAct.COMPLETE: (Step.CLOSE,),
    NextAct.END_DECLARATION: (Step.CLOSE,),
    NextAct.REPORT: (Step.REPORT, Step.RECEIPT),
    NextAct.CALL_CREW: (Step.CHECK_IN,),
}
# Link of the chain -> the clocks that wait for it.
_OF_LINK: Final[dict[str, tuple[Step, ...]]] = {
    "judged": (Step.CONFIRM, Step.JUDGE),
    "accepted": (Step.SIGN,),
    "arrived": (Step.LEAVE, Step.ARRIVE),
    "controlled": (Step.CONTROL,),
    "mended": (Step.FIND_CAUSE,),
    "closed": (Step.CLOSE,),
}
_TROUBLE: Final = {Fate.FAILED: 0, Fate.UNCERTAIN: 1, Fate.QUEUED: 2, Fate.SENDING: 2, Fate.SENT: 3}
KINDS: Final = (
    ("persons", gettext_lazy("What persons did")),
    ("orders", pgettext_lazy("time line", "Units and orders")),
    ("told", pgettext_lazy("time line", "Notices and calls")),
    ("machine", gettext_lazy("What the machine did")),
)
_TOLD: Final = ("told", "called", "notice_signed", "link_seen", "reported", "seen_to", "clock", "clock_held", "shown")
_WARNED: Final = ("warning_issued", "warning_updated", "warning_cleared", "warning_sent", "warning_expired")
_ORDERS: Final = (
    "kept",
    "settled",
    "calm",
    "calm_over",
    "attached",
    "task_done",
    "task_moved",
    "task_not_needed",
    "plan_started",
)


class NextActOut(Schema):
    """What is to be done, where on the page, and by when."""

    act: str
    name: str
    detail: str = ""
    place: str
    fold: str = ""
    address: str = ""
    clock: ClockOut | None


class ClockedLinkOut(LinkOut):
    """A link of the chain with the clock that runs for it."""

    clock: ClockOut | None


class TimeLineRow(Schema):
    """A line of the time line under its kind, one of `KINDS`."""

    id: UUID
    at: datetime
    act: str
    actor: str
    channel_name: str = ""
    sentence: str
    undone: bool = False
    can_undo: bool = False
    kind: str


class CaseRow(CaseOut):
    """A case in the list, with the clock that is due first."""

    alarms: int
    next_clock: ClockOut | None


def describe_next(acts: Sequence[NextAct], clocks: Iterable[ClockOut]) -> list[NextActOut]:
    """Each act with its words, where on the page it is done, and the earliest clock that runs for it."""
    running = [one for one in clocks if one.runs]
    return [
        NextActOut(
            act=act.value,
            name=str(ACT_NAMES[act]),
            place=PLACES.get(act, "orders"),
            fold=_FOLDS.get(act, ""),
            clock=_first(running, _WAITS_FOR.get(act, ())),
        )
        for act in acts
    ]


def with_clocks(chain: Iterable[LinkOut], clocks: Iterable[ClockOut]) -> list[ClockedLinkOut]:
    """The links of the chain, those that are not reached with the clock that runs for them."""
    running = [one for one in clocks if one.runs]
    return [
        ClockedLinkOut(**dict(link), clock=None if link.at else _first(running, _OF_LINK.get(link.key, ()))) for link in chain
    ]


def sum_up_told(notices: Iterable[NoticeOut]) -> list[NoticeOut]:
    """Each body with its newest notice, who is in trouble first: who could not be told, then who has not got it yet."""
    newest = {notice.to: notice for notice in notices if notice.fate != Fate.SUPERSEDED}
    ordered = sorted(newest.values(), key=lambda one: one.written_at, reverse=True)
    return sorted(ordered, key=lambda one: -1 if one.untold else _TROUBLE.get(Fate(one.fate), 4))


def kind_of_line(act: str, *, by_machine: bool) -> str:
    """Under which of `KINDS` a line of the time line is found."""
    if act in _TOLD or act in _WARNED:
        return "told"
    if act.startswith("order_") or act in _ORDERS:
        return "orders"
    return "machine" if by_machine else "persons"


def _first(running: Iterable[ClockOut], steps: Sequence[Step]) -> ClockOut | None:
    """The clock of these steps that is due first; a step before another counts first."""
    waited = [one for one in running if one.step in steps]
    return min(waited, key=lambda one: (steps.index(Step(one.step)), one.due_at), default=None)
