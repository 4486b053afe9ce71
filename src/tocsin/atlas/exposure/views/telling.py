"""Whoever answers for chosen bodies is told: the page with the words, and the press."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.exposure.queries.bodies import SEE
from tocsin.atlas.exposure.queries.telling import MOST_BODIES, bodies_to_tell, occasion_of
from tocsin.atlas.exposure.services import telling as services
from tocsin.atlas.exposure.shown.telling import describe_to_tell
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form
from tocsin.screens.request import actor_of


@dataclass(frozen=True)
class Question:
    """Which bodies, and because of what: `case:` and an id."""

    body: list[UUID] = field(default_factory=list)
    about: Line = ""


@dataclass(frozen=True)
class Message:
    """The same with the words; `listed`: all bodies of the page, ticked or not."""

    body: list[UUID]
    listed: list[UUID]
    about: Line = ""
    words: Line = ""


@never_cache
@require_GET
def tell(request: HttpRequest) -> HttpResponse:
    """The chosen bodies with the way to each, or why there is none, and the words that they would read."""
    return _page(request, read_filters(Question, request.GET))


@never_cache
@require_POST
def tell_now(request: HttpRequest) -> HttpResponse:
    """They are told; the page follows with what became of each. A refusal leaves the words standing."""
    given = read_form(Message, request.POST)
    actor = actor_of(request)
    with Attempt(request) as attempt:
        attempt.answer = services.tell_bodies(
            actor=actor, body_ids=given.body, about=given.about, words=given.words, now=current_time()
        )
    if not attempt.done:
        return _page(request, Question(given.listed or given.body, given.about), words=given.words, status=attempt.status)
    fresh = [one for one in attempt.answer if one.notice is not None and not one.known]
    missed = sum(one.notice is None for one in attempt.answer)
    if fresh:
        said = ngettext("%(count)s body is being told.", "%(count)s bodies are being told.", len(fresh))
        messages.success(request, said % {"count": f"{len(fresh):,}"})
    elif not missed:
        messages.info(request, _("They had been told the same already: nothing was sent again."))
    if missed:
        said = ngettext("%(count)s could not be told: see why.", "%(count)s could not be told: see why.", missed)
        messages.error(request, said % {"count": f"{missed:,}"})
    asked = [("about", given.about), *(("body", str(one)) for one in given.listed or given.body)]
    return redirect(f"{reverse('tell_exposed_bodies')}?{urlencode(asked)}")


def _page(request: HttpRequest, chosen: Question, *, words: str = "", status: int = 200) -> HttpResponse:
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you exposed bodies."))
    occasion = occasion_of(request.user, chosen.about)
    bodies = bodies_to_tell(request.user, chosen.body)
    rows = describe_to_tell(request.user, bodies, occasion)
    context = {
        "occasion": occasion,
        "about": chosen.about if occasion else "",
        "rows": rows,
        "ready": sum(one.can_be_told and one.last is None for one in rows) if occasion else sum(one.can_be_told for one in rows),
        "may_send": any(one.can_be_told for one in rows) and not (occasion and occasion.refused),
        "words": words or (occasion.words if occasion else ""),
        "longest": services.LONGEST,
        "most": MOST_BODIES,
    }
    return render(request, "atlas/exposure/tell.html", context, status=status)
