"""Gas from sludge: an Arrhenius rate, bacteria that grow slowly and are held back by oxygen."""

import numpy as np

from tocsin.base.geometry import Floats

_BOLTZMANN_EV = 8.617e-5
ENERGY_EV = 0.80  # between sewer models (theta 1.05, about 0.36 eV) and 0.96 eV of Yvon-Durocher et al., Nature 507 (2014) 488


def warmth_factor(temperature_c: Floats, reference_c: float = 20.0, energy_ev: float = ENERGY_EV) -> Floats:
    """Rate over that at the reference: Arrhenius up to 38 °C, falling to none at 60 °C."""
    kelvin = np.minimum(temperature_c, 38.0) + 273.15
    rate = np.exp(energy_ev / _BOLTZMANN_EV * (1 / (reference_c + 273.15) - 1 / kelvin))
    return np.asarray(rate * np.clip((60.0 - temperature_c) / 22.0, 0.0, 1.0))


def grown(drive: Floats, step_h: float, days: float) -> Floats:
    """Bacteria that follow what feeds them: dX/dt = X (drive - X) / days, from the first value on, float64[steps]."""
    out = np.empty(len(drive))
    now = max(float(drive[0]), 1e-3)
    pace = step_h / (24 * days)
    for i, wanted in enumerate(drive):
        now = now * (1 + pace * wanted) / (1 + pace * now)
        out[i] = now
    return out
