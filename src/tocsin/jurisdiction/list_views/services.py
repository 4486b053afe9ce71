"""Views of lists are kept under a name, shared with one's body, changed and deleted by whoever keeps them."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.jurisdiction.list_views.queries import keeps_list_views, may_change_list_view, visible_list_views
from tocsin.jurisdiction.people.models import User
from tocsin.screens.lists.saved_views import LONGEST_PATH, LONGEST_QUERY, kept_query

LONGEST_NAME: Final = 80  # characters
MOST_OF_A_LIST: Final = 20  # views of one list that a person keeps: more are no menu any more
MOST_OF_A_PERSON: Final = 300


def save_list_view(
    *,
    actor: User,
    name: str,
    path: str,
    query: str,
    known: Collection[str] | None,
    is_default: bool = False,
    shared: bool = False,
    now: datetime,
) -> SavedListView:
    """Keeps the parameters of a list under a name; one of that name that the person keeps of this list becomes another.

    `known`: the parameters that the list reads, None where there is no list at `path`
    (`screens.lists.saved_views.parameters_of_list`); what it does not know is not kept. InvalidInput for an address without a
    list or a name that is too long; Conflict where the person keeps as many as they may.
    """
    if not keeps_list_views(actor):
        raise NotAllowed(_("This token is too narrow for saved views."))
    if known is None or len(path) > LONGEST_PATH:
        raise InvalidInput(_("There is no list at “%(path)s” of which a view could be kept.") % {"path": path[:LONGEST_PATH]})
    name, body = _name(name), _body(actor) if shared else None
    kept = {"query": kept_query(query, known), "organisation_id": body, "is_default": is_default, "changed_at": now}
    with transaction.atomic():
        own = SavedListView.objects.select_for_update().filter(owner=actor)
        if not own.filter(path=path, name=name).exists():
            _have_room(own.filter(path=path).count(), own.count())
        if is_default:
            own.filter(path=path, is_default=True).exclude(name=name).update(is_default=False)
        one, _made = SavedListView.objects.update_or_create(owner=actor, path=path, name=name, defaults=kept)
    return one


def share_with_body(*, owner: User, organisation_id: UUID, path: str, name: str, query: str, now: datetime) -> SavedListView:
    """A view for the people of a body, which `owner` keeps from then on; one of that name that they keep of the list becomes it.
    For an administrator who sets up a body: who may do that is asked by the caller.
    """
    kept = {"organisation_id": organisation_id, "query": query[:LONGEST_QUERY], "changed_at": now}
    one, _made = SavedListView.objects.update_or_create(owner=owner, path=path, name=_name(name), defaults=kept)
    return one


def change_list_view(
    *,
    actor: User,
    saved_list_view_id: UUID,
    name: str | None = None,
    is_default: bool | None = None,
    shared: bool | None = None,
    now: datetime,
) -> SavedListView:
    """Renames a view, makes it the one with which its list opens, shares it or ends that; what is None stays.

    DoesNotExist for a view that the person may not open; NotAllowed for one that somebody else keeps.
    """
    try:
        with transaction.atomic():
            one = _changeable(actor, saved_list_view_id)
            if name is not None:
                one.name = _name(name)
            if is_default is not None:
                SavedListView.objects.filter(owner=one.owner_id, path=one.path, is_default=True).update(is_default=False)
                one.is_default = is_default
            if shared is not None and shared != (one.organisation_id is not None):
                one.organisation_id = _body(actor) if shared else None
            one.changed_at = now
            one.save()
    except IntegrityError:
        words = {"name": _name(name or "")}
        raise Conflict(_("You keep a view “%(name)s” of this list already: choose another name.") % words) from None
    return one


def delete_list_view(*, actor: User, saved_list_view_id: UUID) -> SavedListView:
    """Deletes a view and answers what it was; DoesNotExist for one that the person may not open."""
    with transaction.atomic():
        one = _changeable(actor, saved_list_view_id)
        SavedListView.objects.filter(pk=one.pk).delete()
    return one


def take_shared_view_back(*, view_id: UUID, query: str | None) -> None:
    """A view that an administrator shared goes (`query` None), or chooses again what it chose; one that is gone stays so."""
    rows = SavedListView.objects.filter(pk=view_id)
    if query is None:
        rows.delete()
    else:
        rows.update(query=query)


def _changeable(actor: User, saved_list_view_id: UUID) -> SavedListView:
    one = visible_list_views(actor).get(pk=saved_list_view_id)
    if not may_change_list_view(actor, one):
        raise NotAllowed(_("This view is kept by %(owner)s: save it under a name of your own.") % {"owner": one.owner})
    return one


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(_("A view has a name of at most %(most)s characters.") % {"most": LONGEST_NAME})
    return name


def _body(actor: User) -> UUID:
    if actor.organisation_id is None:
        raise Conflict(_("You belong to no body with whom a view could be shared."))
    return actor.organisation_id


def _have_room(of_list: int, of_person: int) -> None:
    for count, most in ((of_list, MOST_OF_A_LIST), (of_person, MOST_OF_A_PERSON)):
        if count >= most:
            raise Conflict(_("You keep %(most)s views already, more than that is not kept: delete one first.") % {"most": most})
