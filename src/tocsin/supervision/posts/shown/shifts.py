"""Planned shifts with their verdicts, absences, leave and swaps as people and programs read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.posts.queries.posts import knows_names, visible_shifts
from tocsin.supervision.posts.rules import ChangeState
from tocsin.supervision.posts.shown.calls import CalledOut, describe_answer
from tocsin.supervision.posts.shown.names import CHANGE_NAMES, SHAPES, STATE_NAMES, VOTE_NAMES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.posts.models import DutyShift, DutyVerdict, RollCallAnswer, ShiftChange


class DutyVoteOut(Schema):
    source: str
    name: str
    log_odds: float = Field(description="what it adds to the log-odds of being on post")


class DutyShiftOut(Schema):
    """One planned shift with its verdict; name, probability and votes only for who may know them."""

    id: UUID
    object_id: UUID
    role: str
    role_name: str
    post: str
    name: str
    person_id: UUID | None
    start_at: datetime
    end_at: datetime
    state: str = Field(description=f"one of {', '.join(STATE_NAMES)}")
    state_name: str
    since: datetime | None
    judged_at: datetime | None
    p_present: float | None = Field(description="forgotten with the signs")
    votes: list[DutyVoteOut]
    call: CalledOut | None

    @property
    def shape(self) -> str:
        """The mark of the state."""
        return SHAPES.get(self.state, "code-shape grey")


class ShiftChangeOut(Schema):
    id: UUID
    shift_id: UUID
    object_id: UUID
    name: str
    role_name: str
    start_at: datetime
    end_at: datetime
    colleague: str
    reason: str
    asked_at: datetime
    asked_by: str
    state: str = Field(description=f"one of {', '.join(CHANGE_NAMES)}")
    decided_at: datetime | None
    decided_by: str

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(CHANGE_NAMES[ChangeState(self.state)])


class AbsenceOut(Schema):
    """Somebody was missing in a shift, and nobody was called. Never the name."""

    object_id: UUID
    object: str
    role: str
    role_name: str
    start_at: datetime
    end_at: datetime
    state: str
    state_name: str
    known_at: datetime


def describe_shift(shift: "DutyShift", *, names: bool, call: "RollCallAnswer | None" = None) -> DutyShiftOut:
    """One planned shift with its verdict. Name, probability and votes only where the reader may know them."""
    verdict = getattr(shift, "verdict", None)
    state = "leave" if shift.leave else "waiting" if verdict is None else verdict.state
    return DutyShiftOut(
        id=shift.pk,
        object_id=shift.person.object_id,
        role=shift.role,
        role_name=role_name(shift.role),
        post=shift.post,
        name=shift.person.name if names else "",
        person_id=shift.person_id if names else None,
        start_at=shift.start_at,
        end_at=shift.end_at,
        state=state,
        state_name=str(STATE_NAMES[state]),
        since=verdict.since if verdict is not None and not shift.leave else None,
        judged_at=verdict.judged_at if verdict is not None else None,
        p_present=verdict.p_present if verdict is not None and names else None,
        votes=_votes(verdict.votes) if verdict is not None and names else [],
        call=describe_answer(call, names=names) if call is not None else None,
    )


def shifts_at(user: "Person", supervised_object: "SupervisedObject", now: datetime) -> list[DutyShiftOut]:
    """Shifts of a firm that run now, those that began first in front; names only for who may know them."""
    running = visible_shifts(user).filter(person__object=supervised_object, start_at__lte=now, end_at__gt=now)
    names = knows_names(user, supervised_object)
    return [describe_shift(one, names=names) for one in running.order_by("start_at", "role", "pk")[:100]]


def _votes(votes: Iterable[tuple[str, float]]) -> list[DutyVoteOut]:
    return [DutyVoteOut(source=source, name=str(VOTE_NAMES.get(source, source)), log_odds=weight) for source, weight in votes]


def describe_absence(verdict: "DutyVerdict") -> AbsenceOut:
    """Somebody was missing in a shift and nobody was called: by role, without the name."""
    shift = verdict.shift
    return AbsenceOut(
        object_id=shift.person.object_id,
        object=shift.person.object.name,
        role=shift.role,
        role_name=role_name(shift.role),
        start_at=shift.start_at,
        end_at=shift.end_at,
        state=verdict.state,
        state_name=str(STATE_NAMES[verdict.state]),
        known_at=max(verdict.since, shift.end_at),
    )


def describe_change(made: "ShiftChange") -> ShiftChangeOut:
    """Leave or a swap that was asked for; only for who may know names."""
    return ShiftChangeOut(
        id=made.pk,
        shift_id=made.shift_id,
        object_id=made.shift.person.object_id,
        name=made.shift.person.name,
        role_name=role_name(made.shift.role),
        start_at=made.shift.start_at,
        end_at=made.shift.end_at,
        colleague=made.colleague.name if made.colleague is not None else "",
        reason=made.reason,
        asked_at=made.asked_at,
        asked_by=str(made.asked_by),
        state=made.state,
        decided_at=made.decided_at,
        decided_by=str(made.decided_by) if made.decided_by is not None else "",
    )
