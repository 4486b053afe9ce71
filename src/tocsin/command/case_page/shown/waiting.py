"""What waits with cases: that somebody takes them in hand, that a second person agrees how one ended."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.models import Case, Declaration
from tocsin.command.casebook.queries.cases import OPEN, visible_cases
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.outcomes import describe_declaration
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def _untaken(user: "Actor", _now: datetime) -> QuerySet[Any]:
    confirms = Min("clocks__due_at", filter=Q(clocks__step=Step.CONFIRM, clocks__met_at=None, clocks__stopped_at=None))
    found = visible_cases(user).filter(state__in=OPEN, touched_at__isnull=True).annotate(confirm_by=confirms)
    return scope(found, user, rights.HANDLE).order_by("-level", "opened_at")


def _to_agree(user: "Actor", _now: datetime) -> QuerySet[Case]:
    waits = Q(outcomes__refused=False, outcomes__ended_at__isnull=True, outcomes__confirmed_at__isnull=True)
    found = visible_cases(user).filter(waits, state__in=OPEN).exclude(outcomes__proposed_by=user)
    asked = Max("outcomes__proposed_at", filter=Q(outcomes__refused=False, outcomes__ended_at__isnull=True))
    return scope(found, user, rights.HANDLE).annotate(asked_at=asked).order_by("asked_at")


def _over(user: "Actor", now: datetime) -> QuerySet[Declaration]:
    """Warnings and responses whose time is over: they are lifted or prolonged, by nobody but a leader."""
    found = Declaration.objects.filter(ended_at__isnull=True, ends_at__lte=now).select_related("case")
    return scope(found, user, rights.LEAD, "case__region_code").order_by("ends_at")


def _tell_over(declaration: Declaration) -> Waiting:
    told = describe_declaration(declaration)
    words = f"{declaration.case.number} {told.kind_name} {told.level_name} · {told.area}"
    return Waiting(words, reverse("case", args=[declaration.case.number]), declaration.declared_at, declaration.ends_at)


def _tell(case: Case) -> Waiting:
    told = describe_case(case)
    due = getattr(case, "confirm_by", None)
    since = getattr(case, "asked_at", None) or case.opened_at
    return Waiting(f"{case.number} {told.title} · {told.place}", reverse("case", args=[case.number]), since, due)


WAITING: Final = (
    WaitingKind(
        "declaration", pgettext_lazy("what waits", "Over: lift or prolong"), (rights.LEAD,), found=_over, tell=_tell_over
    ),
    WaitingKind("case", pgettext_lazy("what waits", "Case: take it in hand"), (rights.HANDLE,), found=_untaken, tell=_tell),
    WaitingKind(
        "outcome", pgettext_lazy("what waits", "Closing: a second person"), (rights.HANDLE,), found=_to_agree, tell=_tell
    ),
)
