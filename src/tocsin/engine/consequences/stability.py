"""Which class of stability is likely: by the height of the sun and the wind, under a clear sky.

D. B. Turner, *Workbook of Atmospheric Dispersion Estimates* (US EPA AP-26, 1970), table 3-1 with the heights of the sun told
beside it. Between two classes the more stable one is taken, whose cloud reaches farther. An overcast sky is D by day and by
night: that is for a person to see.
"""

import math
from datetime import UTC, datetime
from typing import Final

from tocsin.engine.consequences.weather import Stability

STRONG, MODERATE, SLIGHT = 60.0, 35.0, 15.0  # degrees of the sun above the horizon
_DAY: Final = (  # wind below m/s: strong, moderate, slight
    (2.0, "ABB"),
    (3.0, "BBC"),
    (5.0, "BCC"),
    (6.0, "CDD"),
    (math.inf, "CDD"),
)
_NIGHT: Final = ((2.0, "F"), (3.0, "F"), (5.0, "E"), (math.inf, "D"))  # clear


def sun_degrees(at: datetime, lon: float, lat: float) -> float:
    """How high the sun stands above the horizon at a place and moment, within half a degree (J. W. Spencer 1971, as NOAA gives
    it; without refraction).

    >>> round(sun_degrees(datetime(2026, 6, 21, 4, 0, tzinfo=UTC), 120.0, 36.0))
    77
    """
    utc = at.astimezone(UTC)
    hour = utc.hour + utc.minute / 60 + utc.second / 3600
    year = 2 * math.pi / 365 * (utc.timetuple().tm_yday - 1 + (hour - 12) / 24)
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * math.cos(year)
        - 0.032077 * math.sin(year)
        - 0.014615 * math.cos(2 * year)
        - 0.040849 * math.sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * math.cos(year)
        + 0.070257 * math.sin(year)
        - 0.006758 * math.cos(2 * year)
        + 0.000907 * math.sin(2 * year)
        - 0.002697 * math.cos(3 * year)
        + 0.00148 * math.sin(3 * year)
    )
    turned = math.radians((hour * 60 + equation_min + 4 * lon) / 4 - 180)
    north = math.radians(lat)
    height = math.sin(north) * math.sin(declination) + math.cos(north) * math.cos(declination) * math.cos(turned)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))


def clear_sky_stability(wind_m_s: float, sun: float) -> Stability:
    """The class under a clear sky. From dusk to dawn (the sun below 15 degrees and above the horizon) it is D.

    >>> clear_sky_stability(2.5, 50.0), clear_sky_stability(2.5, -20.0), clear_sky_stability(8.0, 70.0)
    (<Stability.B: 'B'>, <Stability.F: 'F'>, <Stability.C: 'C'>)
    """
    if 0 <= sun < SLIGHT:
        return Stability.D
    if sun < 0:
        return Stability(next(one for below, one in _NIGHT if wind_m_s < below))
    row = next(classes for below, classes in _DAY if wind_m_s < below)
    return Stability(row[0 if sun >= STRONG else 1 if sun >= MODERATE else 2])
