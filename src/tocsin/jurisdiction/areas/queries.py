"""Administrative areas, read."""

from django.db.models import QuerySet

from tocsin.jurisdiction.areas.models import Region


def all_regions() -> QuerySet[Region]:
    """Every administrative area, by code."""
    return Region.objects.all()
