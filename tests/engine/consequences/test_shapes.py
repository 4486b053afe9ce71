"""Areas: they hold what is above the threshold, turn with the wind, and are as large as cells that are counted."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point as Spot
from shapely.geometry import Polygon

from tocsin.base.geometry import LocalPlane
from tocsin.engine.consequences.gaussian import Plume
from tocsin.engine.consequences.harm import Quantity, Threshold
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.chain import run
from tocsin.engine.consequences.scenario.outcome import Context
from tocsin.engine.consequences.shapes import Kind, Outline, circle, fan, ring_on_the_map
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import Stability, Weather

PLACE = LocalPlane(120.38, 36.07)
WEATHER = Weather(3.0, Stability.D)
LEVEL = 1e-4
GAS = Substance("gas", molar_mass_g_mol=29.0)


def plume_outline() -> Outline:
    context = Context(GAS, WEATHER, (Threshold("x", Quantity.CONCENTRATION, LEVEL, 1.0, "ppm"),))
    (outline,) = run((steps.Source(rate_kg_s=2.0), steps.GaussianPlume(receptor_m=0.0)), context)[1].outlines
    return outline


def polygon(outline: Outline) -> Polygon:
    return Polygon(np.column_stack([outline.x_m, outline.y_m]))


def test_a_cloud_is_as_large_as_its_cells() -> None:
    outline = plume_outline()
    x, y = np.meshgrid(np.arange(1.0, 1500.0, 2.0), np.arange(-149.0, 150.0, 2.0))
    cells = Plume(2.0, WEATHER).concentration(x, y, np.zeros_like(x)) >= LEVEL
    assert outline.area_m2 == pytest.approx(4.0 * cells.sum(), rel=0.02)
    assert polygon(outline).is_valid
    assert polygon(outline).exterior.is_ccw


@given(st.floats(50, 1400), st.floats(-150, 150))
def test_within_the_cloud_is_what_is_above_the_level(x: float, y: float) -> None:
    value = float(Plume(2.0, WEATHER).concentration(np.array([x]), np.array([y]), np.zeros(1))[0])
    if not math.isclose(value, LEVEL, rel_tol=0.03):
        assert polygon(plume_outline()).contains(Spot(x, y)) == (value > LEVEL)


@given(st.floats(0, 360), st.floats(0, 360))
def test_it_turns_with_the_wind(one: float, other: float) -> None:
    """Turning the wind turns the ring around the place, and changes nothing of its size."""
    outline = plume_outline()
    rings = [np.array(ring_on_the_map(outline, PLACE, wind)) for wind in (one, other)]
    turned = []
    for ring, wind in zip(rings, (one, other), strict=True):
        east, north = PLACE.to_metres(ring[:, 0], ring[:, 1])
        towards = math.radians(wind + 180)
        turned.append(np.column_stack([east * math.sin(towards) + north * math.cos(towards), np.hypot(east, north)]))
    assert np.allclose(turned[0], turned[1], atol=0.5)


def test_a_wind_from_the_west_blows_to_the_east() -> None:
    ring = np.array(ring_on_the_map(plume_outline(), PLACE, 270.0))
    assert ring[:, 0].max() - PLACE.lon > 0.005
    assert abs(ring[:, 0].min() - PLACE.lon) < 1e-4
    assert abs(ring[:, 1] - PLACE.lat).max() < 0.002


@given(st.floats(-500, 500), st.floats(1, 5000))
def test_a_circle_has_its_area(centre: float, radius: float) -> None:
    assert Outline("x", Kind.CIRCLE, *circle(centre, radius)).area_m2 == pytest.approx(math.pi * radius**2, rel=1e-6)


@given(st.floats(10, 5000), st.floats(0, 50), st.floats(0, 180))
def test_a_fan_is_wider_for_a_wind_that_turns_more(reach: float, width: float, half: float) -> None:
    area = Outline("x", Kind.FAN, *fan(reach, width, half)).area_m2
    wider = Outline("x", Kind.FAN, *fan(reach, width, min(half + 10, 180))).area_m2
    assert 0 <= area <= wider * (1 + 1e-3)
    assert wider <= math.pi * reach**2 * (1 + 1e-6)
