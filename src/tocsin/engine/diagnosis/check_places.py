"""Where the checks of a list can be made for these hypotheses, and which of them a live sensor answers already."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.deciding import Check, PlacedCheck
from tocsin.engine.diagnosis.model import Hypothesis, SensorColumns
from tocsin.engine.network import Network, Way

LEAST_SHARE = 0.02  # hypotheses less likely than this are not looked for
LIVE_INTERVALS = 3.0  # a sensor that missed more readings than this is not live
LIVE_S = 3600.0  # of a sensor whose interval is not known


def live_sensors(sensors: SensorColumns, newest_ms: NDArray[np.int64], *, asked: int, ts_ms: int) -> NDArray[np.bool_]:
    """Which sensors can be believed to answer now, bool[n]: their newest good reading, int64[n] (0: none), is fresh.

    The one that rings is the one in question, and answers nothing.
    """
    patience_s = np.where(np.isnan(sensors.interval_s), LIVE_S, sensors.interval_s * LIVE_INTERVALS)
    return np.asarray((ts_ms - newest_ms <= patience_s * 1000) & (sensors.index != asked), np.bool_)


def place_checks(
    network: Network,
    asked: tuple[str, float, float],
    quantity: str,
    hypotheses: Sequence[Hypothesis],
    checks: Sequence[Check],
    sensors: SensorColumns,
    live: NDArray[np.bool_],
) -> tuple[PlacedCheck, ...]:
    """Every check at every place where it can be made, without those that a live sensor answers; one for each check and asset.

    `asked`: code ("" without an asset), lon and lat of what rings by `quantity`; `live` bool[n] of `sensors`.
    """
    answered = {(int(sensors.asset[one]), sensors.quantity[one]) for one in np.flatnonzero(live)}
    spoken = {_speaks(network, asset, name) for asset, name in answered} | {name for _asset, name in answered}
    placed: dict[tuple[str, str], PlacedCheck] = {}
    for check in checks:
        if check.asks and quantity not in check.asks:
            continue
        for one in _places(network, asked, hypotheses, check):
            here = network.position.get(one.asset_code, -1)
            if check.at and any((here, name) in answered for name in check.answered_by):
                continue
            if not check.at and any(name in spoken for name in check.answered_by):
                continue
            placed.setdefault((check.id, one.asset_code), one)
    return tuple(placed.values())


def _speaks(network: Network, asset: int, quantity: str) -> str:
    """The quantity with the owner of the asset that it is measured at: "pressure@gas_company"."""
    return f"{quantity}@{network.owner[asset] if asset >= 0 else ''}"


def _places(
    network: Network, asked: tuple[str, float, float], hypotheses: Sequence[Hypothesis], check: Check
) -> list[PlacedCheck]:
    code, lon, lat = asked
    if not check.at:
        return [PlacedCheck(check)]
    if check.at == "asked":
        return [PlacedCheck(check, code, lon, lat, 0.0)]
    found = []
    for one in hypotheses:
        suspected = network.position.get(one.asset_code, -1)
        if one.cause not in check.of or one.probability < LEAST_SHARE or suspected < 0:
            continue
        if check.at == "suspected":
            found.append(_place(network, asked, check, suspected, one.lon, one.lat))
            continue
        chamber = _chamber(network, suspected, Way.UPSTREAM if check.at == "upstream" else Way.DOWNSTREAM)
        if chamber >= 0:
            found.append(_place(network, asked, check, chamber, float(network.lon[chamber]), float(network.lat[chamber])))
    return found


def _place(network: Network, asked: tuple[str, float, float], check: Check, asset: int, lon: float, lat: float) -> PlacedCheck:
    x_m, y_m = network.plane.to_metres(np.array([lon, asked[1]]), np.array([lat, asked[2]]))
    metres = math.hypot(float(x_m[0] - x_m[1]), float(y_m[0] - y_m[1]))
    return PlacedCheck(check, network.codes[asset], lon, lat, metres)


def _chamber(network: Network, asset: int, way: Way) -> int:
    """The chamber at the upper or lower end of a drain, or beyond the drain next to a chamber; -1 where there is none."""
    back = Way.UPSTREAM if way is Way.DOWNSTREAM else Way.DOWNSTREAM  # ways into an asset come from the other side
    neighbours = network.ways_into(frozenset((back,)))
    for _step in range(2):
        beyond = neighbours.into(asset)[0]
        if not beyond:
            return -1
        asset = beyond[0]
        if not network.is_line[asset]:
            return asset
    return -1
