"""One canonical unit per quantity, its physical range and its resolution. Everything is converted at the door."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tocsin.base.errors import InvalidInput


@dataclass(frozen=True)
class Quantity:
    """A measured quantity.

    `low` and `high` bound what is physically possible in the canonical `unit`; `resolution` is the step to which history is
    quantised when the sensor names none; `conversions` hold how other units become the canonical one.
    """

    name: str
    unit: str
    low: float
    high: float
    resolution: float
    conversions: dict[str, Callable[[float], float]] = field(default_factory=dict, compare=False)


def _times(factor: float) -> Callable[[float], float]:
    return lambda value: value * factor


# Percent LEL on the basis LEL(methane) = 5.0 % vol (GB/T 50493-2019); ppm at 20 °C and 101.3 kPa: ppm = mg/m3 × 24.04 / M.
_ALL = (
    Quantity("methane", "pct_lel", -5.0, 2000.0, 0.1, {"pct_vol": _times(20.0), "ppm": _times(20.0 / 10_000)}),
    Quantity("temperature", "degC", -50.0, 200.0, 0.05, {"K": lambda value: value - 273.15}),
    Quantity("hydrogen_sulphide", "ppm", -5.0, 2000.0, 0.1, {"mg/m3": _times(24.04 / 34.08)}),
    Quantity("carbon_monoxide", "ppm", -10.0, 10_000.0, 0.5, {"mg/m3": _times(24.04 / 28.01)}),
    Quantity("oxygen", "pct_vol", 0.0, 30.0, 0.05),
    Quantity("ethane_ratio", "pct", 0.0, 100.0, 0.01),
    Quantity("pressure", "kPa", -100.0, 10_000.0, 0.1, {"MPa": _times(1000.0), "bar": _times(100.0), "Pa": _times(0.001)}),
    Quantity("flow", "m3/h", -100_000.0, 100_000.0, 0.1, {"L/s": _times(3.6), "m3/s": _times(3600.0)}),
    Quantity("makeup_flow", "m3/h", -1000.0, 10_000.0, 0.01, {"L/s": _times(3.6), "t/h": _times(1.0)}),
    Quantity("supply_temperature", "degC", -50.0, 250.0, 0.1, {"K": lambda value: value - 273.15}),
    Quantity("return_temperature", "degC", -50.0, 250.0, 0.1, {"K": lambda value: value - 273.15}),
    Quantity("level", "m", -1.0, 50.0, 0.005, {"cm": _times(0.01), "mm": _times(0.001)}),
    Quantity("rainfall", "mm/h", 0.0, 500.0, 0.1),
    Quantity("wind_speed", "m/s", 0.0, 100.0, 0.1, {"km/h": _times(1 / 3.6)}),
    Quantity("wind_direction", "deg", 0.0, 360.0, 1.0),  # where it comes from, 0 north, 90 east
    Quantity("conductivity", "uS/cm", 0.0, 200_000.0, 1.0, {"mS/cm": _times(1000.0)}),
    Quantity("tilt", "deg", -180.0, 180.0, 0.1),
    Quantity("current", "A", -20_000.0, 20_000.0, 0.1, {"kA": _times(1000.0), "mA": _times(0.001)}),
    Quantity("voltage", "V", 0.0, 1_000_000.0, 0.1, {"kV": _times(1000.0), "mV": _times(0.001)}),
    Quantity("energy", "kWh", -1e9, 1e9, 0.01, {"Wh": _times(0.001), "MWh": _times(1000.0)}),
    Quantity("power_factor", "", -1.0, 1.0, 0.001),
    Quantity("residual_current", "mA", 0.0, 100_000.0, 0.1, {"A": _times(1000.0)}),
    Quantity("joint_temperature", "degC", -50.0, 500.0, 0.1, {"K": lambda value: value - 273.15}),
    Quantity("fire_signal", "", 0.0, 1.0, 1.0),
    Quantity("fault_signal", "", 0.0, 1.0, 1.0),
    Quantity("contact_signal", "", 0.0, 1.0, 1.0),
    Quantity("power", "kW", -1_000_000.0, 1_000_000.0, 0.1, {"W": _times(0.001), "MW": _times(1000.0)}),
)

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _ALL}


def quantity_of(name: str) -> Quantity:
    """The quantity of that name; InvalidInput names the known ones."""
    try:
        return QUANTITIES[name]
    except KeyError:
        raise InvalidInput(
            "unknown quantity “%(given)s”; known are %(known)s", given=name, known=", ".join(sorted(QUANTITIES))
        ) from None


def conversion(name: str, unit: str) -> Callable[[float], float] | None:
    """How a value in `unit` becomes canonical; None where it already is; InvalidInput for a unit that can't be converted."""
    quantity = quantity_of(name)
    if unit in ("", quantity.unit):
        return None
    try:
        return quantity.conversions[unit]
    except KeyError:
        known = ", ".join([quantity.unit, *quantity.conversions])
        raise InvalidInput(
            "%(quantity)s can't be read in “%(given)s”; use one of %(known)s", quantity=name, given=unit, known=known
        ) from None
