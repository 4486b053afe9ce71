"""Places that surveys give in metres: Gauss-Krüger coordinates of CGCS2000 in zones of three or six degrees.

Chinese surveys call the northing X and the easting Y. A full easting has the number of its zone before its millions: 40 519 234.5
lies 19 234.5 m east of the middle of zone 40, which is the meridian of 120°. Zones of three degrees have the numbers 25 to 45 in
China, those of six degrees 13 to 23, so that the number tells which they are (GB 22021). CGCS2000 counts as WGS 84 here.
"""

import math
from enum import StrEnum
from typing import Final, NamedTuple

_RADIUS_M: Final = 6_378_137.0  # of CGCS2000
_FLATTENING: Final = 1 / 298.257222101
_FALSE_EASTING_M: Final = 500_000.0
_ZONE_M: Final = 1_000_000.0
_THREE_DEGREES: Final = range(25, 46)
_SIX_DEGREES: Final = range(13, 24)
_NORTHINGS_M: Final = (1_000_000.0, 6_500_000.0)
_EASTINGS_M: Final = (100_000.0, 900_000.0)

# Krüger's series in the third flattening, as C. F. F. Karney gives them (Transverse Mercator with an accuracy of a few
# nanometers, Journal of Geodesy 85, 2011, equations 14, 36 and C2) to the fourth order: better than a tenth of a millimetre
# within a zone.
_N: Final = _FLATTENING / (2 - _FLATTENING)
_RECTIFYING_M: Final = _RADIUS_M / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA: Final = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_DELTA: Final = (
    2 * _N - 2 * _N**2 / 3 - 2 * _N**3 + 116 * _N**4 / 45,
    7 * _N**2 / 3 - 8 * _N**3 / 5 - 227 * _N**4 / 45,
    56 * _N**3 / 15 - 136 * _N**4 / 35,
    4279 * _N**4 / 630,
)


class PlaneFault(StrEnum):
    """Why two numbers are no place of a plane."""

    NO_PAIR = "no_pair"  # not a northing and an easting of China
    NO_ZONE = "no_zone"  # the easting has no zone before it, and no meridian is known


class PlanePlace(NamedTuple):
    """A place of a zone: metres north of the equator, metres east of its middle meridian, and that meridian in degrees."""

    north_m: float
    east_m: float
    meridian_deg: float


def read_plane(first: float, second: float, meridian_deg: float = 0.0) -> PlanePlace | PlaneFault:
    """A northing and an easting in whichever order they stand, which their size tells. `meridian_deg` holds for eastings without
    a zone; 0 for none.

    >>> read_plane(4_003_200.5, 40_519_234.5)
    PlanePlace(north_m=4003200.5, east_m=19234.5, meridian_deg=120.0)
    >>> read_plane(519_234.5, 4_003_200.5, 120.0)
    PlanePlace(north_m=4003200.5, east_m=19234.5, meridian_deg=120.0)
    >>> read_plane(4_003_200.5, 519_234.5).value, read_plane(120.4, 36.1).value
    ('no_zone', 'no_pair')
    """
    if not (math.isfinite(first) and math.isfinite(second)):
        return PlaneFault.NO_PAIR
    north, east = (first, second) if _NORTHINGS_M[0] <= first <= _NORTHINGS_M[1] else (second, first)
    if not _NORTHINGS_M[0] <= north <= _NORTHINGS_M[1]:
        return PlaneFault.NO_PAIR
    zone, within = divmod(east, _ZONE_M)
    if not _EASTINGS_M[0] <= within <= _EASTINGS_M[1]:
        return PlaneFault.NO_PAIR
    if int(zone) in _THREE_DEGREES:
        meridian_deg = 3.0 * zone
    elif int(zone) in _SIX_DEGREES:
        meridian_deg = 6.0 * zone - 3.0
    elif zone:
        return PlaneFault.NO_PAIR
    elif not meridian_deg:
        return PlaneFault.NO_ZONE
    return PlanePlace(north, within - _FALSE_EASTING_M, meridian_deg)


def in_degrees(place: PlanePlace) -> tuple[float, float]:
    """Longitude and latitude of a place of a zone.

    >>> [round(one, 6) for one in in_degrees(PlanePlace(4_003_200.5, 19_234.5, 120.0))]
    [120.213758, 36.158945]
    """
    north, east = place.north_m / _RECTIFYING_M, place.east_m / _RECTIFYING_M
    along, across = north, east
    for order, factor in enumerate(_BETA, 1):
        along -= factor * math.sin(2 * order * north) * math.cosh(2 * order * east)
        across -= factor * math.cos(2 * order * north) * math.sinh(2 * order * east)
    conformal = math.asin(math.sin(along) / math.cosh(across))
    lat = conformal + sum(factor * math.sin(2 * order * conformal) for order, factor in enumerate(_DELTA, 1))
    lon = math.atan2(math.sinh(across), math.cos(along))
    return place.meridian_deg + math.degrees(lon), math.degrees(lat)
