"""Musters as their reader may see them, and how everybody in one stands."""

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.base.time import ms_from_datetime
from tocsin.engine.positioning.musters import MusterStanding, Whereabouts, standing_of
from tocsin.hazchem.musters.models import MusterPerson, PlantMuster
from tocsin.hazchem.musters.policy import muster_policy
from tocsin.hazchem.positions.models import PositionTag, PresentPosition
from tocsin.hazchem.positions.queries.sight import firms_of_incidents, keeps, rows_in_sight
from tocsin.hazchem.positions.queries.tags import gone_before
from tocsin.hazchem.positions.rules.tags import PEOPLE
from tocsin.hazchem.zones.models import ZonePresence
from tocsin.hazchem.zones.rules.zones import ZonePurpose

if TYPE_CHECKING:
    from tocsin.hazchem.positions.queries.sight import FirmPlace
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject


@dataclass(frozen=True)
class Found:
    """Somebody of a muster with how they stand, where that is, and where and when their tag was heard last."""

    person: MusterPerson
    standing: MusterStanding
    place: str
    heard_at: datetime | None
    lon: float | None
    lat: float | None


def visible_musters(user: "Person") -> QuerySet[PlantMuster]:
    """Musters of firms whose people the user may see now, newest first."""
    return rows_in_sight(PlantMuster.objects.select_related("object", "begun_by", "ended_by"), user)


def open_musters(user: "Person") -> QuerySet[PlantMuster]:
    """The same that go on."""
    return visible_musters(user).filter(ended_at__isnull=True)


def may_act(user: "Person", firm: "SupervisedObject") -> bool:
    """Whether the user may begin, tick and end: the firm's own people, and command while an incident is open there."""
    return keeps(user, firm) or firm.pk in firms_of_incidents(user)


def require_act(user: "Person", firm: "SupervisedObject") -> None:
    """NotAllowed for all others."""
    if not may_act(user, firm):
        raise NotAllowed(_("A muster is led by the firm's own people, or by command while an incident is open at the firm."))


def firms_in_muster(places: "Sequence[FirmPlace]", _near_m: float) -> Set[UUID]:
    """Firms of these places that evacuate: a muster that is no drill is an incident, see `INCIDENTS_AT_FIRMS`."""
    rows = PlantMuster.objects.filter(object__in={one.firm_id for one in places}, ended_at__isnull=True, drill=False)
    return set(rows.values_list("object_id", flat=True))


def people_to_find(firm_id: UUID, now: datetime) -> QuerySet[PositionTag]:
    """Tags of people who are present and not known to be beyond the plant's limit."""
    rows = PositionTag.objects.filter(object_id=firm_id, withdrawn_at__isnull=True, kind__in=PEOPLE)
    out = ZonePresence.objects.filter(zone__object=firm_id, zone__purpose=ZonePurpose.SITE, zone__active=True, inside=False)
    return rows.filter(present__at__gte=gone_before(now)).exclude(pk__in=out.values("tag"))


def roll_of(muster: PlantMuster) -> list[Found]:
    """Everybody of a muster, who is missing first, then by name. One that has ended is told as it ended."""
    people = list(muster.people.select_related("tag__present", "ticked_by"))
    if muster.ended_at is not None:
        told = [Found(one, MusterStanding(one.standing), one.place, one.heard_at, one.lon, one.lat) for one in people]
    else:
        points, zones, outside = _zones_of({one.tag_id for one in people if one.tag_id})
        fresh_ms = ms_from_datetime(muster.begun_at - timedelta(seconds=muster_policy().fresh_before_s))
        told = [_found(one, points, zones, outside, fresh_ms) for one in people]
    order = list(MusterStanding)
    return sorted(told, key=lambda one: (order.index(one.standing), one.person.name))


def _zones_of(tags: Set[UUID]) -> tuple[dict[UUID, str], dict[UUID, list[str]], set[UUID]]:
    """By tag: the muster point in which it is, the zones in which it is; and those that are beyond the plant's limit."""
    points: dict[UUID, str] = {}
    zones: dict[UUID, list[str]] = defaultdict(list)
    outside: set[UUID] = set()
    rows = ZonePresence.objects.filter(tag__in=tags, zone__active=True).order_by("zone__name")
    for tag, inside, name, purpose in rows.values_list("tag_id", "inside", "zone__name", "zone__purpose"):
        if purpose == ZonePurpose.SITE:
            outside |= set() if inside else {tag}
        elif inside and purpose == ZonePurpose.MUSTER:
            points.setdefault(tag, name)
        elif inside:
            zones[tag].append(name)
    return points, zones, outside


def _found(
    person: MusterPerson, points: dict[UUID, str], zones: dict[UUID, list[str]], outside: set[UUID], fresh_ms: int
) -> Found:
    tag_id = person.tag_id
    present: PresentPosition | None = getattr(person.tag, "present", None) if person.tag else None
    known = Whereabouts(
        ticked=person.ticked_at is not None,
        point=points.get(tag_id, "") if tag_id else "",
        outside=tag_id in outside,
        heard_ms=ms_from_datetime(present.at) if present else None,
    )
    standing = standing_of(known, fresh_ms=fresh_ms)
    last = ", ".join(zones.get(tag_id, [])) if tag_id else ""
    places = {MusterStanding.SEEN: person.ticked_where, MusterStanding.AT_POINT: known.point, MusterStanding.OUT: ""}
    return Found(
        person=person,
        standing=standing,
        place=places.get(standing, last or known.point)[:120],
        heard_at=present.at if present else None,
        lon=present.lon if present else None,
        lat=present.lat if present else None,
    )
