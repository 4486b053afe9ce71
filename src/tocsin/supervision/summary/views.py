"""Supervision at a glance, for leaders."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.queries.register import Chosen, search_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import CodeColour
from tocsin.supervision.objects.shown import ObjectOut, describe_object
from tocsin.supervision.points.queries.ledger import days_of_board, last_day, unscored
from tocsin.supervision.points.shown.board import describe_board, describe_moves
from tocsin.supervision.points.shown.charts import DaysChart, stacked
from tocsin.supervision.summary.queries import summary_of
from tocsin.supervision.work.queries.board import waiting_episodes
from tocsin.supervision.work.shown.episodes import describe_episode
from tocsin.supervision.work.shown.firms import describe_counts

SHOWN, DAYS = 8, 28


@never_cache
@require_GET
@costly
def summary(request: HttpRequest) -> HttpResponse:
    """Colours, work against orders, what waits and what is over its time, each with a way to its list."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    found = summary_of(request.user, now=current_time())
    context = {
        "summary": found,
        "board": describe_board(found.board, {}) if found.board is not None else None,
        "moves": describe_moves(found.moves),
        "decisions": describe_counts(found.decisions),
        "chart": _trend(request),
        "worst": _worst(request),
        "unscored": unscored(request.user, day=found.board.day) if found.board is not None else 0,
        "episodes": [describe_episode(one) for one in waiting_episodes(request.user)[:SHOWN]],
    }
    return render(request, "supervision/summary/summary.html", context)


def _trend(request: HttpRequest) -> DaysChart | None:
    """The colours of the last weeks, day by day."""
    until = last_day()
    return stacked(days_of_board(request.user, until=until, days=DAYS)) if until is not None else None


def _worst(request: HttpRequest) -> list[ObjectOut]:
    """The red firms with the lowest scores."""
    found = search_objects(request.user, Chosen(colour=CodeColour.RED.value, sort="score"))
    return [describe_object(one) for one in found[:SHOWN]]
