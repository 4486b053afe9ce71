"""Views of lists as pages and programs read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from ninja import Schema

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.list_views.queries import may_change_list_view, visible_list_views
from tocsin.jurisdiction.people.models import User
from tocsin.screens.lists.groups import GROUP_BY, found_rows
from tocsin.screens.lists.many import ListOutcome, act_on_rows, all_rows
from tocsin.screens.lists.saved_views import probe_list, same_choice
from tocsin.screens.lists.slices import ListGroupOut
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.http import HttpRequest

    from tocsin.jurisdiction.list_views.models import SavedListView


class SavedListViewOut(Schema):
    """A list with filters, order and columns under a name. `path`: the list; `url`: the list as it is kept; `is_default`: the
    list opens with it, for its owner; `shared`: the owner's body opens it, too.
    """

    id: UUID
    name: str
    path: str
    query: str
    url: str
    is_default: bool
    shared: bool
    body: str
    owner: str
    own: bool
    may_change: bool
    changed_at: datetime


class GroupingOut(Schema):
    """By what the rows of a list may be grouped."""

    name: str
    words: str


class ListGroupsOut(Schema):
    """The rows of a list counted by group, right across its pages."""

    path: str
    group_by: str
    total: int
    groupings: list[GroupingOut]
    groups: list[ListGroupOut]


class RefusedListRowOut(Schema):
    """A row with which it was not done: in words, its page, and why; one that is not there has neither words nor page."""

    id: UUID
    words: str
    url: str
    reason: str


class ListOutcomeOut(Schema):
    """With which rows it was done, and with which not."""

    done: list[UUID]
    refused: list[RefusedListRowOut]


@dataclass(frozen=True)
class RowsAsked:
    """An act upon rows of the list at `path`: upon `rows`, or upon `every` row of the filters `query`, of which the person saw
    `expected`.
    """

    path: str
    query: str
    act: str
    rows: tuple[UUID, ...]
    every: bool
    expected: int | None


@dataclass(frozen=True)
class ListViews:
    """What stands beside a list: the reader's own views and those of their body; `query`: what the list shows now."""

    path: str
    query: str
    views: tuple[SavedListViewOut, ...]
    may_share: bool

    @property
    def default_url(self) -> str:
        """Where the list leads that is opened without any parameter; empty where it is shown as it is."""
        return next((one.url for one in self.views if one.own and one.is_default and one.query), "")

    @property
    def current(self) -> SavedListViewOut | None:
        """The view that the list shows now."""
        return next((one for one in self.views if self.query and same_choice(one.query, self.query)), None)


def views_beside(request: "HttpRequest") -> ListViews | None:
    """The views of the list at this address; None for who is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    views = tuple(describe_list_view(user, one) for one in visible_list_views(user, request.path))
    return ListViews(request.path, request.GET.urlencode(), views, may_share=user.organisation_id is not None)


def count_groups(request: "HttpRequest", path: str, query: str, group_by: str) -> ListGroupsOut | None:
    """The rows of the list at `path` by group, as who asks may see them; None where there is no list that is grouped.

    InvalidInput for a grouping that the list does not have.
    """
    wanted = QueryDict(query, mutable=True)
    wanted[GROUP_BY] = group_by
    probe = probe_list(request, path, wanted.urlencode())
    if probe is None or probe.grouping is None:
        return None
    rows, asked = found_rows(probe.rows), probe.grouping
    if rows is None:
        return None
    asked.check(group_by)
    groups = asked.count(rows) if asked.chosen else []
    return ListGroupsOut(
        path=path,
        group_by=group_by,
        total=sum(one.count for one in groups) if asked.chosen else rows.count(),
        groupings=[GroupingOut(name=name, words=str(words)) for name, words in asked.choices],
        groups=[ListGroupOut.of(one) for one in groups],
    )


def act_on_list(request: "HttpRequest", asked: RowsAsked, form: "Mapping[str, str]") -> ListOutcome:
    """Does it; InvalidInput where there is no list with acts for this person, and as `screens.lists.many.act_on_rows`."""
    probe = probe_list(request, asked.path, asked.query)
    if probe is None or probe.acts is None:
        raise InvalidInput(_("There is no list at “%(path)s” upon whose rows you may act together.") % {"path": asked.path})
    ids: Sequence[UUID] = asked.rows
    if asked.every:
        rows = found_rows(probe.rows)
        ids = () if rows is None else all_rows(rows, asked.expected)
    return act_on_rows(probe.acts, asked.act, actor=actor_of(request), ids=ids, form=form)


def describe_list_view(user: User, one: "SavedListView") -> SavedListViewOut:
    """One view as this reader may open it."""
    own = one.owner_id == user.pk
    return SavedListViewOut(
        id=one.pk,
        name=one.name,
        path=one.path,
        query=one.query,
        url=one.url,
        is_default=own and one.is_default,
        shared=one.organisation_id is not None,
        body=str(one.organisation or ""),
        owner=str(one.owner),
        own=own,
        may_change=may_change_list_view(user, one),
        changed_at=one.changed_at,
    )


def own_list_views(user: User) -> "Iterator[dict[str, object]]":
    """What a person keeps of lists, for the copy of their own data."""
    for one in user.list_views.select_related("organisation"):
        yield {"name": one.name, "address": one.url, "shared_with": str(one.organisation or ""), "changed_at": one.changed_at}
