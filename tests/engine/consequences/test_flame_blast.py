"""Clouds by the speed of their flame: speeds by the table, the correlation by hand, beside TNT, monotone, refused outside."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.engine.consequences import blast
from tocsin.engine.consequences.flame_blast import (
    DETONATION,
    EXPANSION,
    FASTEST_FLAME,
    MACH,
    Confinement,
    Congestion,
    FlameBlast,
    Reactivity,
    flame_mach,
)
from tocsin.engine.consequences.limits import OutsideRange

# Pierorazio et al. 2005: room, fuel, Mach at low, medium and high congestion; None: slower than what the blast is known for
TABLE = [
    ("3d", "low", (None, 0.23, 0.34)),
    ("3d", "medium", (0.11, 0.44, 0.50)),
    ("3d", "high", (0.36, 5.2, 5.2)),
    ("2.5d", "low", (None, 0.35, 0.50)),
    ("2.5d", "medium", (0.29, 0.55, 1.0)),
    ("2.5d", "high", (0.47, 5.2, 5.2)),
    ("2d", "low", (0.079, 0.47, 0.66)),
    ("2d", "medium", (0.47, 0.66, 1.6)),
    ("2d", "high", (0.59, 5.2, 5.2)),
]
# Mach, expansion, lengths, overpressure over p0, impulse over p0 length / sound: the formulas by hand
BY_HAND = [
    (0.5, 7.0, 1.0, 0.25 * 6 / 7 * 0.69, 3 / 7 * (1 - 1.2 / 7) * 0.0675),
    (0.25, 4.0, 2.0, 0.0625 * 0.75 * 0.38, 0.1875 * 0.925 * 0.0321875),
    (1.4, 7.0, 1.0, math.exp(-1.124), math.exp(-3.4217)),  # the flame's own would be 1.16: never above a detonation
    (5.2, 7.0, 1.0, math.exp(-1.124), math.exp(-3.4217)),
]
ENERGY_J, AIR_PA = 1e10, 101_325.0


@pytest.mark.parametrize(("room", "fuel", "machs"), TABLE, ids=lambda one: one if isinstance(one, str) else "")
def test_the_flame_is_as_fast_as_the_table_says(english: None, room: str, fuel: str, machs: tuple[float | None, ...]) -> None:
    for obstacles, mach in zip(Congestion, machs, strict=True):
        if mach is None:
            with pytest.raises(OutsideRange, match=r"Mach number of the flame is 0\.0\d+ , .* below the least"):
                flame_mach(Reactivity(fuel), obstacles, Confinement(room))
        else:
            assert flame_mach(Reactivity(fuel), obstacles, Confinement(room)) == mach


@pytest.mark.parametrize(("mach", "expansion", "lengths", "pressure", "impulse"), BY_HAND)
def test_pressure_and_impulse_are_those_of_the_formulas(
    mach: float, expansion: float, lengths: float, pressure: float, impulse: float
) -> None:
    cloud = FlameBlast(ENERGY_J, mach, expansion)
    assert cloud.length_m == pytest.approx(math.pow(2 * ENERGY_J / AIR_PA, 1 / 3))
    at = np.array([lengths * cloud.length_m])
    assert float(cloud.pressure_pa(at)[0]) == pytest.approx(pressure * AIR_PA)
    if mach != 1.4:
        assert float(cloud.impulse_pa_s(at)[0]) == pytest.approx(impulse * AIR_PA * cloud.length_m / 340)


def test_a_detonation_is_within_half_of_tnt_of_the_same_energy() -> None:
    cloud, charge = FlameBlast(ENERGY_J, DETONATION), blast.TntBlast(ENERGY_J / blast.TNT_J_KG)
    x = np.geomspace(cloud.length_m, cloud.limit.high, 20)
    ratio = cloud.pressure_pa(x) / charge.pressure_pa(x)
    assert ratio.min() > 0.6
    assert ratio.max() < 1.5


@given(st.floats(1e6, 1e13), st.floats(MACH.low, MACH.high), st.floats(EXPANSION.low, EXPANSION.high), st.floats(1.0, 2.0))
def test_pressure_falls_with_distance_and_rises_with_speed_expansion_and_energy(
    energy: float, mach: float, expansion: float, more: float
) -> None:
    cloud = FlameBlast(energy, mach, expansion)
    x = np.geomspace(cloud.limit.low, cloud.limit.high, 100)
    pressure, impulse = cloud.pressure_pa(x), cloud.impulse_pa_s(x)
    assert (np.diff(pressure) <= 1e-9 * pressure[:-1]).all()
    assert (np.diff(impulse) <= 1e-9 * impulse[:-1]).all() and impulse.min() > 0
    for other in (
        FlameBlast(energy, min(mach * more, MACH.high), expansion),
        FlameBlast(energy, mach, min(expansion * more, EXPANSION.high)),
    ):
        assert (other.pressure_pa(x) >= pressure * (1 - 1e-9)).all()
    grown = FlameBlast(energy * more, mach, expansion)
    within = x[x >= grown.limit.low]
    assert (grown.pressure_pa(within) >= cloud.pressure_pa(within) * (1 - 1e-9)).all()


@pytest.mark.parametrize("mach", [0.05, 6.0, math.nan])
def test_speeds_beyond_the_correlation_are_refused(english: None, mach: float) -> None:
    with pytest.raises(OutsideRange, match="Mach number of the flame"):
        FlameBlast(ENERGY_J, mach)


def test_distances_and_expansions_beyond_the_correlation_are_refused(english: None) -> None:
    with pytest.raises(OutsideRange, match="expansion of the burnt gas"):
        FlameBlast(ENERGY_J, 0.5, 9.0)
    flame, detonation = FlameBlast(ENERGY_J, FASTEST_FLAME), FlameBlast(ENERGY_J, FASTEST_FLAME + 0.01)
    assert not flame.detonates and detonation.detonates
    for cloud, nearest in ((flame, 0.34), (detonation, 0.2)):
        assert (cloud.limit.low, cloud.limit.high) == pytest.approx((nearest * cloud.length_m, 10 * cloud.length_m))
        with pytest.raises(OutsideRange, match="below the least"):
            cloud.limit.check(cloud.limit.low * 0.99)
