"""Which data resource holds the population grid of a region."""

from typing import Final

from tocsin.atlas.resources.models import Resource

SLUG: Final = "population_cells"


def grid_resource(region_code: str) -> Resource | None:
    """The resource whose rows are the region's grid; None where no such resource serves any."""
    return next((one for one in grid_resources(region_code)), None)


def grid_resources(region_code: str = "") -> list[Resource]:
    """Of all regions: those in use that serve rows, each under the short name that the catalogue gives it in its region."""
    found = Resource.objects.filter(slug__startswith=f"{SLUG}_{region_code}", active=True, good__isnull=False)
    joined = found.select_related("good__by").order_by("slug")
    return [one for one in joined if one.slug == f"{SLUG}_{one.region_code}"]
