"""Anybody checks the record of somebody's hours by number, name and code."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.keys import Purpose, keys_of
from tocsin.jurisdiction.face import too_many_guesses
from tocsin.mobilisation.volunteers.rules.records import is_code, read_number
from tocsin.screens.forms import Line, read_filters

MOST_PER_MIN = 10  # of one network


@dataclass(frozen=True)
class RecordFilters:
    """What stands on the paper."""

    number: Line = ""
    name: Line = ""
    code: Line = ""


@never_cache
@login_not_required
@require_GET
def check_record(request: HttpRequest) -> HttpResponse:
    """Says whether the paper is ours, and what it certifies; nothing else of the volunteer."""
    given = read_filters(RecordFilters, request.GET)
    context: dict[str, object] = {}
    if given.number or given.code:
        if too_many_guesses(kind="code", address=request.META.get("REMOTE_ADDR", ""), most_per_min=MOST_PER_MIN):
            return render(request, _PAGE, {"given": given, "problem": _("Too many tries: wait a minute.")}, status=429)
        certified = read_number(given.number)
        proven = certified is not None and is_code(given.code, given.number, given.name, tuple(keys_of(Purpose.RECORDS)))
        context = {"asked": True, "certified": certified if proven else None}
    return render(request, _PAGE, {"given": given, **context})


_PAGE = "mobilisation/volunteers/record.html"
