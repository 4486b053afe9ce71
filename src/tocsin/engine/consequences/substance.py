"""What a substance is, as far as the models ask: every figure may be missing, and a model that needs it says so."""

import math
from dataclasses import dataclass

from tocsin.base.errors import InvalidInput
from tocsin.engine.consequences.limits import Limit
from tocsin.engine.consequences.weather import GAS_CONSTANT


class MissingFigure(InvalidInput):
    """A model needs a figure that this substance does not have."""


@dataclass(frozen=True)
class Substance:
    """One pure substance. SI units, but molar mass in g/mol as tables have it; limits in air are shares of volume (0 to 1).

    Vapour pressure is ln(p / Pa) = a - b / (T + c); density and latent heat fall from those at the boiling point along
    ((1 - T/Tc) / (1 - Tb/Tc)) ** exponent.
    """

    name: str
    cas: str = ""
    molar_mass_g_mol: float | None = None
    boiling_k: float | None = None
    melting_k: float | None = None
    critical_k: float | None = None
    psat_a: float | None = None
    psat_b: float | None = None
    psat_c: float | None = None
    psat_low_k: float | None = None
    psat_high_k: float | None = None
    density_boiling_kg_m3: float | None = None
    density_exponent: float | None = None
    latent_boiling_j_kg: float | None = None
    latent_exponent: float | None = None
    heat_liquid_j_kg_k: float | None = None
    heat_gas_j_kg_k: float | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    combustion_j_kg: float | None = None

    def figure(self, name: str) -> float:
        """A figure; MissingFigure names what is missing, so that the case can bring its own."""
        value = getattr(self, name)
        if value is None:
            raise MissingFigure(
                "%(substance)s has no %(figure)s: give it in the case, below [own].", substance=self.name, figure=name
            )
        return float(value)

    @property
    def molar_mass_kg_mol(self) -> float:
        """For the laws of gases."""
        return self.figure("molar_mass_g_mol") / 1000

    @property
    def gamma(self) -> float:
        """Ratio of the heat capacities of the ideal gas at 25 °C."""
        heat = self.figure("heat_gas_j_kg_k")
        return heat / (heat - GAS_CONSTANT / self.molar_mass_kg_mol)

    def vapour_pressure_pa(self, temperature_k: float) -> float:
        """Of the liquid at a temperature; OutsideRange beyond the fit."""
        low, high = self.figure("psat_low_k"), self.figure("psat_high_k")
        Limit("vapour pressure", "temperature", low - 0.5, high + 0.5, "K").check(temperature_k)
        return math.exp(self.figure("psat_a") - self.figure("psat_b") / (temperature_k + self.figure("psat_c")))

    def boiling_at(self, pressure_pa: float) -> float:
        """Temperature in K at which the vapour pressure is `pressure_pa`: the curve of vapour pressure turned around."""
        temperature = self.figure("psat_b") / (self.figure("psat_a") - math.log(pressure_pa)) - self.figure("psat_c")
        low, high = self.figure("psat_low_k"), self.figure("psat_high_k")
        return Limit("vapour pressure", "temperature", low - 0.5, high + 0.5, "K").check(temperature)

    def liquid_density_kg_m3(self, temperature_k: float) -> float:
        """Of the saturated liquid."""
        return self.figure("density_boiling_kg_m3") * math.pow(self._scale(temperature_k), self.figure("density_exponent"))

    def latent_heat_j_kg(self, temperature_k: float) -> float:
        """Of boiling."""
        return self.figure("latent_boiling_j_kg") * math.pow(self._scale(temperature_k), self.figure("latent_exponent"))

    def volume_share(self, kg_m3: float, temperature_k: float, pressure_pa: float) -> float:
        """A concentration in kg/m3 as a share of volume (0 to 1) of air of that temperature and pressure."""
        return kg_m3 * GAS_CONSTANT * temperature_k / (pressure_pa * self.molar_mass_kg_mol)

    def kg_m3(self, volume_share: float, temperature_k: float, pressure_pa: float) -> float:
        """A share of volume as a concentration in kg/m3.

        >>> round(Substance("chlorine", molar_mass_g_mol=70.906).kg_m3(20e-6, 298.15, 101325) * 1e6, 1)
        58.0
        """
        return volume_share * pressure_pa * self.molar_mass_kg_mol / (GAS_CONSTANT * temperature_k)

    def _scale(self, temperature_k: float) -> float:
        critical, boiling = self.figure("critical_k"), self.figure("boiling_k")
        Limit("liquid", "temperature", 0.4 * boiling, 0.98 * critical, "K").check(temperature_k)
        return (1 - temperature_k / critical) / (1 - boiling / critical)
