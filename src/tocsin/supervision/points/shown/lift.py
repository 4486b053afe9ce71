"""What lifts an object as people and programs read it."""

from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from tocsin.engine.work.firm import EpisodeKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.shown import colour_name, role_name
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.acts import Possible
from tocsin.supervision.points.queries.lift import LiftPlan
from tocsin.supervision.points.shown.names import ACT_NAMES, kind_name, until_of
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.work.shown.names import KIND_NAMES

_LADDER = ("red", "yellow", "blue", "green")


class LiftActOut(Schema):
    kind: str
    id: UUID
    name: str
    about: str
    address: str = Field(description="path of the page on which it is done, or looked at")
    effort_h: float
    gain: float = Field(description="points that it alone brings")
    due: datetime | date | None


class LiftOut(Schema):
    standing: str
    tonight: str = Field(description="the colour after tonight if nothing is done")
    target: str | None
    need: float = Field(description="the score that the target asks for")
    score: float = Field(description="reached with all acts of the list")
    reachable: bool = Field(description="whether the list is enough; else it is all that helps, what helps most first")
    proven: bool = Field(description="no cheaper list leads there; false only where there were too many to look at")
    effort_h: float
    shown_after: date | None = Field(
        description="after the night of this day, if all is done today; where the list is not enough as old days leave the window"
    )
    acts: list[LiftActOut]

    @property
    def standing_name(self) -> str:
        """Where the object stands, in words."""
        return colour_name(self.standing)

    @property
    def falls(self) -> bool:
        """Whether tonight makes worse if nothing is done."""
        return self.tonight in _LADDER and _LADDER.index(self.tonight) < _LADDER.index(self.standing or "grey")

    @property
    def stays(self) -> bool:
        """Whether the list is what keeps the colour."""
        return self.target == self.standing

    @property
    def tonight_name(self) -> str:
        """The colour after tonight if nothing is done, in words."""
        return colour_name(self.tonight)

    @property
    def target_name(self) -> str:
        """The band that it is lifted to, in words."""
        return colour_name(self.target) if self.target else ""


def describe_lift(plan: LiftPlan | None, rules: PointsRules, *, own: bool) -> LiftOut | None:
    """What lifts, in words; with links to the pages of the firm itself (`own`), or to those of the authority."""
    if plan is None:
        return None
    return LiftOut(
        standing=plan.standing,
        tonight=plan.tonight,
        target=plan.target,
        need=plan.need / 100,
        score=plan.score / 100,
        reachable=plan.reachable,
        proven=plan.proven,
        effort_h=plan.effort,
        shown_after=plan.shown_after,
        acts=[describe_act(one, gain, rules, own=own) for one, gain in zip(plan.acts, plan.gains, strict=True)],
    )


def nothing_to_lift(standing: str) -> LiftOut:
    """Of an object that is green, or that no night has scored yet."""
    return LiftOut(
        standing=standing,
        tonight=standing,
        target=None,
        need=0.0,
        score=0.0,
        reachable=True,
        proven=True,
        effort_h=0.0,
        shown_after=None,
        acts=[],
    )


def describe_act(possible: Possible, gain: int, rules: PointsRules, *, own: bool) -> LiftActOut:
    """One thing to do, what it is about, and where it is done."""
    subject, due = possible.subject, None
    match possible.kind:
        case "task":
            about, due = task_name(subject.rule, subject.rules_version), subject.deferred_to or subject.due_at
            address = _of_firm(subject.pk) if own else reverse("task", args=[subject.pk])
        case "finding":
            about, due = f"{subject.number} {subject.text[:80]}", subject.due_on
            address = _of_firm(subject.pk) if own else reverse("finding", args=[subject.pk])
        case "certificate":
            about = listed(subject.name, role_name(subject.role), subject.required_certificate)
            address = reverse("presence_of_firm", args=[subject.object_id])
        case "sensor":
            about, address = str(subject), reverse("work_of_firm", args=[subject.object_id])
        case "alarm":
            about, due, address = subject.place, subject.due_at, reverse("work_of_firm", args=[subject.object_id])
        case "question":
            about, due = str(KIND_NAMES[EpisodeKind(subject.kind)]), subject.due_at
            address = _of_firm(subject.pk) if own else reverse("episode", args=[subject.pk])
        case _:
            about = listed(kind_name(subject.kind, rules), until_of(subject.kind, rules))
            address = f"{reverse('points_of_object', args=[subject.object_id])}#fact-{subject.pk}"
    return LiftActOut(
        kind=possible.kind,
        id=subject.pk,
        name=str(ACT_NAMES[possible.kind]),
        about=about,
        address=address,
        effort_h=possible.act.effort,
        gain=gain / 100,
        due=due,
    )


def _of_firm(subject_id: UUID) -> str:
    """Where a firm's own people do it."""
    return f"{reverse('firm_phone')}#{subject_id}"
