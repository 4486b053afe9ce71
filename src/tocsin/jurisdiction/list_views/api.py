"""Views of lists for programs: one's own, and those that one's body shares."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.jurisdiction.list_views.queries import visible_list_views
from tocsin.jurisdiction.list_views.services import LONGEST_NAME, change_list_view, delete_list_view, save_list_view
from tocsin.jurisdiction.list_views.shown import (
    ListGroupsOut,
    ListOutcomeOut,
    RowsAsked,
    SavedListViewOut,
    act_on_list,
    count_groups,
    describe_list_view,
)
from tocsin.screens.clock import current_time
from tocsin.screens.lists.many import MOST, ListOutcome
from tocsin.screens.lists.saved_views import LONGEST_PATH, LONGEST_QUERY, parameters_of_list
from tocsin.screens.request import actor_of

router = Router()


class SavedListViewIn(Schema, extra="forbid"):
    """A list as its page shows it. `path` and `query`: of the page's address, as `/alarms/` and `state=all&level=3`."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    path: str = Field(min_length=1, max_length=LONGEST_PATH)
    query: str = Field("", max_length=LONGEST_QUERY)
    is_default: bool = False
    shared: bool = False


class SavedListViewChangeIn(Schema, extra="forbid"):
    """What becomes another; what is null stays."""

    name: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    is_default: bool | None = None
    shared: bool | None = None


class ListGroupsIn(Schema):
    """A list as its page shows it. `list_path` and `query`: of the page's address, as `/alarms/` and `state=open&level=3`."""

    list_path: str = Field(min_length=1, max_length=LONGEST_PATH)
    query: str = Field("", max_length=LONGEST_QUERY)
    group_by: str = Field("", max_length=40)


@router.get("/me/list-views", response=list[SavedListViewOut], summary="Saved views of lists")
def list_views_of_lists(request: HttpRequest, path: str = "") -> Any:
    """Your own views and those that others share with your body, of lists that you may open; of one where `path` names it."""
    actor = actor_of(request)
    found = list(visible_list_views(actor, path))
    opened = {one for one in {each.path for each in found} if _opens(request, one)}
    return [describe_list_view(actor, one) for one in found if one.path in opened]


@router.get("/me/list-groups", response=ListGroupsOut, summary="Rows of a list, counted by group")
def groups_of_list(request: HttpRequest, given: Query[ListGroupsIn]) -> ListGroupsOut:
    """How many rows a list has for you, and how many each group of `group_by`: the worst first, then the largest. `groupings`: by
    what it may be grouped.
    """
    found = count_groups(request, given.list_path, given.query, given.group_by)
    if found is None:
        raise InvalidInput(_("There is no list at “%(path)s” whose rows could be grouped.") % {"path": given.list_path})
    return found


class ListActIn(Schema, extra="forbid"):
    """An act upon rows of a list, as its page offers it. `rows`: their ids, or `every` row that the filters `query` show,
    `expected` of them; `values`: what the act asks for, by name.
    """

    list_path: str = Field(min_length=1, max_length=LONGEST_PATH)
    act: str = Field(min_length=1, max_length=40)
    rows: list[UUID] = Field(default=[], max_length=MOST)
    query: str = Field("", max_length=LONGEST_QUERY)
    every: bool = False
    expected: int | None = Field(None, ge=0, le=MOST)
    values: dict[str, str] = {}


@router.post("/me/list-acts", response=ListOutcomeOut, summary="Act upon rows of a list")
def act_on_rows_of_list(request: HttpRequest, given: ListActIn) -> ListOutcome:
    """Does to each row what the page of the list offers you, each as if it were alone; says of the others why not."""
    asked = RowsAsked(given.list_path, given.query, given.act, tuple(given.rows), given.every, given.expected)
    return act_on_list(request, asked, given.values)


@router.post("/me/list-views", response=SavedListViewOut, summary="Save a view of a list")
def keep_list_view(request: HttpRequest, given: SavedListViewIn) -> SavedListViewOut:
    """Keeps a list's filters under a name; one of that name that you keep of the list becomes this one. Parameters that the list
    does not read are not kept.
    """
    actor = actor_of(request)
    known = parameters_of_list(request, given.path, given.query)
    return describe_list_view(actor, save_list_view(actor=actor, known=known, now=current_time(), **given.dict()))


@router.get("/me/list-views/{uuid:saved_list_view_id}", response=SavedListViewOut, summary="One saved view of a list")
def read_list_view(request: HttpRequest, saved_list_view_id: UUID) -> SavedListViewOut:
    """One view as you may open it."""
    return describe_list_view(actor_of(request), _view(request, saved_list_view_id))


@router.put("/me/list-views/{uuid:saved_list_view_id}", response=SavedListViewOut, summary="Change a saved view of a list")
def alter_list_view(request: HttpRequest, saved_list_view_id: UUID, given: SavedListViewChangeIn) -> SavedListViewOut:
    """Renames a view of yours, makes it the one with which its list opens, shares it or ends that."""
    actor = actor_of(request)
    _view(request, saved_list_view_id)
    one = change_list_view(actor=actor, saved_list_view_id=saved_list_view_id, now=current_time(), **given.dict())
    return describe_list_view(actor, one)


@router.delete("/me/list-views/{uuid:saved_list_view_id}", response={204: None}, summary="Delete a saved view of a list")
def remove_list_view(request: HttpRequest, saved_list_view_id: UUID) -> Status[None]:
    """Deletes a view of yours."""
    _view(request, saved_list_view_id)
    delete_list_view(actor=actor_of(request), saved_list_view_id=saved_list_view_id)
    return Status(204, None)


def _view(request: HttpRequest, saved_list_view_id: UUID) -> SavedListView:
    """DoesNotExist for a view of a list that a token does not open, too."""
    one = visible_list_views(actor_of(request)).get(pk=saved_list_view_id)
    if not _opens(request, one.path):
        raise SavedListView.DoesNotExist
    return one


def _opens(request: HttpRequest, path: str) -> bool:
    """Whether a program's token opens the list; at a screen one's own views are told as they are."""
    if actor_of(request).token_scopes is None:
        return True
    try:
        return parameters_of_list(request, path, "") is not None
    except (NotAllowed, ObjectDoesNotExist, Http404):
        return False
