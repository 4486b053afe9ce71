"""Versions of the points policy as the reader may see them."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.queries import may_anywhere, scope
from tocsin.jurisdiction.rules import EVERYWHERE
from tocsin.supervision.models import PointsPolicy
from tocsin.supervision.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person


def visible_policies(user: "Person") -> QuerySet[PointsPolicy]:
    """Versions of the areas that the user sees, and those that hold everywhere; newest first."""
    rows = PointsPolicy.objects.select_related("made_by", "switched_on_by")
    if not may_anywhere(user, rights.SEE):
        return rows.none()
    seen = scope(PointsPolicy.objects.all(), user, rights.SEE).values("pk")
    return rows.filter(Q(pk__in=seen) | Q(region_code=EVERYWHERE)).order_by("-made_at")
