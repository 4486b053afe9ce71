"""Writes the shipped table of substances: what CoolProp, `chemicals` and `thermo` know of those that GB 18218 names.

    python tools/substances.py src/tocsin/workshop/consequences/substances.csv [--check]

The first four columns of the file (number in GB 18218-2018 table 1, Chinese and English name, CAS) are kept as they stand; all
others are worked out anew. Three curves are fitted, and their worst deviation is written beside them:

    vapour pressure    ln(p / Pa) = a - b / (T + c)                     from the melting point to 0.95 of the critical temperature
    density, liquid    density_boiling ((1 - T/Tc) / (1 - Tb/Tc)) ** density_exponent
    latent heat        latent_boiling ((1 - T/Tc) / (1 - Tb/Tc)) ** latent_exponent (Watson)

An empty field means: none of the packages has measured data. Estimates by groups or corresponding states are left out.
"""

import csv
import math
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from chemicals import safety
from CoolProp.CoolProp import FluidsList, PropsSI, get_fluid_param_string
from scipy.optimize import curve_fit
from thermo import Chemical

KEPT = ("gb18218", "name_zh", "name_en", "cas")
WORKED = (
    *("molar_mass_g_mol", "boiling_k", "melting_k", "critical_k", "psat_a", "psat_b", "psat_c", "psat_low_k", "psat_high_k"),
    *("density_boiling_kg_m3", "density_exponent", "latent_boiling_j_kg", "latent_exponent", "heat_liquid_j_kg_k"),
    *("heat_gas_j_kg_k", "lower_limit", "upper_limit", "combustion_j_kg", "worst_fit", "sources"),
)
ESTIMATES = {
    *("BOILING_CRITICAL", "LEE_KESLER_PSAT", "AMBROSE_WALTON", "SANJARI", "EDALAT", "MORGAN_KOBAYASHI", "VELASCO", "PITZER"),
    *("SIVARAMAN_MAGEE_KOBAYASHI", "CLAPEYRON", "RIEDEL", "CHEN", "LIU", "VETERE", "DADGOSTAR_SHAW", "ROWLINSON_POLING"),
    *("ROWLINSON_BONDI", "LASTOVKA_SHAW", "MMSNM0", "COSTALD", "RACKETT", "YEN_WOODS_SAT", "TYN_CALUS", "SNM0"),
    *("HTCOSTALD", "YAMADA_GUNN", "BHIRUD_NORMAL", "TOWNSEND_HALES", "CAMPBELL_THODOS", "JOBACK", "EOS"),
}
ALLOWED_ESTIMATES = ("DADGOSTAR_SHAW", "ROWLINSON_POLING")  # of heat capacities of liquids, within some 5 %
SIGNIFICANT = 5
WORST_FIT = 0.25  # a curve that misses by more is left out
OTHERS = {"7803-52-3": "the element antimony", "75-20-7": "another formula", "9004-70-0": "a polymer of no one mass"}
"""What the packages take for these numbers; nothing of it is written."""


def _triple_points() -> dict[str, float]:
    """Of CoolProp's fluids in K, by CAS number; some melting points of the other packages are of something else."""
    return {get_fluid_param_string(name, "CAS"): PropsSI("Ttriple", name) for name in FluidsList()}


TRIPLE_POINTS = _triple_points()


def table_of(kept: list[dict[str, str]]) -> list[dict[str, str]]:
    """The whole table; rows without CAS number keep their names only."""
    return [{**dict.fromkeys(WORKED, ""), **{name: row[name] for name in KEPT}, **_worked(row["cas"])} for row in kept]


def _worked(cas: str) -> dict[str, str]:
    if not cas or cas in OTHERS:
        return {}
    try:
        found = Chemical(cas)
    except ValueError:  # a mixture, which the packages know by no formula
        return {}
    if found.MW is None or "." in (found.formula or ""):
        return {}
    figures: dict[str, float | None] = {"molar_mass_g_mol": found.MW}
    sources: list[str] = []
    worst: list[float] = [0.0]
    melting = TRIPLE_POINTS.get(cas, found.Tm)
    if found.Tb and melting and found.Tc and found.Tb > melting - 0.5:
        figures |= {"boiling_k": found.Tb, "melting_k": melting, "critical_k": found.Tc}
        _add_curves(found, melting, figures, sources, worst)
    gas = found.HeatCapacityGas
    if _is_measured(gas, 298.15):
        figures["heat_gas_j_kg_k"] = gas.T_dependent_property(298.15) / found.MW * 1000
        sources.append(f"heat of the gas {gas.method}")
    _add_burning(cas, found, figures, sources)
    written = {name: f"{value:.{SIGNIFICANT}g}" for name, value in figures.items() if value is not None and math.isfinite(value)}
    return {**written, "worst_fit": f"{max(worst):.3f}", "sources": "; ".join(sources)}


def _add_curves(
    found: Chemical, melting: float, figures: dict[str, float | None], sources: list[str], worst: list[float]
) -> None:
    boiling, critical = found.Tb, found.Tc
    mass = found.MW / 1000
    pressure = found.VaporPressure
    temperatures = np.linspace(max(melting, 0.6 * boiling), 0.95 * critical, 60)
    values = _values(pressure, temperatures)
    if values is not None and _is_measured(pressure, boiling):
        a, b, c = _antoine(temperatures, np.log(values))
        fit = a - b / (temperatures + c)
        off = float(np.max(np.abs(np.expm1(fit - np.log(values)))))
        at_boiling = math.exp(a - b / (boiling + c)) / 101_325
        if off < WORST_FIT and abs(at_boiling - 1) < WORST_FIT:
            figures |= {"psat_a": a, "psat_b": b, "psat_c": c, "psat_low_k": temperatures[0], "psat_high_k": temperatures[-1]}
            worst.append(off)
            sources.append(f"vapour pressure {pressure.method}")
    for name, quantity, of_mass in (
        ("density", found.VolumeLiquid, lambda volume: mass / volume),
        ("latent", found.EnthalpyVaporization, lambda heat: heat / mass),
    ):
        temperatures = np.linspace(max(melting, 0.75 * boiling), min(0.9 * critical, boiling + 100), 40)
        values = _values(quantity, temperatures)
        if values is None or not _is_measured(quantity, boiling):
            continue
        values, scale = of_mass(values), (1 - temperatures / critical) / (1 - boiling / critical)
        (base, exponent), fit = _fit(lambda s, base, n: base * s**n, scale, values, (float(np.median(values)), 0.35))
        unit = "density_boiling_kg_m3" if name == "density" else "latent_boiling_j_kg"
        figures |= {unit: base, f"{name}_exponent": round(exponent, 5) + 0.0}
        worst.append(float(np.max(np.abs(fit / values - 1))))
        sources.append(f"{name} {quantity.method}")
    liquid = found.HeatCapacityLiquid
    at = min(boiling, 293.15)
    if _is_measured(liquid, at):
        figures["heat_liquid_j_kg_k"] = liquid.T_dependent_property(at) / mass
        sources.append(f"heat of the liquid {liquid.method}")


def _add_burning(cas: str, found: Chemical, figures: dict[str, float | None], sources: list[str]) -> None:
    """Limits in air where they were measured, and then the heat of burning with water as vapour."""
    lower, upper = safety.LFL(CASRN=cas), safety.UFL(CASRN=cas)
    if lower is None or upper is None:
        return
    figures |= {"lower_limit": lower, "upper_limit": upper}
    sources.append(f"limits {safety.LFL_methods(CASRN=cas)[0]}")
    if found.Hc_lower is not None and found.Hc_lower < 0:
        figures["combustion_j_kg"] = -found.Hc_lower
        sources.append("heat of burning by heats of formation")


def _is_measured(quantity: object, temperature: float) -> bool:
    try:
        value = quantity.T_dependent_property(temperature)  # type: ignore[attr-defined]  # the packages have no types
    except (ValueError, TypeError, ZeroDivisionError):
        return False
    method = str(quantity.method)  # type: ignore[attr-defined]
    return value is not None and value > 0 and (method not in ESTIMATES or method in ALLOWED_ESTIMATES)


def _values(quantity: object, temperatures: np.ndarray) -> np.ndarray | None:
    values = [quantity.T_dependent_property(float(one)) for one in temperatures]  # type: ignore[attr-defined]
    return None if any(one is None or not one > 0 for one in values) else np.array(values)


def _antoine(temperatures: np.ndarray, logs: np.ndarray) -> tuple[float, float, float]:
    """Coefficients by least squares of T ln p = a T + (a c - b) - c ln p, which is the same curve, and linear."""
    (a, rest, minus_c), *_others = np.linalg.lstsq(
        np.column_stack([temperatures, np.ones_like(temperatures), logs]), temperatures * logs, rcond=None
    )
    return float(a), float(-a * minus_c - rest), float(-minus_c)


def _fit(
    curve: Callable[..., np.ndarray], x: np.ndarray, y: np.ndarray, start: tuple[float, ...]
) -> tuple[tuple[float, ...], np.ndarray]:
    found, _spread = curve_fit(curve, x, y, start, maxfev=20_000)
    return tuple(float(one) for one in found), curve(x, *found)


def main(path: Path, *, check: bool) -> int:
    """Writes the file anew, or says whether it would differ."""
    warnings.simplefilter("ignore")
    with path.open(encoding="utf-8", newline="") as file:
        before = list(csv.DictReader(file))
    after = table_of(before)
    if check:
        return int(after != before)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, (*KEPT, *WORKED), lineterminator="\n")
        table.writeheader()
        table.writerows(after)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), check="--check" in sys.argv[2:]))
