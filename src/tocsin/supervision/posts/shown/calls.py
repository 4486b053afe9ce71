"""Roll calls as people and programs read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms
from tocsin.engine.duty.roll_call import CallState
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import FATE_NAMES
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.posts.queries.calls import fates_of
from tocsin.supervision.posts.rules import Means
from tocsin.supervision.posts.shown.names import CALL_CLASSES, CALL_NAMES, MEANS_NAMES

if TYPE_CHECKING:
    from tocsin.supervision.posts.models import RollCall, RollCallAnswer


class CalledOut(Schema):
    """One person called. Without the name where the reader may not know it."""

    id: UUID
    call_id: UUID
    name: str
    role: str
    role_name: str
    called_at: list[datetime]
    answered_at: datetime | None
    seconds: int | None = Field(description="from the first call to the answer")
    means: str
    told_at: datetime | None = Field(description="when the firm itself said that the person is there; no answer")
    state: str = Field(description=f"one of {', '.join(CALL_NAMES)}")
    state_name: str
    task_at: datetime | None = Field(description="when the county was asked to look")
    task_due_at: datetime | None
    seen_at: datetime | None
    seen_text: str

    @property
    def times(self) -> int:
        """How often the person was called."""
        return len(self.called_at)

    @property
    def means_name(self) -> str:
        """How it was answered, in words."""
        return str(MEANS_NAMES[Means(self.means)]) if self.means else ""

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return CALL_CLASSES.get(self.state, "")


class CalledLine(CalledOut):
    """The same as pages show it: with who has looked, the number to dial, and how far the call got."""

    seen_by: str
    telephone: str
    told: str


class UnansweredPost(CalledLine):
    """A post that answered nothing and waits for somebody of the county."""

    object_id: UUID
    object: str
    since: datetime


class OwnCall(CalledLine):
    """A call that the reader is asked to answer."""

    object: str
    due_at: datetime | None


class RollCallOut(Schema):
    id: UUID
    object_id: UUID
    object: str
    called_at: datetime
    called_by: str = Field(description="empty: by the machine")
    answer_s: float
    calls: int
    running: bool
    called: int
    answered: int
    people: Sequence[CalledOut]


class RollCallLine(RollCallOut):
    """The same as pages show it."""

    people: Sequence[CalledLine]


def describe_answer(row: "RollCallAnswer", *, names: bool, told: str = "") -> CalledLine:
    """One person called; `told`: how far the notice of the call got, in words."""
    answered = row.answered_at
    first = datetime_from_ms(row.called_ms[0]) if row.called_ms else None
    return CalledLine(
        id=row.pk,
        call_id=row.call_id,
        name=row.person.name if names else "",
        role=row.person.role,
        role_name=role_name(row.person.role),
        called_at=[datetime_from_ms(one) for one in row.called_ms],
        answered_at=answered,
        seconds=None if answered is None or first is None else round((answered - first).total_seconds()),
        means=row.means,
        told_at=row.told_at,
        state=row.state,
        state_name=str(CALL_NAMES.get(row.state, row.state)),
        task_at=row.task_at,
        task_due_at=row.task_due_at,
        seen_at=row.seen_at,
        telephone=row.person.telephone if names else "",
        told=told,
        seen_by=str(row.seen_by) if row.seen_by is not None else "",
        seen_text=row.seen_text,
    )


def describe_calls(calls: "Sequence[RollCall]", *, names: bool) -> list[RollCallLine]:
    """Roll calls with how far each notice got: one query for all."""
    fates = fates_of([row.pk for call in calls for row in call.answers.all()])
    words = {key: str(FATE_NAMES[Fate(fate)]) for key, fate in fates.items()}
    return [describe_call(one, names=names, told=words) for one in calls]


def describe_call(call: "RollCall", *, names: bool, told: "Mapping[UUID, str] | None" = None) -> RollCallLine:
    """One roll call with everybody called, and the counts."""
    people = [describe_answer(row, names=names, told=(told or {}).get(row.pk, "")) for row in call.answers.all()]
    return RollCallLine(
        id=call.pk,
        object_id=call.object_id,
        object=call.object.name,
        called_at=call.called_at,
        called_by=str(call.called_by) if call.called_by is not None else "",
        answer_s=call.answer_s,
        calls=call.calls,
        running=call.due_at is not None,
        people=people,
        called=len(people),
        answered=sum(one.state in (CallState.ANSWERED, CallState.ANSWERED_LATE) for one in people),
    )


def describe_unanswered(row: "RollCallAnswer") -> UnansweredPost:
    """A post that answered nothing and waits for somebody of the county: never with the name."""
    since = row.shift.start_at if row.shift is not None else row.call.called_at
    called = dict(describe_answer(row, names=False))
    return UnansweredPost(**called, object_id=row.call.object_id, object=row.call.object.name, since=since)


def by_firm(posts: "Sequence[UnansweredPost]") -> "list[UnansweredPost]":
    """The same, those of one firm together, the firm that is due first before all."""
    first: dict[UUID, datetime] = {}
    for one in posts:
        due = one.task_due_at or one.since
        first[one.object_id] = min(due, first.get(one.object_id, due))
    return sorted(posts, key=lambda one: (first[one.object_id], str(one.object_id), one.task_due_at or one.since))


def describe_own_call(row: "RollCallAnswer") -> OwnCall:
    """A call to the reader."""
    return OwnCall(**dict(describe_answer(row, names=True)), object=row.call.object.name, due_at=row.call.due_at)
