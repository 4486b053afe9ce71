"""A district drawn from wide ranges: where in China, which street plan, how dense and how old its networks, its instruments."""

import dataclasses
import math
from collections.abc import Mapping

from tocsin.base.geometry import LocalPlane
from tocsin.simulation import drains, houses, mains
from tocsin.simulation.city import City
from tocsin.simulation.districts.fittings import draw_fitting
from tocsin.simulation.districts.street_plans import PLANS, connected_share, draw_streets
from tocsin.simulation.draws import Draws
from tocsin.simulation.plan import Plan
from tocsin.simulation.streets import Ground, Site, Streets
from tocsin.simulation.weather import Climate
from tocsin.simulation.wells import Row

REGION_CODE = "000000"  # of no real county
_NORTH_OF_HUAI = 33.0  # degrees: heating from mains is usual north of the Huai River
_EVERY = frozenset({"trunk", "major", "minor"})


def draw_district(seed: int, family: str) -> City:
    """The district of a seed, equipped as usual in a family of cases (`fittings.FAMILIES`); about 0.2 s.

    >>> len(draw_district(3, "rich").sensors) > 100
    True
    """
    draws = Draws(seed, 1)
    latitude = draws.between(34.0, 40.0) if draws.chance(0.6) else draws.between(21.0, 46.5)
    site = Site(LocalPlane(draws.between(104.0, 124.0), latitude), _draw_ground(draws), f"District {seed}", f"{seed} 号片区")
    streets = draw_streets(draws.pick(list(PLANS)), site, draws)
    plan = Plan(seed, streets, newer_years=draws.whole(-6, 18))
    fed = _lay(plan, draws, heated=latitude > _NORTH_OF_HUAI or draws.chance(0.4))
    return City.of(plan, fed, REGION_CODE, draw_fitting(seed, family), draw_climate(latitude, draws))


def draw_climate(latitude: float, draws: Draws) -> Climate:
    """A climate of the monsoon lands at a latitude: colder and with more swing to the north, wetter to the south.

    Yearly means fall by about 0.75 °C a degree between 22° N (22.8 °C, Guangzhou) and 46° N (4.9 °C, Harbin).
    """
    north = latitude - 22.0
    wet = 1.0 - 0.025 * north
    by_month = [0.25 + 0.5 * (0.5 - 0.5 * math.cos(2.0 * math.pi * (month + 0.5) / 12.0)) for month in range(12)]
    return Climate(
        mean_c=22.8 - 0.75 * north + draws.between(-1.5, 1.5),
        swing_c=7.5 + 0.48 * north + draws.between(-2.5, 0.5),
        front_c=draws.between(1.5, 3.5),
        day_c=draws.between(2.2, 5.5),
        rain_days=tuple(round(wet * share * draws.between(0.6, 1.1), 3) for share in by_month),
        shower_mm_h=draws.between(0.2, 0.5) * (0.5 + wet),
        summer_mm_h=draws.between(1.2, 2.6),
    )


def _draw_ground(draws: Draws) -> Ground:
    slope, toward = draws.spread(0.0015, 0.03), draws.between(0.0, 2.0 * math.pi)
    return Ground(
        base_m=draws.spread(4.0, 300.0) + 20.0,
        east=slope * math.cos(toward),
        north=slope * math.sin(toward),
        hills_m=draws.between(0.0, 2.5),
        hills_east_m=draws.between(250.0, 600.0),
        hills_north_m=draws.between(250.0, 600.0),
    )


def _lay(plan: Plan, draws: Draws, heated: bool) -> dict[str, tuple[str, float]]:
    """All networks, each on a share of the streets of its own; returns what heats which chamber."""
    streets = plan.streets
    drains.lay_drains(plan, "sewer", _row(streets, drains.SEWER, draws, 0.85, 1.0, (62.0, 125.0)), outlets=draws.whole(1, 3))
    drains.lay_drains(
        plan, "storm_drain", _row(streets, drains.STORM, draws, 0.3, 0.85, (75.0, 150.0)), outlets=draws.whole(1, 4)
    )
    mains.lay_gas(plan, _utility(streets, mains.GAS, draws, 0.6, 1.0, draws.pick((100, 200, 250, 250, 400))))
    mains.lay_water(plan, _utility(streets, mains.WATER, draws, 0.75, 1.0, draws.pick((300, 350, 400, 400, 500))))
    fed: dict[str, tuple[str, float]] = {}
    if heated:
        fed = mains.lay_heat(plan, _utility(streets, mains.HEAT, draws, 0.35, 0.85, None))
    mains.lay_power(plan, _utility(streets, mains.POWER, draws, 0.3, 0.75, None))
    mains.lay_telecom(plan, _utility(streets, mains.TELECOM, draws, 0.3, 0.75, None))
    mains.join_chambers(plan, draws.between(0.1, 0.5), draws.between(10.0, 18.0), unmapped=draws.between(0.0, 0.25))
    houses.build_houses(plan, draws.between(0.35, 0.9), houses.TRADING)
    return fed


def _row(streets: Streets, row: Row, draws: Draws, least: float, most: float, spacing_m: tuple[float, float]) -> Row:
    chosen = connected_share(streets, draws.between(least, most), draws)
    aside = row.aside_m * draws.between(0.7, 1.5)
    return dataclasses.replace(
        row, aside_m=aside, spacing_m=draws.between(*spacing_m), ranks=_EVERY, minor_share=1.0, streets=chosen
    )


_SPACING_M: Mapping[str, tuple[float, float]] = {
    "gas": (110.0, 260.0),
    "water": (120.0, 280.0),
    "heat": (75.0, 160.0),
    "power": (80.0, 170.0),
    "telecom": (75.0, 150.0),
}


def _utility(streets: Streets, usual: mains.Utility, draws: Draws, least: float, most: float, kpa: int | None) -> mains.Utility:
    works = 1 if usual.call in ("heat", "water", "power") else 2
    count = draws.whole(1, works + (1 if draws.chance(0.25) else 0)) if usual.works else 0
    return dataclasses.replace(
        usual,
        row=_row(streets, usual.row, draws, least, most, _SPACING_M[usual.call]),
        works_at=tuple((draws.unit(), draws.unit()) for _ in range(count)),
        pressure_kpa=kpa,
        buried=draws.between(0.1, 0.5),
    )
