"""Plane coordinates of surveys: told apart by their size, and led back to degrees as another formula leads there."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.base.planes import PlaneFault, PlanePlace, in_degrees, read_plane

pytestmark = pytest.mark.one_database

A, F = 6_378_137.0, 1 / 298.257222101  # of CGCS2000
E2 = F * (2 - F)


def forward(lon: float, lat: float, meridian: float) -> tuple[float, float]:
    """North and east in metres by the power series of the textbooks (Snyder 1987, equations 3-21, 8-9 and 8-10): another way
    than the one that is tested, better than a millimetre within a zone of three degrees.
    """
    phi, second = math.radians(lat), E2 / (1 - E2)
    n, t, c = A / math.sqrt(1 - E2 * math.sin(phi) ** 2), math.tan(phi) ** 2, second * math.cos(phi) ** 2
    a = math.radians(lon - meridian) * math.cos(phi)
    arc = A * (
        (1 - E2 / 4 - 3 * E2**2 / 64 - 5 * E2**3 / 256) * phi
        - (3 * E2 / 8 + 3 * E2**2 / 32 + 45 * E2**3 / 1024) * math.sin(2 * phi)
        + (15 * E2**2 / 256 + 45 * E2**3 / 1024) * math.sin(4 * phi)
        - (35 * E2**3 / 3072) * math.sin(6 * phi)
    )
    east = n * (a + (1 - t + c) * a**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * second) * a**5 / 120)
    across = a**2 / 2 + (5 - t + 9 * c + 4 * c**2) * a**4 / 24 + (61 - 58 * t + t**2 + 600 * c - 330 * second) * a**6 / 720
    return arc + n * math.tan(phi) * across, east


@given(st.floats(10, 54), st.floats(-1.5, 1.5), st.integers(25, 45))
@example(36.1, 0.4, 40)
def test_both_ways_meet(lat: float, east_of: float, zone: int) -> None:
    lon = zone * 3 + east_of
    north, east = forward(lon, lat, zone * 3)
    told = read_plane(north, zone * 1e6 + 500_000 + east)
    assert isinstance(told, PlanePlace)
    assert told == read_plane(zone * 1e6 + 500_000 + east, north), "in either order"
    back = in_degrees(told)
    assert math.isclose(back[0], lon, abs_tol=2e-8)
    assert math.isclose(back[1], lat, abs_tol=2e-8)


TABLE = {
    "three degrees": ((4_003_200.5, 40_519_234.5, 0.0), 120.0),
    "six degrees": ((4_003_200.5, 21_219_234.5, 0.0), 123.0),
    "its meridian is known": ((4_003_200.5, 519_234.5, 120.0), 120.0),
    "no zone": ((4_003_200.5, 519_234.5, 0.0), PlaneFault.NO_ZONE),
    "degrees": ((120.4, 36.1, 120.0), PlaneFault.NO_PAIR),
    "two northings": ((4_003_200.5, 4_003_200.5, 120.0), PlaneFault.NO_PAIR),
    "no zone of China": ((4_003_200.5, 60_519_234.5, 0.0), PlaneFault.NO_PAIR),
    "far beside its zone": ((4_003_200.5, 40_019_234.5, 0.0), PlaneFault.NO_PAIR),
    "not a number": ((math.nan, 40_519_234.5, 0.0), PlaneFault.NO_PAIR),
    "endless": ((4_003_200.5, math.inf, 0.0), PlaneFault.NO_PAIR),
}


def test_what_two_numbers_are() -> None:
    for name, ((first, second, meridian), expected) in TABLE.items():
        found = read_plane(first, second, meridian)
        assert (found if isinstance(found, PlaneFault) else found.meridian_deg) == expected, name
