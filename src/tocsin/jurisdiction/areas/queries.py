"""Administrative areas, read."""

from collections.abc import Collection

from django.db.models import QuerySet

from tocsin.jurisdiction.areas.models import Region


def all_regions() -> QuerySet[Region]:
    """Every administrative area, by code."""
    return Region.objects.all()


def region_names(region_codes: Collection[str]) -> dict[str, str]:
    """By code what people call the area. One query."""
    return {one.code: str(one) for one in Region.objects.filter(code__in=region_codes)}
