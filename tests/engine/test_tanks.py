"""What a tank holds at a level: shapes against a slow sum of slices, and when it is full."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.engine.tanks import TankShape, filled_share, hours_until, mass_t

shares = st.floats(0, 1)


def twin(shape: TankShape, level: float, slices: int = 20_000) -> float:
    """Areas of thin slices added up to the level, over those of the whole."""

    def area(x: float) -> float:
        chord = max(0.0, 0.25 - (x - 0.5) ** 2)
        return {TankShape.VERTICAL: 1.0, TankShape.HORIZONTAL: 2 * math.sqrt(chord), TankShape.SPHERE: math.pi * chord}[shape]

    whole = sum(area((n + 0.5) / slices) for n in range(slices))
    return sum(area((n + 0.5) / slices) for n in range(round(level * slices))) / whole


@pytest.mark.parametrize("shape", TankShape)
@pytest.mark.parametrize("level", [0.0, 0.05, 0.25, 0.5, 0.8, 0.9, 1.0])
def test_shapes_equal_their_slices(shape: TankShape, level: float) -> None:
    assert filled_share(shape, level) == pytest.approx(twin(shape, level), abs=2e-4)


@given(st.sampled_from(TankShape), shares, shares)
def test_more_level_is_never_less_and_halves_mirror(shape: TankShape, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert filled_share(shape, low) <= filled_share(shape, high) + 1e-12
    assert filled_share(shape, one) + filled_share(shape, 1 - one) == pytest.approx(1, abs=1e-9)
    assert filled_share(shape, -one) == 0 and filled_share(shape, 1 + one) == 1


@given(st.sampled_from(TankShape), shares, shares, st.floats(0.1, 1e5), st.floats(-1e4, 1e4))
def test_the_time_to_a_level_fills_just_that_room(
    shape: TankShape, level: float, limit: float, volume: float, inflow: float
) -> None:
    hours = hours_until(shape, level, limit, volume, inflow)
    if level >= limit:
        assert hours == 0
    elif inflow <= 1e-6:
        assert hours is None
    else:
        room = (filled_share(shape, limit) - filled_share(shape, level)) * volume
        assert hours is not None and hours * inflow == pytest.approx(room, rel=1e-6, abs=1e-6 * inflow + 1e-9)


def test_figures_that_are_none_are_told() -> None:
    with pytest.raises(InvalidInput, match="volume"):
        mass_t(TankShape.SPHERE, 0.5, 0.0, 800.0)
    with pytest.raises(InvalidInput, match="density"):
        mass_t(TankShape.SPHERE, 0.5, 10.0, math.nan)
