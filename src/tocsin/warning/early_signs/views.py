"""What the watch holds for likely before a limit is crossed: the analyst's list."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.face import chart_texts
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.early_signs import queries
from tocsin.warning.early_signs.services import signs as services
from tocsin.warning.early_signs.shown import EarlySignOut, ExplainedSignOut, search_early_signs, tell_budgets

PAGE_SIZE = 30
COLUMNS = (
    *("label", "percent", "place", "asset_code", "region_code", "quantity_name", "raised_at", "limit_at", "ended_at", "end"),
    *("seen_at", "seen_by", "judgement", "judged_at", "judged_by", "lon", "lat"),
)
STATE_CHOICES = (
    ("standing", gettext_lazy("Standing")),
    ("became_alarm", gettext_lazy("Became an alarm")),
    ("all", gettext_lazy("All")),
)
EMPTY = EmptyState(
    gettext_lazy("An early sign stands here when readings leave their usual course before any limit is reached."),
    over="state=all",
)


@dataclass(frozen=True)
class Filters:
    """How the list of early signs is cut."""

    state: Literal["standing", "became_alarm", "all"] = "standing"


@dataclass(frozen=True)
class Judgement:
    """What a person knows of an early sign."""

    judgement: Literal["right", "wrong"]


@require_GET
def early_signs(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, PERMISSION_DIAGNOSIS):
        raise NotAllowed(_("Your roles do not show you diagnoses."))
    chosen = read_filters(Filters, request.GET)
    found = search_early_signs(request.user, chosen.state)
    context = {"chosen": chosen, "states": STATE_CHOICES, "budgets": tell_budgets(request.user, current_time())}
    return list_file(request, found, "early-signs", COLUMNS, EarlySignOut.from_orm, MOST_IN_A_FILE) or list_page(
        request,
        found,
        "warning/early_signs/early_signs.html",
        empty=EMPTY,
        describe=EarlySignOut.from_orm,
        context=context,
        per_page=PAGE_SIZE,
    )


@require_GET
def early_sign(request: HttpRequest, early_sign_id: UUID) -> HttpResponse:
    """One sign with what speaks for and against it."""
    row = queries.visible_early_signs(request.user).get(pk=early_sign_id)
    context = {
        "sign": ExplainedSignOut.from_orm(row),
        "page_texts": chart_texts(),
        "may_handle": may(request.user, PERMISSION_HANDLE, row.region_code),
    }
    return render(request, "warning/early_signs/early_sign.html", context)


@require_POST
def see(request: HttpRequest, early_sign_id: UUID) -> HttpResponse:
    """Notes that it was looked at, and shows it again."""
    queries.visible_early_signs(request.user).get(pk=early_sign_id)
    services.see_early_sign(actor=actor_of(request), early_sign_id=early_sign_id)
    return redirect("early_sign", early_sign_id)


@require_POST
def judge(request: HttpRequest, early_sign_id: UUID) -> HttpResponse:
    """Keeps whether it was right, and shows it again."""
    queries.visible_early_signs(request.user).get(pk=early_sign_id)
    given = read_form(Judgement, request.POST)
    services.judge_early_sign(actor=actor_of(request), early_sign_id=early_sign_id, judgement=given.judgement)
    return redirect("early_sign", early_sign_id)
