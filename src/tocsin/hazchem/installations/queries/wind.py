"""The wind of now at a plant, by the sensors that tell the weather to its people: the newest good readings, with their age."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.consequences.weather import WIND, is_calm
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.rules.wind import beaufort
from tocsin.sensing.face import NearValue, nearest_value, wind_sensors

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class MeasuredWind:
    """Speed (`wind_m_s` not below what the models take, `measured_m_s` as it was read) and whence it comes, `at` the older of the
    two readings, `metres` the farther of the two sensors; `by`: their names. `calm`: its direction tells nothing.
    """

    wind_m_s: float
    measured_m_s: float
    wind_from_degrees: float
    by: str
    at: datetime
    metres: float
    age_min: int
    calm: bool


@dataclass(frozen=True)
class WindGrade:
    """Wind by the scale of Beaufort, the newest reading of the nearest sensor of speed."""

    grade: int
    measured_m_s: float
    by: str
    at: datetime


def measured_wind(user: "Person", body: UUID | None, lon: float, lat: float, now: datetime) -> MeasuredWind | None:
    """At a plant of that body, by the nearest sensors of both within the policy's distance and age; None where one of the two is
    not measured.
    """
    speed, turn = (_nearest(user, body, quantity, lon, lat, now) for quantity in ("wind_speed", "wind_direction"))
    if speed is None or turn is None:
        return None
    at = datetime_from_ms(min(speed.ts, turn.ts))
    return MeasuredWind(
        wind_m_s=round(max(speed.value, WIND.low), 1),
        measured_m_s=round(max(speed.value, 0.0), 1),
        wind_from_degrees=round(turn.value) % 360,
        by=", ".join(dict.fromkeys((speed.sensor, turn.sensor)))[:120],
        at=at,
        metres=max(speed.metres, turn.metres),
        age_min=max(0, round((now - at).total_seconds() / 60)),
        calm=is_calm(speed.value),
    )


def wind_grade(user: "Person", body: UUID | None, lon: float, lat: float, now: datetime) -> WindGrade | None:
    """None where no sensor of speed within the policy's distance has a reading that is new enough."""
    speed = _nearest(user, body, "wind_speed", lon, lat, now)
    if speed is None:
        return None
    return WindGrade(beaufort(speed.value), round(max(speed.value, 0.0), 1), speed.sensor, datetime_from_ms(speed.ts))


def _nearest(user: "Person", body: UUID | None, quantity: str, lon: float, lat: float, now: datetime) -> NearValue | None:
    policy = plants().wind
    since = ms_from_datetime(now - timedelta(minutes=policy.newest_min))
    return nearest_value(wind_sensors(user, body), quantity, lon, lat, within_m=policy.within_m, since_ms=since)
