"""The wind of now at a plant, by the sensors that the reader sees; and the class of stability that is likely with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.consequences.stability import clear_sky_stability, sun_degrees
from tocsin.engine.consequences.weather import WIND, Stability
from tocsin.hazchem.releases.policy.leaving import leaving_policy
from tocsin.sensing.face import nearest_value, visible_sensors

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class MeasuredWind:
    """Speed (not below what the models take) and whence it comes, `at` the older of the two readings, `metres` the farther of the
    two sensors; `by`: their names.
    """

    wind_m_s: float
    wind_from_degrees: float
    by: str
    at: datetime
    metres: float


def measured_wind(user: "Person", lon: float, lat: float, now: datetime) -> MeasuredWind | None:
    """By the nearest sensors of both within the policy's distance and age; None where one of the two is not measured."""
    policy = leaving_policy().wind
    since = ms_from_datetime(now - timedelta(minutes=policy.newest_min))
    rows = visible_sensors(user)
    speed, turn = (
        nearest_value(rows, quantity, lon, lat, within_m=policy.within_m, since_ms=since)
        for quantity in ("wind_speed", "wind_direction")
    )
    if speed is None or turn is None:
        return None
    return MeasuredWind(
        wind_m_s=round(max(speed.value, WIND.low), 1),
        wind_from_degrees=round(turn.value) % 360,
        by=", ".join(dict.fromkeys((speed.sensor, turn.sensor)))[:120],
        at=datetime_from_ms(min(speed.ts, turn.ts)),
        metres=max(speed.metres, turn.metres),
    )


def likely_stability(wind_m_s: float, lon: float, lat: float, now: datetime) -> Stability:
    """Under a clear sky, by the sun and the wind."""
    return clear_sky_stability(wind_m_s, sun_degrees(now, lon, lat))
