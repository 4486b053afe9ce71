"""Legal documents as the reader may see them."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.supervision.inspections.models import LegalDocument
from tocsin.supervision.inspections.rules.legal import SERVED_KINDS
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

DIRECTIONS = ("in", "out")


def visible_documents(user: "Person", *, direction: str = "", since: date | None = None) -> QuerySet[LegalDocument]:
    """Documents about objects in areas that the user may see, and those that were served on the user's own firm, newest first; of
    one direction, from a day on.
    """
    found = LegalDocument.objects.select_related("object", "finding", "inspection")
    seen = scope(LegalDocument.objects.all(), user, rights.SEE, "object__region_code")
    served = LegalDocument.objects.filter(kind__in=SERVED_KINDS)
    own = scope(served, user, rights.OWN, "object__region_code", "object__organisation")
    found = found.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=own.values("pk")))
    if direction:
        found = found.filter(direction=direction)
    return found.filter(at__date__gte=since) if since else found
