"""Workbooks of plants as their giver may see them."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.hazchem.installations.models import PlantImport
from tocsin.jurisdiction.face import may_anywhere
from tocsin.supervision.face import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def own_imports(user: "Actor") -> QuerySet[PlantImport]:
    """Workbooks that the user gave, of firms that the user still sees; none for who keeps no plants."""
    if not any(may_anywhere(user, one) for one in (rights.OWN, rights.MANAGE)):
        return PlantImport.objects.none()
    seen = Q(object__isnull=True) | Q(object__in=visible_objects(user))
    return PlantImport.objects.filter(seen, by=user.pk).select_related("object")
