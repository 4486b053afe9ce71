"""Warnings, messages and services as the reader may see them."""

from datetime import datetime
from typing import TYPE_CHECKING

import shapely
from django.db.models import Q, QuerySet
from shapely import Point

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.incoming_warnings.models import (
    IncomingMessage,
    IncomingWarning,
    WarnedCounty,
    WarningDemand,
    WarningService,
)
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, MANAGE, SEE, WORK, IncomingState, MessageState
from tocsin.mobilisation.public_warnings.rules.sources import WarningSource

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person

_TOUCHING = 100


def visible_incoming(user: "Person") -> QuerySet[IncomingWarning]:
    """Those that meet a county in which the user sees warnings, and those of which the user's own body was told."""
    counties = scope(WarnedCounty.objects.all(), user, SEE)
    told = scope(WarningDemand.objects.filter(who="owner"), user, WORK, organisation_field="organisation")
    seen = Q(pk__in=counties.order_by().values("warning")) | Q(pk__in=told.order_by().values("warning"))
    return IncomingWarning.objects.select_related("service").filter(seen)


def search_incoming(user: "Person", *, when: str = "all") -> QuerySet[IncomingWarning]:
    """Visible ones; `when`: now, past, all."""
    found = visible_incoming(user)
    if when == "now":
        return found.filter(state=IncomingState.IN_FORCE)
    return found.exclude(state=IncomingState.IN_FORCE) if when == "past" else found


def incoming_touching(
    user: "Person", *, region_code: str, lat: float | None, lon: float | None, since: datetime, until: datetime
) -> list[IncomingWarning]:
    """Visible ones that held within that time at the place, or in its county where no place is known; in force first."""
    held = Q(ended_at=None) | Q(ended_at__gte=since)
    rows = visible_incoming(user).filter(held, came_at__lte=until, warned_counties__region_code=region_code)
    found = list(rows.order_by("ended_at", "-changed_at", "-id")[:_TOUCHING])
    if lat is not None and lon is not None:
        spot = Point(lon, lat)
        found = [one for one in found if one.shape and shapely.geometry.shape(one.shape).covers(spot)]
    return sorted(found, key=lambda one: one.state != IncomingState.IN_FORCE)


def standing_incoming(now: datetime) -> QuerySet[IncomingWarning]:
    """Real ones that hold now, for the machine itself."""
    return IncomingWarning.objects.filter(state=IncomingState.IN_FORCE, exercise=False, expires_at__gt=now)


def visible_services(user: "Person") -> QuerySet[WarningService]:
    """Services of the user's areas, for who keeps them and who sees warnings there."""
    rows = WarningService.objects.select_related("made_by")
    kept, seen = scope(rows, user, MANAGE), scope(rows, user, SEE)
    return rows.filter(pk__in=kept.order_by().values("pk")) | rows.filter(pk__in=seen.order_by().values("pk"))


def visible_messages(user: "Person") -> QuerySet[IncomingMessage]:
    """Messages of those services whose warnings the user answers, without their bytes."""
    rows = IncomingMessage.objects.select_related("service", "looked_by").defer("data")
    return scope(rows, user, ANSWER)


def refused_messages(user: "Person") -> QuerySet[IncomingMessage]:
    """Of those the ones that were refused and that nobody has looked at, the newest first."""
    return visible_messages(user).filter(state=MessageState.QUARANTINED, looked_at__isnull=True)


def from_message(user: "Person", warning_id: "UUID") -> WarningSource | None:
    """A warning of another service as what a public one is drafted from; a drill's draft is an exercise."""
    found = visible_incoming(user).filter(pk=warning_id).first()
    if found is None:
        return None
    return WarningSource(str(found)[:60], found.region_code, found.level, drill=found.exercise)
