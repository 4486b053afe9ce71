"""Exposed bodies, their files and grids as a reader may see them."""

from django.db.models import Q, QuerySet

from tocsin.atlas.exposure.models import ExposedBody, PopulationGrid
from tocsin.jurisdiction.face import Person, scope
from tocsin.jurisdiction.rights.rules import Permission

SEE: Permission = "exposure.see"
KEEP: Permission = "exposure.keep"


def visible_bodies(
    user: Person, *, search: str = "", kind: str = "", region: str = "", closed: bool = False
) -> QuerySet[ExposedBody]:
    """Bodies of the reader's regions by code; `region`: the beginning of a region code."""
    rows = scope(ExposedBody.objects.select_related("within", "changed_by"), user, SEE)
    if not closed:
        rows = rows.filter(active=True)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(code__icontains=search) | Q(address__icontains=search))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(region_code__startswith=region) if region else rows


def visible_grids(user: Person) -> QuerySet[PopulationGrid]:
    """Population grids of the reader's regions, newest first."""
    joined = PopulationGrid.objects.select_related("by", "delivery").defer("delivery__profile", "delivery__findings")
    return scope(joined, user, SEE)
