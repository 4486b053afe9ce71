"""What is on its way to a store."""

from django.db.models import Exists, OuterRef, QuerySet

from tocsin.supplies.stock.models import Movement, Store
from tocsin.supplies.stock.rules.ledger import Kind


def arriving() -> QuerySet[Movement]:
    """Transfers that nobody has counted in yet."""
    counted = Movement.objects.filter(follows=OuterRef("pk"))
    return Movement.objects.filter(~Exists(counted), kind=int(Kind.DISPATCH))


def arriving_at(store: Store) -> QuerySet[Movement]:
    """Those to the store with what each brings, the oldest first."""
    found = arriving().filter(store=store).select_related("store", "by").order_by("at", "id")
    return found.prefetch_related("lines__holding__item", "lines__holding__lot")
