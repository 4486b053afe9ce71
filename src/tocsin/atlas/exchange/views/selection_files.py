"""Files of large selections: asked for with one press, looked at while they are made, opened by their asker alone."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.policy import exchange_policy
from tocsin.atlas.exchange.queries.selection_files import files_of
from tocsin.atlas.exchange.services import selection_files as services
from tocsin.atlas.exchange.shown.file_answers import file_answer
from tocsin.atlas.exchange.shown.selection_files import describe_file
from tocsin.screens.acts import Attempt, act
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form
from tocsin.screens.lists.page import list_page, page_or_part
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def selection_files(request: HttpRequest) -> HttpResponse:
    """The reader's own files, newest first; `rows` alone for htmx."""
    own = files_of(request.user)
    policy = exchange_policy().files
    context = {"most": policy.of_one, "keep_h": policy.keep_h, "open": any(describe_file(one).is_open for one in own[:50])}
    return list_page(request, own, "atlas/exchange/selection_files.html", describe=describe_file, context=context)


@dataclass(frozen=True)
class Selection:
    """What was selected, as the query of an address."""

    selection: str = ""


def _back(request: HttpRequest, name: str) -> HttpResponse:
    """The features with the same selection."""
    chosen = _parameters(read_form(Selection, request.POST).selection)
    return redirect(f"{reverse('features_items', args=[name])}?{urlencode({**chosen, 'f': 'html'})}")


def _parameters(selection: str) -> dict[str, str]:
    return dict(parse_qsl(selection, keep_blank_values=True))


@never_cache
@act(_back)
@costly
def ask(request: HttpRequest, name: str, *, form: str, selection: str) -> HttpResponse:
    """The worker is asked to make the file; its page follows."""
    made = services.ask_selection_file(
        actor=actor_of(request),
        collection=name,
        form=form,
        selection=_parameters(selection),
        address=request.build_absolute_uri(reverse("features_items", args=[name])),
        now=current_time(),
    )
    return redirect("selection_file", made.pk)


@never_cache
@require_GET
def selection_file(request: HttpRequest, selection_file_id: UUID) -> HttpResponse:
    """One file: how far it is, what is in it, and where it is opened; `state` alone for htmx."""
    found = files_of(request.user).get(pk=selection_file_id)
    context = {"one": describe_file(found), "again": _query(found)}
    return page_or_part(request, "atlas/exchange/selection_file.html", "state", context)


def _query(found: SelectionFile) -> str:
    return urlencode({name: value for name, value in found.asked.items() if name not in ("limit", "crs", "f")})


@never_cache
@require_GET
def content(request: HttpRequest, selection_file_id: UUID) -> HttpResponseBase:
    """The bytes, for their asker alone."""
    with Attempt(request) as attempt:
        attempt.answer = file_answer(
            *services.open_selection_file(actor=actor_of(request), file_id=selection_file_id, now=current_time()), request.headers
        )
    if attempt.refusal is not None:
        return redirect("selection_file", selection_file_id)
    answer: HttpResponseBase = attempt.answer
    return answer


@never_cache
@act("selection_files", alone=True)
def drop(request: HttpRequest, selection_file_id: UUID) -> str:
    """The file is not wanted any more."""
    services.drop_selection_file(actor=actor_of(request), file_id=selection_file_id, now=current_time())
    return _("The file is dropped.")
