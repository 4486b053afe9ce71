"""Drills as the reader may see them, and how their steps went."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from tocsin.command.casebook.models import Case, Clock, Drill
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.drills.models import DrillAct
from tocsin.command.drills.rules.evaluation import Evaluated, Stepped, evaluate
from tocsin.jurisdiction.face import scope
from tocsin.warning.face import loaded_alarm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

UNJUDGED = (Step.JUDGE.value, Step.NOTIFY_OWNER.value, Step.NOTIFY_CITY.value)  # the machine's own; a drill tells few


def visible_drills(user: "Person") -> QuerySet[Drill]:
    """Drills in the areas whose cases the user may see, newest first, with how many `case_count` they have."""
    return scope(Drill.objects.select_related("made_by"), user, rights.SEE).annotate(case_count=Count("cases", distinct=True))


def acts_of(drill: Drill) -> QuerySet[DrillAct]:
    """The rows of a begun drill's script, in the order of their time."""
    return DrillAct.objects.filter(drill=drill).select_related("case").order_by("due_at", "number")


def cases_of(drill: Drill) -> QuerySet[Case]:
    """The drill's cases, as they were opened."""
    return (
        Case.objects.filter(drill=drill).select_related(*loaded_alarm("lead"), "merged_into", "drill").order_by("opened_at", "id")
    )


@dataclass(frozen=True)
class StepRow:
    """One step of one case of the drill with its verdict."""

    case: Case
    clock: Clock
    evaluated: Evaluated


def evaluation_of(drill: Drill, *, now: datetime) -> list[StepRow]:
    """Each step against its clock, by case and by due: until the end of the drill, or until now while it runs."""
    until = drill.ended_at or now
    rows = Clock.objects.filter(case__drill=drill).exclude(step__in=UNJUDGED).select_related("case__drill")
    return [
        StepRow(one.case, one, evaluate(Stepped(one.began_at, one.due_at, one.met_at, one.stopped_at), ended_at=until))
        for one in rows.order_by("case__opened_at", "case_id", "due_at", "id")
    ]


def next_act_at() -> datetime | None:
    """When the next act of a running drill is due, by the judging clock; None where no drill has any left."""
    waiting = DrillAct.objects.filter(done_at__isnull=True, drill__ended_at__isnull=True)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()
