"""Views of the map are kept under a name, shared with one's body, changed and deleted by whoever keeps them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.atlas.layers.models import SavedView
from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.saved_views import keeps_views, may_change, visible_views
from tocsin.atlas.layers.rules.view import MapView
from tocsin.atlas.layers.services.notices import CHANGED, DELETED, ENDED, tell_of_view
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import User, region_of
from tocsin.records.face import record_audit

LONGEST_NAME = 80


def save_view(*, actor: User, name: str, view: MapView, shared: bool, now: datetime) -> SavedView:
    """Keeps a view under a new name; Conflict where the person keeps one of that name, or as many as they may."""
    if not keeps_views(actor):
        raise NotAllowed(_("This token is too narrow for views of the map."))
    name = _name(name)
    most = map_policy().saved_views.most_per_person
    if SavedView.objects.filter(owner=actor).count() >= most:
        raise Conflict(_("You keep %(most)s views already, more than that is not kept: delete one first.") % {"most": most})
    body = _body(actor) if shared else None
    kept = {"name": name, "owner": actor, "organisation_id": body, "address": _address(view), "made_at": now, "changed_at": now}
    try:
        with transaction.atomic():
            made = SavedView.objects.create(**kept)
            _told(actor, "map.view_saved", made, {"name": name, "shared": shared})
    except IntegrityError:
        raise Conflict(_taken(name)) from None
    return made


def change_view(
    *,
    actor: User,
    saved_view_id: UUID,
    name: str | None = None,
    view: MapView | None = None,
    shared: bool | None = None,
    now: datetime,
) -> SavedView:
    """Renames a view, lets it show something else, shares it or ends that; what is None stays.

    DoesNotExist for a view that the person may not open.
    """
    try:
        with transaction.atomic():
            one = _changeable(actor, saved_view_id)
            shared_with = one.organisation_id
            before = {"name": one.name, "shared": one.organisation_id is not None, "address": one.address}
            if name is not None:
                one.name = _name(name)
            if view is not None:
                one.address = _address(view)
            if shared is not None and shared != before["shared"]:
                one.organisation_id = _body(actor) if shared else None
            after = {"name": one.name, "shared": one.organisation_id is not None, "address": one.address}
            changes = {key: [before[key], after[key]] for key in after if after[key] != before[key]}
            if changes:
                one.changed_at = now
                one.save()
                _told(actor, "map.view_changed", one, changes)
                if shared_with is not None:
                    what = CHANGED if one.organisation_id == shared_with else ENDED
                    earlier = str(before["name"]) if "name" in changes else ""
                    tell_of_view(actor, one, shared_with, what, now, earlier=earlier)
    except IntegrityError:
        raise Conflict(_taken(_name(name or ""))) from None
    return one


def delete_view(*, actor: User, saved_view_id: UUID, now: datetime) -> None:
    """Deletes a view; DoesNotExist for one that the person may not open."""
    with transaction.atomic():
        one = _changeable(actor, saved_view_id)
        _told(actor, "map.view_deleted", one, {"name": one.name, "shared": one.organisation_id is not None})
        if one.organisation_id is not None:
            tell_of_view(actor, one, one.organisation_id, DELETED, now)
        one.delete()


def _changeable(actor: User, saved_view_id: UUID) -> SavedView:
    one = visible_views(actor).get(pk=saved_view_id)
    if not may_change(actor, one):
        raise NotAllowed(_("This view is kept by %(owner)s: save it under a name of your own.") % {"owner": one.owner})
    return one


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(_("A view has a name of at most %(most)s characters.") % {"most": LONGEST_NAME})
    return name


def _address(view: MapView) -> str:
    if view.zoom is None or view.layers is None:
        raise InvalidInput(_("A view that is kept names its place and its layers."))
    return view.address


def _body(actor: User) -> UUID:
    if actor.organisation_id is None:
        raise Conflict(_("You belong to no body with whom a view could be shared."))
    return actor.organisation_id


def _taken(name: str) -> str:
    return _("You keep a view “%(name)s” already: choose another name, or delete that one.") % {"name": name}


def _told(actor: User, act: str, one: SavedView, details: Mapping[str, object]) -> None:
    record_audit(actor, act, "saved_view", one.pk, region_of(actor), details)
