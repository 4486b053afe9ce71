"""What lifts an object as people and programs read it."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.engine.work.firm import EpisodeKind
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.queries.acts import Possible
from tocsin.supervision.points.queries.lift import LiftPlan
from tocsin.supervision.points.shown.names import ACT_NAMES
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.work.shown.names import KIND_NAMES


class LiftActOut(Schema):
    kind: str
    id: UUID
    name: str
    about: str
    effort_h: float
    due: datetime | date | None


class LiftOut(Schema):
    standing: str
    target: str | None
    reachable: bool
    proven: bool = Field(description="no cheaper list leads there; false only where there were too many to look at")
    effort_h: float
    shown_after: date | None = Field(description="after the night of this day, if all is done today")
    acts: list[LiftActOut]

    @property
    def standing_name(self) -> str:
        """Where the object stands, in words."""
        return colour_name(self.standing)

    @property
    def target_name(self) -> str:
        """The band that it is lifted to, in words."""
        return colour_name(self.target) if self.target else ""


def describe_lift(plan: LiftPlan | None) -> LiftOut | None:
    """What lifts, in words."""
    if plan is None:
        return None
    return LiftOut(
        standing=plan.standing,
        target=plan.target,
        reachable=plan.reachable,
        proven=plan.proven,
        effort_h=plan.effort,
        shown_after=plan.shown_after,
        acts=[describe_act(one) for one in plan.acts],
    )


def describe_act(possible: Possible) -> LiftActOut:
    """One thing to do, and what it is about."""
    subject = possible.subject
    match possible.kind:
        case "task":
            about, due = task_name(subject.rule, subject.rules_version), subject.deferred_to or subject.due_at
        case "finding":
            about, due = f"{subject.number} {subject.text[:80]}", subject.due_on
        case "certificate":
            about, due = f"{subject.role}: {subject.required_certificate}", None
        case "sensor":
            about, due = str(subject), None
        case "alarm":
            about, due = subject.place, subject.due_at
        case "question":
            about, due = str(KIND_NAMES[EpisodeKind(subject.kind)]), subject.due_at
        case _:
            about, due = subject.kind, None
    return LiftActOut(
        kind=possible.kind, id=subject.pk, name=str(ACT_NAMES[possible.kind]), about=about, effort_h=possible.act.effort, due=due
    )
