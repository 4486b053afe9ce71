"""Planned works and silences: those that a person may see, and what covers an alarm."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from tocsin.base.levels import AlarmLevel
from tocsin.bus.prepared import prepared
from tocsin.jurisdiction.face import scope
from tocsin.lifelines.face import Asset
from tocsin.sensing.availability.rules import PlannedOutage
from tocsin.sensing.face import positions
from tocsin.warning.covers.models import Cover
from tocsin.warning.covers.policy import covers_policy
from tocsin.warning.covers.rules import CoverKind, Effect, Spot, effect_on, strongest

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

WHEN = ("now", "coming", "past", "all")


def visible_covers(user: "Person") -> QuerySet[Cover]:
    """What the user may see: planned works with the networks, which whoever digs must know; silences with the alarms."""
    rows = Cover.objects.select_related(
        "organisation", "asset", "device", "sensor__asset", "sensor__device", "author", "second", "ended_by"
    )
    works = scope(rows.exclude(kind=CoverKind.SILENCE), user, "assets.see")
    return works | scope(rows, user, "alarms.see")


def search_covers(user: "Person", *, when: str = "now", kind: str = "", search: str = "", now: datetime) -> QuerySet[Cover]:
    """Visible ones; `when`: one of WHEN, by the hours of the whole."""
    found = visible_covers(user).annotate(over_at=Coalesce("ended_at", "ends_at"))
    match when:
        case "now":
            found = found.filter(begins_at__lte=now, over_at__gt=now)
        case "coming":
            found = found.filter(begins_at__gt=now, over_at__gt=now)
        case "past":
            found = found.filter(over_at__lte=now)
    if kind:
        found = found.filter(kind=kind)
    for word in search.split():
        there = Q(what__icontains=word) | Q(who__icontains=word) | Q(street__icontains=word)
        found = found.filter(there | Q(asset__code__icontains=word) | Q(asset__name__icontains=word))
    return found.order_by("begins_at", "id") if when in ("now", "coming") else found


def next_turn(*, now: datetime) -> datetime | None:
    """When the next cover begins or ends; a turn of one that recurs counts with its whole."""
    rows = Cover.objects.filter(ended_at__isnull=True, ends_at__gt=now).values_list("begins_at", "ends_at")
    return min((begins if begins > now else ends for begins, ends in rows), default=None)


@dataclass(frozen=True)
class Covered:
    """What a cover does to an alarm, and when its turn ends."""

    effect: Effect
    cover: Cover
    until: datetime


@prepared
def _between(first: datetime, last: datetime) -> QuerySet[Cover]:
    rows = Cover.objects.annotate(over_at=Coalesce("ended_at", "ends_at")).filter(begins_at__lte=last, over_at__gt=first)
    return rows.order_by("created_at", "id")


class Covers:
    """The covers that hold at some time of a stretch, read once; empty on most days."""

    def __init__(self, rows: Iterable[Cover]) -> None:
        self._rows = [(cover, cover.scope, cover.hours) for cover in rows]
        self._policy = covers_policy()

    @classmethod
    def between(cls, first: datetime, last: datetime) -> "Covers":
        """Those that hold at some time from the first to the last moment."""
        return cls(_between(first, last))

    def __bool__(self) -> bool:
        return bool(self._rows)

    def over(self, spot: Spot, *, at: datetime, level: AlarmLevel, gas: bool) -> Covered | None:
        """The cover that does most to an alarm of that level there and then; None where there is none."""
        local = timezone.localtime(at)
        found: list[tuple[Effect, tuple[Cover, datetime]]] = []
        for cover, where, hours in self._rows:
            until = hours.end_of_turn(local)
            if until is None or not where.covers(spot):
                continue
            effect = effect_on(
                self._policy.kind[CoverKind(cover.kind)].does,
                level=level,
                gas=gas,
                trusted=cover.trusted,
                second=cover.second_id is not None,
                second_for_red_gas=self._policy.second_for_red_gas,
            )
            found.append((effect, (cover, until)))
        effect, best = strongest(found)
        return None if best is None else Covered(effect, *best)


def outages(sensors: Collection[UUID], *, first: datetime, last: datetime) -> dict[UUID, str]:
    """By sensor what is done there, of those that lay in a planned outage at some time from the first to the last moment.

    One query where no outage is planned, none without sensors. What was announced by a body outside counts once the desk has
    confirmed it.
    """
    found: dict[UUID, str] = {}
    for sensor_id, cover in _in_outages(sensors, first, last):
        found.setdefault(sensor_id, cover.what)
    return found


def outage_spans(sensors: Collection[UUID], first: datetime, last: datetime) -> dict[UUID, list[PlannedOutage]]:
    """By sensor the times within the span in which it lay in a planned outage, with who announced it and why.

    An outage is planned from when it was entered on: what is entered afterwards excuses nothing that was before. What was
    announced by a body outside counts once the desk has confirmed it. One query where no outage is planned.
    """
    turns: dict[UUID, list[PlannedOutage]] = {}
    found: dict[UUID, list[PlannedOutage]] = {}
    for sensor_id, cover in _in_outages(sensors, first, last):
        if cover.pk not in turns:
            who = cover.who or str(cover.organisation or "")
            turns[cover.pk] = [
                PlannedOutage(begins, ends, cover.what, who, reverse("cover", args=[cover.pk]))
                for begins, ends in cover.hours.turns(max(first, cover.created_at), last)
            ]
        found.setdefault(sensor_id, []).extend(turns[cover.pk])
    return found


def _in_outages(sensors: Collection[UUID], first: datetime, last: datetime) -> Iterator[tuple[UUID, Cover]]:
    if not sensors:
        return
    known = Q(trusted=True) | Q(second__isnull=False)
    rows = Cover.objects.annotate(over_at=Coalesce("ended_at", "ends_at")).select_related("organisation")
    rows = rows.filter(known, kind=CoverKind.OUTAGE, begins_at__lte=last, over_at__gt=first)
    planned = [(cover, replace(cover.scope, rule="", quantities=frozenset())) for cover in rows]
    if not planned:
        return
    there = positions(sensors=list(sensors))
    street_of = dict(Asset.objects.filter(pk__in={one.asset_id for one in there}).values_list("pk", "street"))
    for one in there:
        spot = Spot(
            region_code=one.region_code,
            rule="",
            sensor_id=one.id,
            devices=frozenset({one.device_id, one.gateway_id or one.device_id}),
            asset_id=one.asset_id,
            street=street_of.get(one.asset_id, "") if one.asset_id else "",
            lon=one.lon,
            lat=one.lat,
        )
        yield from ((one.id, cover) for cover, where in planned if where.covers(spot))


def owners_of(cover: Cover, *, most: int = 50) -> "QuerySet[Asset]":
    """One asset of each body that owns something in the cover's place, with the owner loaded; none where it names no place."""
    place = Q(pk__in=())
    if cover.asset_ids:
        place |= Q(pk__in=cover.asset_ids)
    if cover.street:
        place |= Q(street=cover.street)
    if cover.radius_m is not None and cover.lon is not None and cover.lat is not None:
        margin = cover.radius_m / 80_000  # degrees; a little wide, for who is told
        place |= Q(lon__range=(cover.lon - margin, cover.lon + margin), lat__range=(cover.lat - margin, cover.lat + margin))
    firsts = Asset.objects.filter(place, owner__isnull=False).order_by("owner_id", "code").values_list("owner_id", "pk")
    by_owner = dict(firsts)
    return Asset.objects.filter(pk__in=list(by_owner.values())[:most]).select_related("owner__region").order_by("owner__code")


def waits_for_second(covers: Collection[Cover]) -> set[UUID]:
    """Those that another person still has to confirm before they do all that their kind does."""
    policy = covers_policy()
    return {
        one.pk
        for one in covers
        if one.second_id is None
        and one.ended_at is None
        and policy.kind[CoverKind(one.kind)].does > Effect.MARK
        and (not one.trusted or policy.second_for_red_gas)
    }
