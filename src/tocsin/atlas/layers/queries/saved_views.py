"""Saved views of the map that somebody may open."""

from django.db.models import Q, QuerySet

from tocsin.atlas.layers.models import SavedView
from tocsin.jurisdiction.face import User


def keeps_views(user: User) -> bool:
    """Everybody at a screen keeps views; a program with a token that may see alarms and is narrowed to no body and no region."""
    if user.token_scopes is None:
        return True
    return "alarms.see" in user.token_scopes and not user.token_organisation_id and not user.token_region_code


def visible_views(user: User) -> QuerySet[SavedView]:
    """A person's own views, and those that somebody of their body shares with it; none for a token that is too narrow."""
    if not keeps_views(user):
        return SavedView.objects.none()
    shared = Q(organisation=user.organisation_id) if user.organisation_id else Q(pk=None)
    return SavedView.objects.filter(Q(owner=user) | shared).select_related("owner", "organisation")


def may_change(user: User, one: SavedView) -> bool:
    """Its owner changes a view; once the owner's account is closed, everybody of the body that it is shared with."""
    return one.owner_id == user.pk or not one.owner.is_active
