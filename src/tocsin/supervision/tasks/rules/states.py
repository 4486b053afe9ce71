"""What a task is at a moment, when it is due, and when it is one and the same for several levels."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class TaskState(StrEnum):
    """A deferral granted leaves the state as it is: the task has a later end (`deferred_to`) and comes back by itself."""

    OPEN = "open"  # 应办: its end has not come
    OVERDUE = "overdue"  # 逾期: its end has passed, it can still be done late
    DONE = "done"  # 已办, before its end
    LATE = "late"  # done after its end
    MISSED = "missed"  # no longer possible: 未办
    EXEMPT = "exempt"  # not counted: the object stands still, or a person said so with a reason


RUNNING: Final = frozenset({TaskState.OPEN, TaskState.OVERDUE})
COUNTED: Final = frozenset({TaskState.OVERDUE, TaskState.DONE, TaskState.LATE, TaskState.MISSED})


@dataclass(frozen=True)
class TaskTimes:
    """The times that decide what a task is; all aware. `missed_at` None: it stays possible for ever."""

    due_at: datetime
    deferred_to: datetime | None = None
    done_at: datetime | None = None
    missed_at: datetime | None = None

    @property
    def end(self) -> datetime:
        """When it must be done: the end of a granted deferral, where there is one."""
        return max(self.due_at, self.deferred_to) if self.deferred_to else self.due_at


def state_of(times: TaskTimes, now: datetime) -> TaskState:
    """What a task that is not exempt is at `now`; done exactly at its end is on time."""
    if times.done_at is not None:
        return TaskState.DONE if times.done_at <= times.end else TaskState.LATE
    if now <= times.end:
        return TaskState.OPEN
    if times.missed_at is not None and now > max(times.missed_at, times.end):
        return TaskState.MISSED
    return TaskState.OVERDUE
