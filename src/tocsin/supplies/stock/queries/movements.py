"""What is on its way to a store."""

from django.db.models import Exists, OuterRef, QuerySet

from tocsin.supplies.stock.models import Movement, Store
from tocsin.supplies.stock.rules.ledger import Kind


def arriving_at(store: Store) -> QuerySet[Movement]:
    """Transfers to the store that nobody has counted in yet, the oldest first."""
    counted = Movement.objects.filter(follows=OuterRef("pk"))
    rows = Movement.objects.filter(~Exists(counted), store=store, kind=int(Kind.DISPATCH))
    return rows.select_related("store", "by").order_by("at", "id")
