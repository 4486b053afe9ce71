"""Zones with who is in them, and breaches, for pages and programs."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import prefetch_related_objects
from ninja import Field, Schema

from tocsin.engine.positioning.rules import RuleKind
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.hazchem.zones.queries.zones import area_of, presences_in, standing_in
from tocsin.hazchem.zones.rules.zones import BreachKind, ZonePurpose
from tocsin.hazchem.zones.shown.words import BREACH_NAMES, PURPOSE_NAMES, figure_words, rule_words
from tocsin.screens.geojson import Feature, polygon
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tocsin.hazchem.zones.models import PlantZone, ZoneBreach, ZonePresence


class ZoneRuleOut(Schema):
    """One rule of a zone."""

    kind: RuleKind
    limit: float = Field(description="persons, minutes or km/h, by its kind")
    kinds: list[str] = Field(description="of who may be there")
    words: str


class PlantZoneOut(Schema):
    """A zone with its rules, and how many are in it."""

    id: UUID
    object_id: UUID
    firm: str
    name: str
    purpose: ZonePurpose
    purpose_name: str
    plant_unit_id: UUID | None
    outline: list[tuple[float, float]] = Field(description="its own, or its unit's; empty: that has lost its outline")
    floor: str
    rules: list[ZoneRuleOut]
    people: int
    vehicles: int
    broken: OnPages[bool]


class ZonePresenceOut(Schema):
    """Somebody in a zone."""

    tag_id: UUID
    holder: str
    kind: TagKind
    since: datetime
    heard_at: datetime


class ZoneBreachOut(Schema):
    """What was broken, by whom, until when, and who acknowledged it."""

    id: UUID
    object_id: UUID
    firm: str
    kind: BreachKind
    kind_name: str
    zone_id: UUID | None
    zone: str
    tag_id: UUID | None
    holder: str
    permit_id: UUID | None
    permit: str
    figure: str
    value: float
    limit: float
    raised_at: datetime
    ended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    note: str


def describe_zone(zone: "PlantZone", inside: "Sequence[ZonePresence]" = (), *, broken: bool = False) -> PlantZoneOut:
    """One zone; its firm, unit and rules are loaded."""
    area = area_of(zone)
    vehicles = sum(one.tag.kind == TagKind.VEHICLE for one in inside)
    return PlantZoneOut(
        id=zone.pk,
        object_id=zone.object_id,
        firm=zone.object.name,
        name=zone.name,
        purpose=ZonePurpose(zone.purpose),
        purpose_name=str(PURPOSE_NAMES[zone.purpose]),
        plant_unit_id=zone.unit_id,
        outline=list(area.corners) if area else [],
        floor=zone.floor,
        rules=[
            ZoneRuleOut(
                kind=RuleKind(one.kind), limit=one.limit, kinds=one.kinds, words=rule_words(one.kind, one.limit, one.kinds)
            )
            for one in zone.rules.all()
        ],
        people=len(inside) - vehicles,
        vehicles=vehicles,
        broken=broken,
    )


def described_zones(zones: "Iterable[PlantZone]", now: datetime) -> list[PlantZoneOut]:
    """Zones with how many are in each, and whether a rule of them is broken."""
    rows = list(zones)
    prefetch_related_objects(rows, "rules")
    inside: dict[UUID, list[ZonePresence]] = defaultdict(list)
    for one in presences_in(rows, now):
        inside[one.zone_id].append(one)
    broken = set(standing_in(rows).values_list("zone", flat=True))
    return [describe_zone(one, inside[one.pk], broken=one.pk in broken) for one in rows]


def describe_presence(one: "ZonePresence") -> ZonePresenceOut:
    """Somebody in a zone; the tag with its position is loaded."""
    return ZonePresenceOut(
        tag_id=one.tag_id, holder=one.tag.holder, kind=TagKind(one.tag.kind), since=one.since, heard_at=one.tag.present.at
    )


def describe_breach(one: "ZoneBreach") -> ZoneBreachOut:
    """One breach; firm, zone, tag, permit and who acknowledged it are loaded."""
    return ZoneBreachOut(
        id=one.pk,
        object_id=one.object_id,
        firm=one.object.name,
        kind=BreachKind(one.kind),
        kind_name=str(BREACH_NAMES[one.kind]),
        zone_id=one.zone_id,
        zone=one.zone.name if one.zone else "",
        tag_id=one.tag_id,
        holder=one.tag.holder if one.tag else "",
        permit_id=one.permit_id,
        permit=one.permit.number if one.permit else "",
        figure=figure_words(one.kind, one.value, one.limit),
        value=one.value,
        limit=one.limit,
        raised_at=one.raised_at,
        ended_at=one.ended_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=str(one.acknowledged_by or ""),
        note=one.note,
    )


def zone_features(zones: "Iterable[PlantZoneOut]") -> list[Feature]:
    """GeoJSON areas of zones: red where a rule is broken, else yellow, muster points green, the plant's limit a line."""
    shapes = {ZonePurpose.ZONE: "yellow", ZonePurpose.SITE: "limit", ZonePurpose.MUSTER: "good"}
    found: list[Feature] = []
    for one in zones:
        if not one.outline:
            continue
        drawn = polygon(
            (*one.outline, one.outline[0]),
            name=one.name,
            words=" · ".join(filter(None, (one.purpose_name, *(rule.words for rule in one.rules)))),
            url=f"/plants/zones/{one.id}/",
            shape="red" if one.broken else shapes[one.purpose],
        )
        found.append(drawn)
    return found
