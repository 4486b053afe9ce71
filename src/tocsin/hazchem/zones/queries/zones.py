"""Zones, who is in them, and breaches, as their reader may see them."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from django.db.models import QuerySet

from tocsin.engine.positioning.areas import Area
from tocsin.engine.positioning.rules import RuleKind, ZoneRule
from tocsin.hazchem.positions.queries.sight import own_rows, rows_in_sight
from tocsin.hazchem.positions.queries.tags import gone_before
from tocsin.hazchem.zones.models import PlantZone, ZoneBreach, ZonePresence

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

type Which = Literal["", "waits", "stands", "over"]
MOST: Final = 500


def visible_zones(user: "Person") -> QuerySet[PlantZone]:
    """Zones of firms whose people the user may see now."""
    return rows_in_sight(PlantZone.objects.filter(active=True).select_related("object", "unit"), user)


def own_zones(user: "Person") -> QuerySet[PlantZone]:
    """Zones of the user's own firm."""
    return own_rows(PlantZone.objects.filter(active=True).select_related("object", "unit"), user)


def area_of(zone: PlantZone) -> Area | None:
    """Its area: drawn, or its unit's; None where that has lost its outline."""
    outline = zone.outline or (zone.unit.outline if zone.unit else [])
    corners = tuple((float(lon), float(lat)) for lon, lat in outline)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners = corners[:-1]
    return _area(corners) if len(corners) >= 3 else None


@lru_cache(4096)
def _area(corners: tuple[tuple[float, float], ...]) -> Area:
    """The same area keeps what was worked out of it."""
    return Area(corners)


def rules_of(zone: PlantZone) -> list[ZoneRule]:
    """Its rules; they are loaded."""
    return [ZoneRule(RuleKind(one.kind), one.limit, frozenset(one.kinds)) for one in zone.rules.all()]


def presences_in(zones: Iterable[PlantZone], now: datetime) -> QuerySet[ZonePresence]:
    """Who is in these zones now: in use, inside, and not gone for good."""
    rows = ZonePresence.objects.filter(zone__in=list(zones), inside=True, tag__withdrawn_at__isnull=True)
    return rows.filter(tag__present__at__gte=gone_before(now)).select_related("tag__present", "tag__object")


def visible_breaches(user: "Person") -> QuerySet[ZoneBreach]:
    """Breaches at firms whose people the user may see now, newest first."""
    rows = ZoneBreach.objects.select_related("object", "zone", "tag", "permit", "acknowledged_by")
    return rows_in_sight(rows, user)


def search_breaches(user: "Person", *, firm: UUID | None = None, which: Which = "", kind: str = "") -> QuerySet[ZoneBreach]:
    """Visible breaches by firm, by kind, and whether they wait for an acknowledgement, stand, or are over."""
    found = visible_breaches(user)
    if firm is not None:
        found = found.filter(object_id=firm)
    if kind:
        found = found.filter(kind=kind)
    match which:
        case "waits":
            found = found.filter(acknowledged_at__isnull=True)
        case "stands":
            found = found.filter(ended_at__isnull=True)
        case "over":
            found = found.filter(ended_at__isnull=False)
    return found


def breaches_to_acknowledge(user: "Person") -> QuerySet[ZoneBreach]:
    """Breaches of the user's own firm that nobody has acknowledged, the oldest first."""
    rows = ZoneBreach.objects.select_related("object", "zone", "tag", "permit", "acknowledged_by")
    return own_rows(rows.filter(acknowledged_at__isnull=True), user).order_by("raised_at", "pk")


def standing_in(zones: Iterable[PlantZone]) -> QuerySet[ZoneBreach]:
    """Breaches of these zones that are not over."""
    return ZoneBreach.objects.filter(zone__in=list(zones), ended_at__isnull=True)
