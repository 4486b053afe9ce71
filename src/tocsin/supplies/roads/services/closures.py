"""A road is closed for supplies, its end is set, and it is opened again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import visible_closed_roads
from tocsin.supplies.roads.rules.closures import MOST_CORNERS, MOST_DETOUR_MIN, CornerFault, RoadShape, Spot, fault_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class NewClosure:
    """What is closed, where and why. `from_at`: at once where it is None; `until_at`: until it is opened again."""

    region_code: str
    name: str
    shape: RoadShape
    corners: Sequence[Spot]
    reason: str
    from_at: datetime | None = None
    until_at: datetime | None = None
    detour_min: int | None = None


@transaction.atomic
def close_road(*, actor: "User", new: NewClosure, now: datetime) -> ClosedRoad:
    """Closes a stretch or an area; plans and running deliveries that meet it hear of it by the worker."""
    require(actor, rights.RESERVE, new.region_code)
    if not all_regions().filter(code=new.region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": new.region_code})
    name, reason = storable(new.name.strip())[:120], storable(new.reason.strip())[:300]
    if not name:
        raise InvalidInput(_("Name the road or the area."))
    if not reason:
        raise InvalidInput(_("Say why it is closed: drivers read it."))
    if (fault := fault_of(new.shape, list(new.corners))) is not None:
        raise InvalidInput(_fault_words(fault, new.shape))
    from_at = new.from_at or now
    _check_end(from_at, new.until_at, now)
    if new.detour_min is not None and not 0 <= new.detour_min <= MOST_DETOUR_MIN:
        raise InvalidInput(_("A way around takes 0 to %(most)s minutes more.") % {"most": MOST_DETOUR_MIN})
    made = ClosedRoad.objects.create(
        region_code=new.region_code,
        name=name,
        shape=new.shape.value,
        corners=[[round(lon, 6), round(lat, 6)] for lon, lat in new.corners],
        reason=reason,
        detour_min=new.detour_min,
        from_at=from_at,
        until_at=new.until_at,
        closed_at=now,
        closed_by=actor,
    )
    _note(actor, "road.closed", made, reason=reason)
    return made


@transaction.atomic
def set_end(*, actor: "User", closed_road_id: UUID, until_at: datetime | None, now: datetime) -> ClosedRoad:
    """Another end, or none: until somebody opens it. Conflict for one that is open again."""
    road = _locked(actor, closed_road_id, now)
    _check_end(road.from_at, until_at, now)
    road.until_at = until_at
    road.save(update_fields=["until_at"])
    _note(actor, "road.end_set", road, until=until_at.isoformat() if until_at else "")
    return road


@transaction.atomic
def open_road(*, actor: "User", closed_road_id: UUID, reason: str, now: datetime) -> ClosedRoad:
    """Vehicles pass again; says how that is known. Conflict for one that is open already."""
    road = _locked(actor, closed_road_id, now)
    if not reason.strip():
        raise InvalidInput(_("Say how it is known that vehicles pass again."))
    road.opened_at, road.opened_by, road.opened_why = now, actor, storable(reason.strip())[:300]
    road.save(update_fields=["opened_at", "opened_by", "opened_why"])
    _note(actor, "road.opened", road, reason=road.opened_why)
    return road


def _check_end(from_at: datetime, until_at: datetime | None, now: datetime) -> None:
    if until_at is not None and until_at <= max(from_at, now):
        raise InvalidInput(_("The end lies behind the beginning and behind now."))


def _fault_words(fault: CornerFault, shape: RoadShape) -> str:
    match fault:
        case CornerFault.FEW if shape is RoadShape.LINE:
            return _("A stretch of road has at least two corners: tap the map.")
        case CornerFault.FEW:
            return _("An area has at least three corners: tap the map.")
        case CornerFault.MANY:
            return _("At most %(most)s corners.") % {"most": MOST_CORNERS}
        case CornerFault.NO_DEGREES:
            return _("Corners are longitude and latitude in degrees of WGS84, such as 120.41,36.16.")
        case CornerFault.CROSSES:
            return _("The edge of the area crosses itself: take the corners in their order around it.")
    return _("This is larger than 200 km: close it in parts.")


def _locked(actor: "User", closed_road_id: UUID, now: datetime) -> ClosedRoad:
    seen = visible_closed_roads(actor).get(pk=closed_road_id)
    require(actor, rights.RESERVE, seen.region_code)
    road = ClosedRoad.objects.select_for_update().get(pk=seen.pk)
    if road.opened_at is not None or (road.until_at is not None and road.until_at <= now):
        raise Conflict(_("This road is open again."))
    return road


def _note(actor: "User", act: str, road: ClosedRoad, **details: object) -> None:
    record_audit(actor, act, "closed_road", road.pk, road.region_code, {"name": road.name, **details})
