"""Cameras as their reader may see them."""

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.states import BAD


def visible_cameras(user: Person) -> QuerySet[Camera]:
    """Cameras of the areas whose supervised objects the user sees; who is bound to a body sees those of that body."""
    rows = Camera.objects.select_related("object", "organisation", "registered_by")
    return scope(rows, user, rights.SEE, "region_code", "organisation")


def search_cameras(user: Person, *, search: str = "", bad: bool = False) -> QuerySet[Camera]:
    """The same by a part of code, name, place or firm; `bad`: only those that somebody has to look after."""
    found, text = visible_cameras(user), search.strip()
    if bad:
        found = found.filter(active=True, state__in=[one.value for one in BAD])
    if not text:
        return found
    return found.filter(
        Q(code__icontains=text) | Q(name__icontains=text) | Q(place__icontains=text) | Q(object__name__icontains=text)
    )
