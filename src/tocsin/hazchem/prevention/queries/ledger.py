"""The risk ledger as the reader may see it."""

from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from tocsin.hazchem.prevention.models import CheckResult, CheckTask, RiskEvent, RiskMeasure, RiskObject, RiskUnit
from tocsin.jurisdiction.face import people_in_force
from tocsin.supervision.face import rows_of_visible

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User
    from tocsin.supervision.face import SupervisedObject

type WhichRisk = Literal["", "red", "orange", "yellow", "blue", "failed", "unmeasured", "unchecked"]

SHOWN_RESULTS: Final = 20


def visible_risk_objects(user: "Person") -> QuerySet[RiskObject]:
    """Analysis objects of firms that the user sees."""
    return rows_of_visible(RiskObject.objects.filter(active=True).select_related("object", "person"), user)


def visible_risk_units(user: "Person") -> QuerySet[RiskUnit]:
    """Units of such objects."""
    return rows_of_visible(RiskUnit.objects.filter(active=True).select_related("object", "risk_object", "plant_unit"), user)


def visible_events(user: "Person") -> QuerySet[RiskEvent]:
    """Events of firms that the user sees, the gravest first, with how many measures they have and how many of these failed."""
    rows = RiskEvent.objects.filter(active=True).select_related(
        "object", "unit__risk_object__person", "unit__plant_unit", "assessed_by"
    )
    standing = Q(measures__active=True)
    counted = rows.annotate(
        measure_count=Count("measures", filter=standing, distinct=True),
        failed_count=Count("measures", filter=standing & Q(measures__failed_at__isnull=False), distinct=True),
    )
    return rows_of_visible(counted, user)


def visible_measures(user: "Person") -> QuerySet[RiskMeasure]:
    """Measures of such events."""
    return rows_of_visible(RiskMeasure.objects.filter(active=True).select_related("object", "event__unit"), user)


def visible_checks(user: "Person") -> QuerySet[CheckTask]:
    """Checks of such measures."""
    return rows_of_visible(CheckTask.objects.filter(active=True).select_related(*WITH_CHECK), user)


def visible_results(user: "Person") -> QuerySet[CheckResult]:
    """What such checks found."""
    return rows_of_visible(CheckResult.objects.select_related("object", "by", "task__measure__event"), user)


WITH_CHECK: Final = ("object", "person", "measure__event__unit__risk_object")


def search_events(
    user: "Person", *, q: str = "", which: WhichRisk = "", method: str = "", firm: UUID | None = None
) -> QuerySet[RiskEvent]:
    """Of the visible ones those with a part of a text or of the firm's name, of a colour, or where something lacks."""
    found = visible_events(user)
    if text := q.strip():
        named = Q(text__icontains=text) | Q(object__name__icontains=text) | Q(unit__name__icontains=text)
        found = found.filter(named | Q(unit__risk_object__name__icontains=text))
    if method:
        found = found.filter(method=method)
    if firm:
        found = found.filter(object=firm)
    standing = RiskMeasure.objects.filter(event=OuterRef("pk"), active=True)
    match which:
        case "failed":
            found = found.filter(Exists(standing.filter(failed_at__isnull=False)))
        case "unmeasured":
            found = found.filter(~Exists(standing))
        case "unchecked":
            planned = CheckTask.objects.filter(measure=OuterRef("pk"), active=True)
            found = found.filter(Exists(standing.exclude(Exists(planned))))
        case "":
            pass
        case _:
            found = found.filter(colour=which)
    return found.order_by("-gravity", "-value", "text", "pk")


def measures_of(event: RiskEvent) -> QuerySet[RiskMeasure]:
    """What stands against an event, with its checks."""
    checks = CheckTask.objects.filter(active=True).select_related(*WITH_CHECK)
    return event.measures.filter(active=True).prefetch_related(Prefetch("checks", checks, to_attr="planned"))


def people_of_firm(firm: "SupervisedObject") -> "QuerySet[User]":
    """Who may be named in a firm's ledger: its own people."""
    if firm.organisation_id is None:
        return people_in_force().none()
    return people_in_force().filter(organisation_id=firm.organisation_id).order_by("name", "username")
