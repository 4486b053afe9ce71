"""What came of the weather, for people and programs."""

from datetime import datetime
from typing import TYPE_CHECKING

from ninja import Field, Schema

from tocsin.supervision.objects.queries.register import region_name
from tocsin.supervision.weather.policy import weather_policy

if TYPE_CHECKING:
    from tocsin.supervision.weather.queries import RegionWeather


class RegionWeatherOut(Schema):
    """What is known of the weather of one region."""

    region_code: str
    newest_at: datetime | None = Field(description="the newest hour; none: nothing came")
    temperature_c: float | None
    irradiance_w_m2: float | None
    source: str
    received_at: datetime | None
    hours_24: int = Field(description="hours known of the last 24")
    hours_90_days: int = Field(description="and of the last 90 days")
    firms: int = Field(description="metered firms of yours whose loads are compared with it")
    taken_from: str = Field(description="the region above whose hours count here; empty: none, or it has its own")
    old: bool

    @property
    def region_name(self) -> str:
        """The region in words."""
        return region_name(self.region_code)

    @property
    def css(self) -> str:
        """How a page marks it."""
        if self.newest_at is None:
            return "yellow" if self.taken_from or not self.firms else "red"
        return "yellow" if self.old else "good"


def describe_region_weather(row: "RegionWeather", now: datetime) -> RegionWeatherOut:
    """One region's weather."""
    newest = row.newest
    age_h = (now - newest.at).total_seconds() / 3600.0 if newest is not None else None
    return RegionWeatherOut(
        region_code=row.region_code,
        newest_at=newest.at if newest is not None else None,
        temperature_c=newest.temperature_c if newest is not None else None,
        irradiance_w_m2=newest.irradiance_w_m2 if newest is not None else None,
        source=newest.source if newest is not None else "",
        received_at=newest.received_at if newest is not None else None,
        hours_24=row.hours_24,
        hours_90_days=row.hours_90_days,
        firms=row.firms,
        taken_from=row.taken_from,
        old=age_h is not None and age_h > weather_policy().old_h,
    )
