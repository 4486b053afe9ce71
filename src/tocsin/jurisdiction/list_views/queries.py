"""Views of lists that somebody may open."""

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.jurisdiction.people.models import User


def keeps_list_views(user: User) -> bool:
    """Everybody at a screen keeps views, and a program whose token is narrowed to no body and no region."""
    return not user.token_organisation_id and not user.token_region_code


def visible_list_views(user: User, path: str = "") -> QuerySet[SavedListView]:
    """A person's own views, and those that somebody of their body shares with it; of one list, or of all. None for a token that
    is too narrow.
    """
    if not keeps_list_views(user):
        return SavedListView.objects.none()
    whose = Q(owner=user)
    if user.organisation_id:
        whose |= Q(organisation=user.organisation_id)
    found = SavedListView.objects.filter(whose).select_related("owner", "organisation")
    return found.filter(path=path) if path else found


def shared_list_views(prefix: str) -> QuerySet[SavedListView]:
    """What people share with the bodies of an area, by body, list and name."""
    found = SavedListView.objects.filter(organisation__region__code__startswith=prefix).select_related("organisation", "owner")
    return found.order_by("organisation__region_id", "organisation__code", "path", "name", "pk")


def may_change_list_view(user: User, one: SavedListView) -> bool:
    """Its owner changes a view; once the owner's account is closed, everybody of the body that it is shared with."""
    return one.owner_id == user.pk or not one.owner.is_active
