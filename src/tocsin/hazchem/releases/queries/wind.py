"""The air of an estimate: what a person tells goes before what is measured now; and the class of stability that is likely."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.engine.consequences.stability import clear_sky_stability, sun_degrees
from tocsin.engine.consequences.weather import Stability
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.queries.wind import MeasuredWind, measured_wind

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True, kw_only=True)
class Weather:
    """The air as a person tells it: `wind_from_degrees` 0 north, 90 east; `stability` Pasquill's class A to F. None: as it is
    measured now, stability under a clear sky.
    """

    wind_m_s: float | None = None
    wind_from_degrees: float | None = None
    stability: str | None = None
    temperature_c: float = 20.0


@dataclass(frozen=True, kw_only=True)
class Air:
    """The air that an estimate is reckoned with; `measured`: the wind in it, where nobody overruled it."""

    wind_m_s: float
    wind_from_degrees: float
    stability: str
    temperature_c: float
    measured: MeasuredWind | None


def air_of(user: "Person", body: UUID | None, told: Weather, lon: float, lat: float, now: datetime) -> Air:
    """What holds at a plant of that body. InvalidInput where something is neither told nor measured."""
    wind = measured_wind(user, body, lon, lat, now)
    speed, turn = told.wind_m_s, told.wind_from_degrees
    if speed is None or turn is None:
        if wind is None:
            policy = plants().wind
            raise InvalidInput(
                _(
                    "No sensor within %(metres)s m has told speed and direction of the wind in the last %(minutes)s minutes: ask "
                    "on site, or look at a flag or smoke, and enter both."
                )
                % {"metres": f"{policy.within_m:g}", "minutes": f"{policy.newest_min:g}"}
            )
        speed = wind.wind_m_s if speed is None else speed
        turn = wind.wind_from_degrees if turn is None else turn
    as_measured = wind is not None and (speed, turn % 360) == (wind.wind_m_s, wind.wind_from_degrees)
    return Air(
        wind_m_s=speed,
        wind_from_degrees=turn,
        stability=told.stability or likely_stability(speed, lon, lat, now).value,
        temperature_c=told.temperature_c,
        measured=wind if as_measured else None,
    )


def likely_stability(wind_m_s: float, lon: float, lat: float, now: datetime) -> Stability:
    """Under a clear sky, by the sun and the wind."""
    return clear_sky_stability(wind_m_s, sun_degrees(now, lon, lat))
