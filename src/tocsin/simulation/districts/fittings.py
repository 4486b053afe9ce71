"""How districts are equipped: rich, sparse, poor."""

from dataclasses import replace

from tocsin.simulation.draws import Draws
from tocsin.simulation.instruments import EQUIPMENT, Fitting

FAMILIES = ("rich", "sparse", "poor")
_POOR_INTERVAL_S = 1800  # adjacent underground space is sampled every 30 min where nothing more is asked


def draw_fitting(seed: int, family: str) -> Fitting:
    """The instruments of a district of a family: `rich` has several quantities per place and the stations' data, `sparse` half
    the devices, `poor` methane alone or with temperature, every half hour, and nothing from the owners' stations.
    """
    draws = Draws(seed, 2)
    rich = Fitting(
        code="d",
        wells=draws.between(0.8, 1.35),
        channels=draws.between(0.85, 1.15),
        intervals_s=(300, 600, 900, 1800),
        interval_shares=draws.pick(((0.36, 0.34, 0.25, 0.05), (0.6, 0.3, 0.1, 0.0), (0.15, 0.35, 0.35, 0.15))),
        station_interval_s=draws.pick((300, 300, 600, 900)),
        close=0.012,
        scale=_draw_scales(draws),
        level_limit=draws.between(0.45, 0.8),
        pressure_limit=draws.between(0.78, 0.88),
        noise=draws.spread(0.6, 1.8),
        cross=draws.between(0.0, 0.12),
    )
    if family == "sparse":
        return replace(rich, wells=rich.wells * draws.between(0.4, 0.6), channels=rich.channels * draws.between(0.6, 1.0))
    if family == "poor":
        warmth = draws.chance(0.6)
        return replace(
            rich,
            wells=rich.wells * draws.between(0.5, 1.0),
            channels=1.2,
            quantities=frozenset({"methane", "temperature"} if warmth else {"methane"}),
            stations=False,
            intervals_s=(_POOR_INTERVAL_S,),
            interval_shares=(1.0,),
            close=0.0,
        )
    return rich


def _draw_scales(draws: Draws) -> dict[tuple[str, str], float]:
    """Pressures and flows differ from one network to the next, and so does how gassy sewers are."""
    by_place = {
        "gas": draws.pick((0.4, 0.8, 1.0, 1.0, 1.6)),
        "heat": draws.between(0.7, 1.2),
        "water": draws.between(0.72, 1.2),
    }
    scale = {}
    for place, stations in (("gas", ("gas_regulator",)), ("heat", ("heat_station",)), ("water", ("pump_station",))):
        for where in (place, *stations):
            scale["pressure", where] = by_place[place]
    for station in ("gas_regulator", "pump_station", "heat_station"):
        scale["flow", station] = draws.spread(0.3, 1.2)
    scale["makeup_flow", "heat_station"] = draws.spread(0.25, 1.3)
    for place in EQUIPMENT:
        scale["methane", place] = draws.spread(0.6, 1.6)
        scale["hydrogen_sulphide", place] = draws.spread(0.6, 1.6)
    return scale
