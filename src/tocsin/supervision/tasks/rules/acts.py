"""What is done with a task, and whether it still counts."""

from enum import StrEnum
from typing import Final

from tocsin.fieldwork.rules import ActData, Short
from tocsin.supervision.tasks.rules.states import RUNNING, TaskState


class TaskAct(StrEnum):
    """What is done with a task."""

    DONE = "done"
    NOTE = "note"
    PHOTO = "photo"
    ASK_DEFERRAL = "ask_deferral"
    GRANT_DEFERRAL = "grant_deferral"
    REFUSE_DEFERRAL = "refuse_deferral"
    EXEMPT = "exempt"


class TaskData(ActData, frozen=True, kw_only=True):
    """What an act upon a task may carry."""

    until: Short = ""  # a day, YYYY-MM-DD: the end that a deferral asks for


class TaskVerdict(StrEnum):
    """What an act does. All but the first two are conflicts: kept and shown, without effect."""

    GOES_ON = "goes_on"
    STAYS = "stays"
    ALREADY = "already"  # somebody, or a record, was quicker
    ENDED = "ended"  # missed or exempt


OF_THE_FIRM: Final = frozenset({TaskAct.DONE, TaskAct.NOTE, TaskAct.PHOTO, TaskAct.ASK_DEFERRAL})


def step(state: TaskState, act: TaskAct) -> TaskVerdict:
    """What an act does to a task in this state."""
    if act in (TaskAct.NOTE, TaskAct.PHOTO):
        return TaskVerdict.STAYS
    if state in RUNNING:
        return TaskVerdict.GOES_ON
    return TaskVerdict.ALREADY if state in (TaskState.DONE, TaskState.LATE) else TaskVerdict.ENDED
