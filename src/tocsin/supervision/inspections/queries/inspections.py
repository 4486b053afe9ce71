"""Inspections as the reader may see them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from tocsin.jurisdiction.face import people_who_may, scope
from tocsin.supervision.inspections.models import Inspection, InspectionEntry, LegalDocument
from tocsin.supervision.inspections.rules.inspections import InspectionState
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User

STATES = ("unfinished", *(one.value for one in InspectionState))
UNFINISHED = [InspectionState.PLANNED.value, InspectionState.OPEN.value, InspectionState.SIGNED.value]
ENDED_ARE_SHOWN_FOR = timedelta(hours=24)


def visible_inspections(user: "Person") -> QuerySet[Inspection]:
    """Inspections in areas that the user may see, newest first, with how many findings they have (`finding_count`)."""
    found = Inspection.objects.select_related("object", "check_list", "first_inspector", "second_inspector", "draw")
    return scope(found, user, rights.SEE).annotate(finding_count=Count("findings", distinct=True)).order_by("-opened_at", "-pk")


def search_inspections(user: "Person", *, state: str = "", search: str = "") -> QuerySet[Inspection]:
    """Of the visible ones those in a state, of objects whose name or code, or whose own number, holds the text."""
    found = visible_inspections(user)
    if state == "unfinished":
        found = found.filter(state__in=UNFINISHED)
    elif state:
        found = found.filter(state=state)
    text = search.strip()
    wanted = Q(object__name__icontains=text) | Q(object__code__icontains=text) | Q(number__icontains=text)
    return found.filter(wanted) if text else found


def inspections_of(user: "User", *, now: datetime) -> QuerySet[Inspection]:
    """Those on which the user is one of the two inspectors: what is to be done, and what ended a moment ago."""
    mine = visible_inspections(user).filter(Q(first_inspector=user) | Q(second_inspector=user))
    recent = Q(state__in=UNFINISHED) | Q(confirmed_at__gte=now - ENDED_ARE_SHOWN_FOR)
    return mine.filter(recent).prefetch_related("entries__actor", "findings")


def entries_of(inspection: Inspection) -> QuerySet[InspectionEntry]:
    """What was done, as it came."""
    return InspectionEntry.objects.filter(inspection=inspection).select_related("actor")


def documents_of(inspection: Inspection) -> QuerySet[LegalDocument]:
    """Legal papers of an inspection itself."""
    return LegalDocument.objects.filter(inspection=inspection)


def inspectors_for(supervised_object: SupervisedObject) -> "list[User]":
    """People who may inspect this object: with the right over its area, and not of its own body."""
    people = people_who_may(rights.INSPECT, supervised_object.region_code)
    return [one for one in people if one.organisation_id is None or one.organisation_id != supervised_object.organisation_id]


def met_by_inspection(tasks: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Tasks that a signed inspection of the object meets: `met_at` when it ended, `what` its number."""
    signed = Inspection.objects.filter(
        object=OuterRef("object"),
        state__in=[InspectionState.SIGNED.value, InspectionState.CONFIRMED.value],
        ended_at__gte=OuterRef("opens_at"),
        ended_at__lte=now,
    ).order_by("ended_at")
    first = {"met_at": Subquery(signed.values("ended_at")[:1]), "what": Subquery(signed.values("number")[:1])}
    return cast("QuerySet[Any]", tasks.annotate(**first))
