"""Objections of firms to verdicts on their work, as the reader may see them."""

from typing import TYPE_CHECKING

from django.db.models import F, QuerySet

from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.work.models import WorkObjection

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_objections(user: "Person") -> QuerySet[WorkObjection]:
    """Objections of visible firms, and of one's own, those that wait first."""
    found = rows_of_visible(WorkObjection.objects.select_related("object", "episode", "made_by", "decided_by"), user)
    return found.order_by(F("upheld").asc(nulls_first=True), "due_at")


def waiting_objections(user: "Person") -> QuerySet[WorkObjection]:
    """Those that nobody has answered, the oldest due first."""
    return visible_objections(user).filter(upheld__isnull=True)
