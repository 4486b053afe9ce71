"""Knocking on doors in towns that read too little of a warning: a page for the phone, a form for each town."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may
from tocsin.mobilisation.public_warnings.queries import reach, warnings
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.public_warnings.services import rounds as services
from tocsin.mobilisation.public_warnings.shown.reach import describe_round
from tocsin.mobilisation.public_warnings.shown.warnings import describe_warning, texts_for_reader
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def rounds(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """The silent towns of one warning: those to be done first."""
    found = warnings.visible_warnings(request.user).get(pk=warning_id)
    rows = reach.visible_rounds(request.user).filter(warning=found).order_by("done_at", "town_code")
    context = {
        "warning": describe_warning(found),
        "texts": texts_for_reader(found),
        "rounds": [describe_round(row) for row in rows],
        "may_enter": may(request.user, DRAFT, found.region_code),
    }
    return render(request, "mobilisation/public_warnings/rounds.html", context)


def _back(request: HttpRequest, round_id: UUID) -> HttpResponse:
    return redirect("door_rounds", reach.visible_rounds(request.user).get(pk=round_id).warning_id)


@act(_back)
def finish(request: HttpRequest, round_id: UUID, *, doors: int, people: int, words: str) -> str:
    """What came of it."""
    services.finish_round(actor=actor_of(request), round_id=round_id, doors=doors, people=people, words=words, now=current_time())
    return _("The result is kept.")
