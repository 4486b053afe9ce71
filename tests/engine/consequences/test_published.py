"""Worked examples that guides print: each row is what the book answers, with the place where it stands.

Within 1 % where the book used the same correlation and wrote enough digits; a row with another tolerance says why.
"""

import math
from collections.abc import Callable

import numpy as np
import pytest

from tocsin.engine.consequences import gaussian, release, tank
from tocsin.engine.consequences.weather import Stability, Terrain, Weather

POUND, FOOT, INCH, PSI, ATM = 0.45359237, 0.3048, 0.0254, 6894.757, 101_325.0
D_6M_S = Weather(6.0, Stability.D, wind_height_m=60.0)


def at(value: float) -> np.ndarray:
    return np.array([value])


def benzene_pipe() -> float:
    rate = release.liquid_hole(
        pressure_pa=ATM + 100 * PSI, outside_pa=ATM, head_m=0, density_kg_m3=879.4, diameter_m=0.25 * INCH, discharge=0.61
    )
    return rate / POUND


def benzene_tank() -> tank.Emptying:
    return tank.upright_tank(
        tank_diameter_m=8 * FOOT, head_m=12 * FOOT, pressure_pa=2 * ATM, outside_pa=ATM, density_kg_m3=879.4, diameter_m=INCH
    )


def nitrogen_tank() -> float:
    found = release.gas_hole(
        pressure_pa=214.7 * PSI,
        outside_pa=ATM,
        temperature_k=540 / 1.8,
        molar_mass_kg_mol=0.028,
        gamma=1.4,
        diameter_m=0.1 * INCH,
    )
    assert found.choked
    return found.rate_kg_s / POUND


def propane_liquid() -> float:
    return release.liquid_hole(
        pressure_pa=120_935.0368, outside_pa=ATM, head_m=0, density_kg_m3=490, diameter_m=0.01, discharge=0.63
    )


def propane_gas() -> float:
    """The reference gives the density in the vessel, 8.90 kg/m3, which stands for the molar mass here."""
    molar_mass = 8.90 * 8.314462618 * 298 / 501e3
    return release.gas_hole(
        pressure_pa=501e3,
        outside_pa=ATM,
        temperature_k=298,
        molar_mass_kg_mol=molar_mass,
        gamma=1.15,
        diameter_m=0.01,
        discharge=0.85,
    ).rate_kg_s


def stack(across_m: float) -> float:
    plume = gaussian.Plume(0.080, D_6M_S, 60.0)
    return float(plume.concentration(at(500), at(across_m), at(0))[0]) * 1e3


def spread(which: int, of_puff: bool, x_m: float, stability: Stability) -> float:
    pair = gaussian.puff_spreads(at(x_m), stability) if of_puff else gaussian.plume_spreads(at(x_m), stability, Terrain.RURAL)
    return float(pair[which][0])


PRINTED: list[tuple[str, Callable[[], float], float, float]] = [
    ("Crowl & Louvar ex. 4-1: benzene line, lb/s", benzene_pipe, 1.48, 0.01),
    ("Crowl & Louvar ex. 4-2: benzene tank, gallons", lambda: benzene_tank().mass_kg / 879.4 / 0.003785412, 4509, 0.01),
    ("Crowl & Louvar ex. 4-2: benzene tank, s", lambda: benzene_tank().duration_s, 3386, 0.01),
    ("Crowl & Louvar ex. 4-2: benzene tank, lb/s", lambda: benzene_tank().rate_kg_s[0] / POUND, 10.4, 0.01),
    ("Crowl & Louvar ex. 4-4: nitrogen at 200 psig, lb/s", nitrogen_tank, 0.0379, 0.01),
    ("CCPS 1999 p. 40: liquid jet, kg/s", propane_liquid, 0.21691154763598, 1e-6),
    ("CCPS 1999 p. 47: propane gas, kg/s", propane_gas, 0.09002799947040846, 1e-3),
    ("Crowl & Louvar ex. 5-1: spread across at 500 m", lambda: spread(0, False, 500, Stability.D), 39.0, 0.01),
    ("Crowl & Louvar ex. 5-1: spread upwards at 500 m", lambda: spread(1, False, 500, Stability.D), 22.7, 0.01),
    ("Crowl & Louvar ex. 5-1: below the plume, g/m3", lambda: stack(0), 1.45e-4, 0.01),
    ("Crowl & Louvar ex. 5-1: 50 m beside it, g/m3", lambda: stack(50), 6.37e-5, 0.01),
    ("CCPS 1999 p. 101: spread of a puff across", lambda: spread(0, True, 500, Stability.F), 5.047929716825321, 1e-6),
    ("CCPS 1999 p. 101: spread of a puff upwards", lambda: spread(1, True, 500, Stability.F), 2.214836678536473, 1e-6),
]


@pytest.mark.parametrize(("name", "worked", "printed", "within"), PRINTED, ids=[row[0] for row in PRINTED])
def test_what_is_printed(name: str, worked: Callable[[], float], printed: float, within: float) -> None:
    assert math.isclose(worked(), printed, rel_tol=within)
