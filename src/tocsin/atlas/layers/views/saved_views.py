"""Views that people keep: they are opened by an address of their own; kept, renamed, shared and deleted beside the map."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.layers.queries.saved_views import visible_views
from tocsin.atlas.layers.rules.view import MapView
from tocsin.atlas.layers.services.saved_views import change_view, delete_view, save_view
from tocsin.atlas.layers.shown.saved_views import views_of
from tocsin.jurisdiction.face import User
from tocsin.screens.acts import Act, Attempt, perform
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of

MOST_ADDRESS: Final = 8000


@never_cache
@require_GET
def open_view(request: HttpRequest, saved_view_id: UUID) -> HttpResponse:
    """Leads to the map with what the view shows, which asks the reader's own rights layer by layer."""
    one = visible_views(actor_of(request)).get(pk=saved_view_id)
    return redirect(f"/map/?{one.address}")


@never_cache
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps what the map shows under a name; answers the list."""
    return _list(request, perform(request, {"save": _save}, "save", actor_of(request)))


@never_cache
@require_POST
def act_on_view(request: HttpRequest, saved_view_id: UUID, name: str) -> HttpResponse:
    """One of ACTS upon a view; answers the list."""
    return _list(request, perform(request, ACTS, name, actor_of(request), saved_view_id))


def _list(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    context = {"saved": list(views_of(actor_of(request))), "said": attempt.answer, "refused": attempt.reason, "open": True}
    return render(request, "atlas/layers/one_map.html#saved", context)


def _save(actor: User, *, name: Line, address: str, shared: bool) -> str:
    made = save_view(actor=actor, name=name, view=_view(address), shared=shared, now=current_time())
    return _("“%(name)s” is kept.") % {"name": made.name}


def _rename(actor: User, saved_view_id: UUID, *, name: Line) -> str:
    one = change_view(actor=actor, saved_view_id=saved_view_id, name=name, now=current_time())
    return _("It is called “%(name)s” now.") % {"name": one.name}


def _replace(actor: User, saved_view_id: UUID, *, address: str) -> str:
    one = change_view(actor=actor, saved_view_id=saved_view_id, view=_view(address), now=current_time())
    return _("“%(name)s” shows what the map shows now.") % {"name": one.name}


def _share(actor: User, saved_view_id: UUID, *, shared: bool) -> str:
    one = change_view(actor=actor, saved_view_id=saved_view_id, shared=shared, now=current_time())
    if one.organisation:
        return _("“%(name)s” is open to %(body)s.") % {"name": one.name, "body": one.organisation}
    return _("“%(name)s” is yours alone.") % {"name": one.name}


def _delete(actor: User, saved_view_id: UUID) -> str:
    delete_view(actor=actor, saved_view_id=saved_view_id, now=current_time())
    return _("The view is deleted.")


def _view(address: str) -> MapView:
    return MapView.parse(QueryDict(address[:MOST_ADDRESS]).dict())


ACTS: Final[dict[str, Act]] = {"rename": _rename, "replace": _replace, "share": _share, "delete": _delete}
