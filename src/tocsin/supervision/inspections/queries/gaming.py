"""Signs of gaming as the reader may see them: never the firm itself."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.supervision.inspections.models import GamingSign
from tocsin.supervision.inspections.rules.gaming import GamingState
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

STATES = tuple(one.value for one in GamingState)


def visible_signs(user: "Person", *, state: str = "") -> QuerySet[GamingSign]:
    """Signs about objects in areas where the user inspects or leads, newest first."""
    found = scope(GamingSign.objects.select_related("object", "decided_by"), user, rights.INSPECT, "object__region_code")
    return found.filter(state=state) if state else found
