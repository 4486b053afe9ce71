"""The weather of hours is taken: from a joined platform, or pushed by a program with a permission of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_noop, pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.federation.rules.outcomes import Reason
from tocsin.jurisdiction.face import all_regions, region_prefixes
from tocsin.records.face import record_audit
from tocsin.records.retention.rules import Kept
from tocsin.supervision.weather.models import WeatherHour
from tocsin.supervision.weather.policy import WeatherPolicy, weather_policy
from tocsin.supervision.weather.rules import PUSH, NewHour

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_BATCH = 500


@dataclass
class TakenHours:
    """How a batch went: hours that are new or changed, those known as they were, and of each refused one its position and why."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, Reason]] = field(default_factory=list)
    newest: datetime | None = None


@transaction.atomic
def take_weather(*, actor: "User", hours: Sequence[NewHour], source: str, now: datetime) -> TakenHours:
    """Writes the hours that can be right, in regions where the actor may push; a later word on an hour replaces the earlier.
    InvalidInput for more hours than are taken at once.
    """
    rows, result = examine_weather(actor=actor, hours=hours, now=now)
    regions, times = {one.region_code for one in rows}, {one.at for one in rows}
    there = WeatherHour.objects.filter(region_code__in=regions, at__gte=min(times, default=now), at__lte=max(times, default=now))
    known = {(one.region_code, one.at): (one.temperature_c, one.irradiance_w_m2) for one in there}
    fresh = [one for one in rows if known.get((one.region_code, one.at)) != (one.temperature_c, one.irradiance_w_m2)]
    WeatherHour.objects.bulk_create(
        [_row(one, source, now) for one in fresh],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["region_code", "at"],
        update_fields=["temperature_c", "irradiance_w_m2", "source", "received_at"],
    )
    result.taken, result.known = len(fresh), len(rows) - len(fresh)
    if fresh:
        told = {"source": source, "taken": result.taken, "known": result.known, "refused": len(result.refused)}
        record_audit(actor, "weather.taken", "weather", source or "-", min(regions), told)
    return result


def examine_weather(*, actor: "User", hours: Sequence[NewHour], now: datetime) -> tuple[list[NewHour], TakenHours]:
    """The hours that would be written, each once, and what is refused; nothing is written."""
    policy = weather_policy()
    if len(hours) > policy.hours_at_once:
        raise InvalidInput(f"{len(hours)} hours at once; send at most {policy.hours_at_once} in one request")
    allowed = region_prefixes(actor, PUSH)
    named = {one.region_code for one in hours}
    known = set(all_regions().filter(code__in=named).values_list("code", flat=True))
    result, rows = TakenHours(), dict[tuple[str, datetime], NewHour]()
    for position, one in enumerate(hours):
        problem = _problem(one, policy, now)
        if problem is None and (one.region_code not in known or not one.region_code.startswith(allowed or ("-",))):
            problem = Reason(gettext_noop("no region %(region)s is known, or it is not yours"), {"region": one.region_code})
        if problem is not None:
            result.refused.append((position, problem))
            continue
        at = one.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        rows[one.region_code, at] = NewHour(one.region_code, at, one.temperature_c, one.irradiance_w_m2)
        result.newest = at if result.newest is None else max(at, result.newest)
    return list(rows.values()), result


def forget_old_weather(before: datetime) -> int:
    """Deletes hours older than that; returns how many. In small parts, so that nobody waits."""
    gone = list(WeatherHour.objects.filter(at__lt=before).values_list("pk", flat=True)[:_BATCH])
    WeatherHour.objects.filter(pk__in=gone).delete()
    return len(gone)


def _problem(hour: NewHour, policy: WeatherPolicy, now: datetime) -> Reason | None:
    if hour.at.tzinfo is None:
        return Reason(gettext_noop("the time has no zone: write 2026-11-25T08:00:00+08:00"))
    if hour.at > now + timedelta(minutes=policy.ahead_min):
        return Reason(gettext_noop("the hour %(at)s lies ahead: a forecast is no measurement"), {"at": hour.at.isoformat()})
    warm, bright = hour.temperature_c, hour.irradiance_w_m2
    if warm is None and bright is None:
        return Reason(gettext_noop("neither temperature nor irradiance is told"))
    if warm is not None and not policy.coldest_c <= warm <= policy.hottest_c:
        return Reason(gettext_noop("%(value)s °C can't be right"), {"value": f"{warm:g}"})
    if bright is not None and not (math.isfinite(bright) and 0.0 <= bright <= policy.brightest_w_m2):
        return Reason(gettext_noop("%(value)s W/m² can't be right"), {"value": f"{bright:g}"})
    return None


def _row(one: NewHour, source: str, now: datetime) -> WeatherHour:
    return WeatherHour(
        region_code=one.region_code,
        at=one.at,
        temperature_c=one.temperature_c,
        irradiance_w_m2=one.irradiance_w_m2,
        source=source[:60],
        received_at=now,
    )


def _count_old(before: datetime) -> int:
    return WeatherHour.objects.filter(at__lt=before).count()


KEPT = Kept(
    "weather",
    pgettext_lazy("kept", "Hours of weather"),
    "supervision.weather",
    lambda: weather_policy().keep_days,
    count=_count_old,
    forget=forget_old_weather,
)
