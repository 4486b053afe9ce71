"""The weather as baselines ask for it, and as the reader may see what came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Max, Q

from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.jurisdiction.face import region_prefixes
from tocsin.supervision.meters.models import Meter
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.weather.models import WeatherHour
from tocsin.supervision.weather.policy import weather_policy
from tocsin.supervision.weather.rules import regions_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from tocsin.jurisdiction.face import Person

HOUR_MS = 3_600_000
DAY = timedelta(days=1)


def weather_of(region_code: str, first: datetime, hours: int) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
    """Degrees Celsius and W/m2 of each hour from `first`, float32[hours], NaN where nothing is known. An hour that a region
    lacks is that of the region above, as far up as policy says.
    """
    temperature = np.full(hours, np.nan, dtype=np.float32)
    irradiance = temperature.copy()
    regions = regions_for(region_code, weather_policy().levels_up)
    rows = WeatherHour.objects.filter(region_code__in=regions, at__gte=first, at__lt=first + timedelta(hours=hours))
    told = rows.values_list("region_code", "at", "temperature_c", "irradiance_w_m2")
    begin = ms_from_datetime(first)
    for _region, at, warm, bright in sorted(told, key=lambda one: -regions.index(one[0])):
        hour = (ms_from_datetime(at) - begin) // HOUR_MS
        temperature[hour] = temperature[hour] if warm is None else warm
        irradiance[hour] = irradiance[hour] if bright is None else bright
    return temperature, irradiance


def temperatures_now(region_codes: "Iterable[str]", now: datetime) -> dict[str, float]:
    """Degrees Celsius of the hour in those regions, of the region above where one has none; what nobody told is left out."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    told = WeatherHour.objects.filter(at=hour, temperature_c__isnull=False).values_list("region_code", "temperature_c")
    warm = {code: degrees for code, degrees in told if degrees is not None}
    found = {}
    for code in region_codes if warm else ():
        above = next((one for one in regions_for(code, weather_policy().levels_up) if one in warm), None)
        if above is not None:
            found[code] = warm[above]
    return found


@dataclass(frozen=True)
class RegionWeather:
    """What is known of the weather of one region; no newest hour: nothing came. `firms`: metered ones of the reader there."""

    region_code: str
    newest: WeatherHour | None
    hours_24: int
    hours_90_days: int
    firms: int
    taken_from: str  # the region above whose hours count, where it has none of its own


def weather_rows(user: "Person", *, now: datetime) -> list[RegionWeather]:
    """The regions of the reader's areas that have weather or metered firms, by code."""
    metered = Meter.objects.filter(active=True).values("object")
    firms = visible_objects(user).filter(active=True, pk__in=metered).order_by()
    counts = dict(firms.values_list("region_code").annotate(Count("pk")))
    mine = Q(pk__in=[])
    for prefix in region_prefixes(user, rights.SEE):
        mine |= Q(region_code__startswith=prefix)
    above = {one for region in counts for one in regions_for(region, weather_policy().levels_up)}
    known = WeatherHour.objects.filter(mine | Q(region_code__in=above), at__lte=now + DAY).order_by()
    tallied = known.values("region_code").annotate(
        newest=Max("at"), day=Count("pk", filter=Q(at__gt=now - DAY)), quarter=Count("pk", filter=Q(at__gt=now - 90 * DAY))
    )
    told = {one["region_code"]: one for one in tallied}
    rows = WeatherHour.objects.filter(region_code__in=told, at__in=[one["newest"] for one in told.values()])
    newest = {(one.region_code, one.at): one for one in rows}
    found = []
    for region in sorted({*told, *counts}):
        own = told.get(region)
        others = regions_for(region, weather_policy().levels_up)[1:]
        from_above = next((one for one in others if one in told), "") if own is None else ""
        found.append(
            RegionWeather(
                region_code=region,
                newest=newest.get((region, own["newest"])) if own else None,
                hours_24=own["day"] if own else 0,
                hours_90_days=own["quarter"] if own else 0,
                firms=sum(number for code, number in counts.items() if code == region or (own and governs(region, code))),
                taken_from=from_above,
            )
        )
    return found
