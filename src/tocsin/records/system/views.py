"""Pages of how the installation runs, for system administrators."""

from dataclasses import asdict, fields

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.bus.loops.standing import LoopShown, loops_shown
from tocsin.jurisdiction.face import may_anywhere
from tocsin.records.system.queries import read_gauges
from tocsin.records.system.shown import HEALTH_WORDS, describe_gauges
from tocsin.screens.tables import as_csv, wants_csv

COLUMNS = tuple(field.name for field in fields(LoopShown))


@require_GET
def installation(request: HttpRequest) -> HttpResponse:
    """The figures of the installation, what should be looked at first."""
    _require(request)
    shown = describe_gauges(read_gauges(timezone.now()))
    if wants_csv(request):
        rows = ({"gauge": one.title, "of": figure.words, "value": figure.value} for one in shown for figure in one.figures)
        return as_csv("installation", ("gauge", "of", "value"), rows)
    return render(request, "records/system/installation.html", {"gauges": sorted(shown, key=lambda one: not one.marked)})


def _require(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "system.see"):
        raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": "system.see"})


@require_GET
def loops(request: HttpRequest) -> HttpResponse:
    """Every loop of every worker, those that fail first."""
    _require(request)
    rows = loops_shown(now=timezone.now())
    if wants_csv(request):
        return as_csv("loops", COLUMNS, map(asdict, rows))
    shown = [(row, HEALTH_WORDS[row.health]) for row in rows]
    return render(request, "records/system/loops.html", {"rows": shown, "workers": sorted({row.worker for row in rows})})
