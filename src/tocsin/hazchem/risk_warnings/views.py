"""Risk warnings: the list, and one with whom it was told to and what its firm answered."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.risk_warnings import queries
from tocsin.hazchem.risk_warnings.models import RiskWarning
from tocsin.hazchem.risk_warnings.rules import UNANSWERED, RiskMeasure, RiskReason, RiskState
from tocsin.hazchem.risk_warnings.services import answering
from tocsin.hazchem.risk_warnings.shown.names import LEVEL_NAMES, MEASURE_NAMES, REASON_NAMES
from tocsin.hazchem.risk_warnings.shown.warnings import describe_page, describe_warning
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

COLUMNS = (
    *("level_name", "firm", "unit", "state_name", "opened_at", "pushed_at", "confirmed_at", "confirmed_by", "answered_at"),
    *("closed_at", "closed_by", "alarm_count", "silences", "next_at"),
)
CHOICES = (
    ("open", pgettext_lazy("risk warnings", "open")),
    ("unanswered", gettext_lazy("not answered")),
    ("to_check", gettext_lazy("to be checked")),
    ("overdue", gettext_lazy("gone further up by silence")),
    ("closed", pgettext_lazy("risk warnings", "closed")),
    ("all", pgettext_lazy("risk warnings", "all")),
)
EMPTY = EmptyState(
    gettext_lazy("A warning rises when the risk of a unit stays high."),
    link=gettext_lazy("Units"),
    to="plant_units",
    over="which=all",
)


@dataclass(frozen=True)
class Filters:
    """Which warnings the list shows."""

    q: str = ""
    which: queries.Which = "open"
    level: Literal["", "1", "2", "3", "4"] = ""


@never_cache
@require_GET
def risk_warnings(request: HttpRequest) -> HttpResponse:
    """Warnings of firms that the reader sees, open ones first, the gravest above."""
    chosen = read_filters(Filters, request.GET)
    level = int(chosen.level) if chosen.level else None
    found = queries.search_warnings(request.user, now=current_time(), which=chosen.which, level=level, q=chosen.q)
    levels = [(str(level), name) for level, name in LEVEL_NAMES.items()]
    return list_file(request, found, "risk-warnings", COLUMNS, describe_warning) or list_page(
        request,
        found,
        "hazchem/risk_warnings/risk_warnings.html",
        empty=EMPTY,
        part="",
        describe=describe_warning,
        context={"chosen": chosen, "choices": CHOICES, "levels": levels},
    )


@never_cache
@require_GET
def risk_warning(request: HttpRequest, risk_warning_id: UUID) -> HttpResponse:
    """One warning."""
    found = _warning(request, risk_warning_id)
    body = actor_of(request).organisation_id
    unanswered = found.state in UNANSWERED
    answers = queries.may_answer(request.user, found) and unanswered
    context = {
        **dict(describe_page(found)),
        "may_confirm": answers and found.state == RiskState.PUSHED,
        "may_answer": answers,
        "may_check": found.state == RiskState.ANSWERED and queries.may_check(request.user, found),
        "may_note": found.state != RiskState.CLOSED
        and body is not None
        and found.tellings.filter(body_id=body, taken_at=None).exists(),
        "still_active": queries.active_members(found),
        "reasons": REASON_NAMES.items(),
        "measures": MEASURE_NAMES.items(),
    }
    return render(request, "hazchem/risk_warnings/risk_warning.html", context)


def _confirm(request: HttpRequest, warning: UUID) -> str:
    answering.confirm_warning(actor=actor_of(request), warning_id=warning, now=current_time())
    return _("The warning is confirmed.")


def _answer(request: HttpRequest, warning: UUID, *, reason: RiskReason, measure: RiskMeasure, text: Line) -> str:
    answering.answer_warning(
        actor=actor_of(request), warning_id=warning, reason=reason, measure=measure, text=text, now=current_time()
    )
    return _("Answered: everybody who was told of the warning hears it.")


def _return(request: HttpRequest, warning: UUID, *, text: Line) -> str:
    answering.return_answer(actor=actor_of(request), warning_id=warning, text=text, now=current_time())
    return _("The answer is sent back.")


def _close(request: HttpRequest, warning: UUID) -> str:
    answering.close_warning(actor=actor_of(request), warning_id=warning, now=current_time())
    return _("The warning is closed.")


def _note(request: HttpRequest, warning: UUID) -> str:
    answering.take_note(actor=actor_of(request), warning_id=warning, now=current_time())
    return _("Your body has taken note.")


ACTS: dict[str, Act] = {"confirm": _confirm, "answer": _answer, "return": _return, "close": _close, "note": _note}


@require_POST
def act_on_risk_warning(request: HttpRequest, risk_warning_id: UUID, name: str) -> HttpResponse:
    """One act upon a warning, by its name."""
    _warning(request, risk_warning_id)
    perform_and_tell(request, ACTS, name, request, risk_warning_id)
    return redirect("risk_warning", risk_warning_id)


def _warning(request: HttpRequest, risk_warning_id: UUID) -> RiskWarning:
    return queries.visible_warnings(request.user).get(pk=risk_warning_id)
