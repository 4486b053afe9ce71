"""Checks of measures: what is due of whom, and what was found."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from django.db.models import Prefetch, Q, QuerySet

from tocsin.hazchem.prevention.models import CheckResult, CheckTask
from tocsin.hazchem.prevention.queries.ledger import WITH_CHECK, people_of_firm, visible_checks, visible_results
from tocsin.supervision.face import key_people

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User

type WhichCheck = Literal["", "mine", "due", "overdue"]

PRINCIPALS: Final = ("principal", "hazard_principal")
MOST_ON_PHONE: Final = 100
LATELY: Final = timedelta(days=92)


def search_checks(user: "Person", *, today: date, which: WhichCheck = "", q: str = "") -> QuerySet[CheckTask]:
    """Visible checks, due first: `mine` those that the user answers for, `due` today or before, `overdue` before today."""
    found = visible_checks(user)
    if text := q.strip():
        found = found.filter(Q(text__icontains=text) | Q(measure__text__icontains=text) | Q(object__name__icontains=text))
    match which:
        case "mine":
            found = checks_of(user).filter(pk__in=found.values("pk"))
        case "due":
            found = found.filter(due_on__lte=today)
        case "overdue":
            found = found.filter(due_on__lt=today)
    return found.order_by("due_on", "pk")


def checks_of(user: "Person") -> QuerySet[CheckTask]:
    """Checks that the user answers for: by name, or as one who holds their post at that firm."""
    rows = CheckTask.objects.filter(active=True).select_related(*WITH_CHECK)
    by_name = Q(person_id=user.pk)
    roles: dict[str, list[object]] = {}
    organisation = getattr(user, "organisation_id", None)
    asked = CheckTask.objects.filter(active=True, object__organisation=organisation).exclude(role="")
    for firm, role in asked.order_by().values_list("object_id", "role").distinct() if organisation else ():
        if any(one.user_id == user.pk for one in key_people(firm, [role])):
            roles.setdefault(role, []).append(firm)
    for role, firms in roles.items():
        by_name |= Q(role=role, object__in=firms)
    return rows.filter(by_name).order_by("due_on", "pk")


def checks_on_phone(user: "Person", now: datetime) -> list[tuple[CheckTask, list[CheckResult]]]:
    """The first of them, each with what was found lately, newest first."""
    lately = Prefetch("results", CheckResult.objects.filter(at__gt=now - LATELY).select_related("by").order_by("-at", "-pk"))
    found = checks_of(user).select_related(*WITH_CHECK, "measure__event__unit__plant_unit").prefetch_related(lately)
    return [(one, list(one.results.all())) for one in found[:MOST_ON_PHONE]]


def who_checks(task: CheckTask) -> "list[User]":
    """Accounts of who answers for a check: the person, or whoever holds its post."""
    if task.person is not None:
        return [task.person]
    ids = {one.user_id for one in key_people(task.object_id, [task.role]) if one.user_id is not None}
    return list(people_of_firm(task.object).filter(pk__in=ids)) if ids else []


def principals_of(task: CheckTask) -> "list[User]":
    """Accounts of the firm's principals."""
    ids = {one.user_id for one in key_people(task.object_id, PRINCIPALS) if one.user_id is not None}
    return list(people_of_firm(task.object).filter(pk__in=ids)) if ids else []


def results_of(task: CheckTask) -> QuerySet[CheckResult]:
    """What a check found, newest first."""
    return task.results.select_related("by").order_by("-at", "-pk")


def may_read_result(user: "Person", result_id: str) -> bool:
    """Photos of a check: for whoever sees the firm."""
    return visible_results(user).filter(pk=result_id).exists()
