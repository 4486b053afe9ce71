"""What people do about points: appeals, facts, and what colours triggered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import act, next_of
from tocsin.screens.clock import current_time
from tocsin.screens.columns import headed
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.models import Appeal, Consequence
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.rules import rules_for_today
from tocsin.supervision.points.services import appeals as appeal_services
from tocsin.supervision.points.services import facts as services
from tocsin.supervision.points.services.consequences import close_consequence
from tocsin.supervision.points.shown.acts import (
    AppealRow,
    ConsequenceLine,
    ConsequenceRow,
    PointsAppealOut,
    describe_appeal,
    describe_consequence,
)

PAGE_SIZE = 50
CONSEQUENCE_COLUMNS = (
    "due_at",
    "kind_name",
    "colour_name",
    "day",
    "code",
    "object",
    "region_name",
    "region_code",
    "inspection",
    "done_at",
    "done_by",
    "words",
)
APPEAL_COLUMNS = ("due_on", "object", "region_code", "day", "reason", "text", "made_at", "won", "granted", "answer", "decided_at")
EMPTY = EmptyState(gettext_lazy("A consequence follows when the colour of an object changes."))


@dataclass(frozen=True)
class Filters:
    """Which consequences are listed."""

    state: Literal["open", "overdue", "done"] = "open"


@never_cache
@require_GET
def consequences(request: HttpRequest) -> HttpResponse:
    """What waits to be done, the next due first; `state` overdue or done, `format=csv`."""
    _see(request)
    now, state = current_time(), read_filters(Filters, request.GET).state
    rows = queries.visible_consequences(request.user)
    match state:
        case "done":
            rows = rows.filter(done_at__isnull=False).order_by("-done_at")
        case "overdue":
            rows = rows.filter(done_at=None, due_at__lt=now)
        case _:
            rows = rows.filter(done_at=None)
    rules = _remembered()

    def describe(row: Consequence) -> ConsequenceLine:
        return describe_consequence(row, rules(row.object.region_code))

    def shown(row: Consequence) -> ConsequenceRow:
        return ConsequenceRow(
            **dict(describe(row)),
            overdue=row.done_at is None and row.due_at is not None and row.due_at < now,
            may_close=row.done_at is None and may(request.user, rights.INSPECT, row.object.region_code),
        )

    return list_file(request, rows, "consequences", headed(*CONSEQUENCE_COLUMNS), shown) or list_page(
        request, rows, "supervision/points/consequences.html", empty=EMPTY, part="", describe=shown, context={"state": state}
    )


def _after_consequence(request: HttpRequest, **_address: UUID) -> HttpResponse:
    return _back(request, "points_consequences")


@act(_after_consequence)
def close(request: HttpRequest, consequence_id: UUID, *, words: str) -> None:
    """Says what was done."""
    row = queries.visible_consequences(request.user).get(pk=consequence_id)
    close_consequence(actor=actor_of(request), consequence_id=row.pk, words=words)


@never_cache
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals, those that wait for an answer first; `format=csv`."""
    _see(request)
    rows = queries.visible_appeals(request.user).order_by("decided_at", "due_on")
    rules = _remembered()

    def describe(row: Appeal) -> PointsAppealOut:
        return describe_appeal(row, rules(row.object.region_code))

    def shown(row: Appeal) -> AppealRow:
        lead = may(request.user, rights.LEAD, row.object.region_code)
        return AppealRow(**dict(describe(row)), may_answer=lead and row.made_by_id != request.user.pk)

    waiting = rows.filter(won=None).order_by("due_on")
    answered = rows.filter(won__isnull=False).order_by("-decided_at")[:PAGE_SIZE]
    return list_file(request, rows, "appeals", headed(*APPEAL_COLUMNS), describe) or render(
        request,
        "supervision/points/appeals.html",
        {"waiting": [shown(row) for row in waiting], "answered": [shown(row) for row in answered]},
    )


def _after_appeal(request: HttpRequest, **_address: UUID) -> HttpResponse:
    return _back(request, "points_appeals")


@act(_after_appeal)
def answer(request: HttpRequest, appeal_id: UUID, *, won: bool, answer: str, points: float | None) -> None:
    """Won or not, with reasons."""
    row = queries.visible_appeals(request.user).get(pk=appeal_id)
    appeal_services.answer_appeal(actor=actor_of(request), appeal_id=row.pk, won=won, answer=answer, points=points)


@act("points_of_object")
def appeal(request: HttpRequest, object_id: UUID, *, day: date, reason_code: str, line_key: str, text: str) -> None:
    """The firm objects to a line."""
    appeal_services.make_appeal(
        actor=actor_of(request), object_id=object_id, day=day, reason_code=reason_code, line_key=line_key, text=text
    )


@act("points_of_object")
def enter_fact(request: HttpRequest, object_id: UUID, *, kind: str, began_on: date, text: str) -> None:
    """A fact that takes points or makes red."""
    services.enter_event(actor=actor_of(request), object_id=object_id, kind=kind, began_on=began_on, text=text)


def _after_fact(request: HttpRequest, points_event_id: UUID) -> HttpResponse:
    return redirect("points_of_object", queries.visible_events(request.user).get(pk=points_event_id).object_id)


@act(_after_fact)
def end_fact(request: HttpRequest, points_event_id: UUID, *, ended_on: date, text: str) -> None:
    """The fact has ended."""
    found = queries.visible_events(request.user).get(pk=points_event_id)
    services.end_event(actor=actor_of(request), event_id=found.pk, ended_on=ended_on, text=text)


@act(_after_fact)
def ask_end(request: HttpRequest, points_event_id: UUID, *, text: str) -> str:
    """The firm asks for the end of a red line."""
    services.ask_end(actor=actor_of(request), event_id=points_event_id, text=text)
    return _("Whoever supervises you is asked to look.")


def _see(request: HttpRequest) -> None:
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you colours."))


def _remembered() -> Callable[[str], PointsRules]:
    """The rules of a region, asked once for each."""
    known: dict[str, PointsRules] = {}

    def rules(region_code: str) -> PointsRules:
        if region_code not in known:
            known[region_code] = rules_for_today(region_code)
        return known[region_code]

    return rules


def _back(request: HttpRequest, name: str) -> HttpResponse:
    """Where the form stood, if that is a page of ours."""
    target = next_of(request)
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect(name)
