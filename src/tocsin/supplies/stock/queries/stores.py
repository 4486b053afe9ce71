"""Stores as their reader may see them."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Store

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission


def visible_stores(
    user: Person,
    *,
    search: str = "",
    region: str = "",
    level: str = "",
    closed: bool = False,
    permission: "Permission" = rights.SEE,
) -> QuerySet[Store]:
    """Stores of the user's areas or body, by name."""
    rows = scope(Store.objects.select_related("body"), user, permission, organisation_field="body")
    if not closed:
        rows = rows.filter(active=True)
    if region:
        rows = rows.filter(region_code__startswith=region)
    if level:
        rows = rows.filter(level=level)
    for word in search.split():
        rows = rows.filter(Q(name__icontains=word) | Q(address__icontains=word))
    return rows.order_by("name", "id")
