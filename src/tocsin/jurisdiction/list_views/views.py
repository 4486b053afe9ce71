"""Views of lists are kept, opened, renamed and deleted in a menu beside the list."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.jurisdiction.list_views.queries import visible_list_views
from tocsin.jurisdiction.list_views.services import change_list_view, delete_list_view, save_list_view
from tocsin.jurisdiction.list_views.shown import RowsAsked, act_on_list
from tocsin.jurisdiction.people.models import User
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.lists.saved_views import may_be_list, parameters_of_list
from tocsin.screens.request import actor_of


def _to_list(request: HttpRequest) -> HttpResponse:
    """The list again as it was shown: of our own URL map, else the person's home."""
    path = str(request.POST.get("path", ""))
    return redirect(f"{path}?{request.POST.get('query') or 'page=1'}") if may_be_list(path) else redirect("home")


@act(_to_list)
def save_view_of_list(request: HttpRequest, *, name: Line, path: str, query: str, is_default: bool, shared: bool) -> HttpResponse:
    """Keeps what a list shows, and shows it again under that name."""
    known = parameters_of_list(request, path, query)
    kept = save_list_view(
        actor=actor_of(request),
        name=name,
        path=path,
        query=query,
        known=known,
        is_default=is_default,
        shared=shared,
        now=current_time(),
    )
    return redirect(kept.url)


@act(_to_list)
def act_on_rows_of_list(
    request: HttpRequest, *, path: str, query: str, act: str, row: list[UUID], every: bool, expected: int | None
) -> HttpResponse:
    """One act with the chosen rows, or all of the filters; then the list again, with what was done and what was not."""
    asked = RowsAsked(path=path, query=query, act=act, rows=tuple(row), every=every, expected=expected)
    outcome = act_on_list(request, asked, request.POST)
    told = render_to_string("jurisdiction/list_views/outcome.html", {"outcome": outcome})
    (messages.warning if outcome.refused else messages.success)(request, told)
    return _to_list(request)


@require_POST
def act_on_view_of_list(request: HttpRequest, saved_list_view_id: UUID, name: str) -> HttpResponse:
    """One of ACTS upon a view; then its list again."""
    path = visible_list_views(actor_of(request)).get(pk=saved_list_view_id).path
    perform_and_tell(request, ACTS, name, actor_of(request), saved_list_view_id)
    left = visible_list_views(actor_of(request)).filter(pk=saved_list_view_id).first()
    return redirect(left.url if left else f"{path}?page=1")


def _rename(actor: User, saved_list_view_id: UUID, *, name: Line) -> str:
    one = change_list_view(actor=actor, saved_list_view_id=saved_list_view_id, name=name, now=current_time())
    return _("It is called “%(name)s” now.") % {"name": one.name}


def _open_with(actor: User, saved_list_view_id: UUID, *, is_default: bool) -> str:
    one = change_list_view(actor=actor, saved_list_view_id=saved_list_view_id, is_default=is_default, now=current_time())
    if one.is_default:
        return _("This list opens with “%(name)s” from now on.") % {"name": one.name}
    return _("This list opens without filters from now on.")


def _share(actor: User, saved_list_view_id: UUID, *, shared: bool) -> str:
    one = change_list_view(actor=actor, saved_list_view_id=saved_list_view_id, shared=shared, now=current_time())
    if one.organisation:
        return _("“%(name)s” is open to %(body)s.") % {"name": one.name, "body": one.organisation}
    return _("“%(name)s” is yours alone.") % {"name": one.name}


def _delete(actor: User, saved_list_view_id: UUID) -> str:
    one = delete_list_view(actor=actor, saved_list_view_id=saved_list_view_id)
    return _("“%(name)s” is deleted.") % {"name": one.name}


ACTS: Final[dict[str, Act]] = {"rename": _rename, "default": _open_with, "share": _share, "delete": _delete}
