"""What waits for people about points: appeals to answer, and what colours ask for."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind, end_of_day
from tocsin.screens.words import listed
from tocsin.supervision.objects.models import PointsEvent
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.queries.rules import rules_for_today
from tocsin.supervision.points.shown.names import kind_name

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def appeals_to_answer(user: "Actor", _now: datetime) -> QuerySet[Appeal]:
    """Appeals without an answer, where the user leads and did not make them."""
    appeals = Appeal.objects.filter(won=None).exclude(made_by=user.pk).select_related("object")
    return scope(appeals, user, rights.LEAD, "object__region_code").order_by("due_on", "made_at")


def consequences_to_do(user: "Actor", _now: datetime) -> QuerySet[Consequence]:
    """What colours ask for and nobody has done yet, where the user inspects."""
    rows = Consequence.objects.filter(done_at=None).select_related("object")
    return scope(rows, user, rights.INSPECT, "object__region_code").order_by(F("due_at").asc(nulls_last=True), "day")


def ends_asked(user: "Actor", _now: datetime) -> QuerySet[PointsEvent]:
    """Facts whose end a firm asks for, where the user leads."""
    events = PointsEvent.objects.filter(ended_on=None, evidence__has_key="asked_at").select_related("object")
    return scope(events, user, rights.LEAD, "object__region_code").order_by("began_on", "pk")


def _tell_end(event: PointsEvent) -> Waiting:
    about = listed(event.object.name, kind_name(event.kind, rules_for_today(event.object.region_code)))
    address = f"{reverse('points_of_object', args=[event.object_id])}#fact-{event.pk}"
    return Waiting(about, address, datetime.fromisoformat(event.evidence["asked_at"]))


def _tell_appeal(appeal: Appeal) -> Waiting:
    about = listed(appeal.object.name, appeal.day.isoformat(), appeal.text)
    return Waiting(about, reverse("points_appeals"), appeal.made_at, end_of_day(appeal.due_on))


def _tell_consequence(row: Consequence) -> Waiting:
    kind = kind_name(row.kind, rules_for_today(row.object.region_code))
    about = listed(row.object.name, colour_name(row.colour), kind)
    listed_at = f"{reverse('points_consequences')}#{row.pk}"
    address = reverse("inspection", args=[row.inspection_id]) if row.inspection_id else listed_at
    return Waiting(about, address, end_of_day(row.day), row.due_at)


WAITING: Final = (
    WaitingKind(
        "appeal", pgettext_lazy("what waits", "Appeal: answer"), (rights.LEAD,), found=appeals_to_answer, tell=_tell_appeal
    ),
    WaitingKind(
        "fact_end",
        pgettext_lazy("what waits", "End of a red line asked for: look"),
        (rights.LEAD,),
        found=ends_asked,
        tell=_tell_end,
    ),
    WaitingKind(
        "consequence",
        pgettext_lazy("what waits", "A colour asks for it"),
        (rights.INSPECT,),
        found=consequences_to_do,
        tell=_tell_consequence,
    ),
)
