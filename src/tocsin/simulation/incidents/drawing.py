"""Helps incidents to draw themselves: places of a city by what is measured there."""

from collections.abc import Iterable

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws


def measured(city: City, quantities: Iterable[str], places: Iterable[str] = ()) -> list[str]:
    """Assets that measure one of the quantities with a limit, at one of the places (`sensors.place_of`; none = everywhere)."""
    wanted, where, sensors = set(quantities), set(places), city.sensors
    found = {
        sensors.asset[i]: None
        for i in range(len(sensors))
        if sensors.quantity[i] in wanted
        and (not where or sensors.place[i] in where)
        and (sensors.alarm_high[i] == sensors.alarm_high[i] or sensors.alarm_low[i] == sensors.alarm_low[i])
    }
    return list(found)


def pick_near(city: City, kind: str, asset: str, draws: Draws, within_m: float) -> tuple[str, float]:
    """A line of a kind within `within_m` of an asset, and the part of it that is near; InvalidInput if there is none."""
    x, y = city.place[asset]
    near: list[tuple[str, float]] = []
    for line in city.lines():
        if line["kind"] != kind or not line["id"]:
            continue
        (ax, ay), (bx, by) = city.place[line["from_node"]], city.place[line["to_node"]]
        for step in range(1, 20):
            part = step / 20
            dx, dy = ax + part * (bx - ax) - x, ay + part * (by - ay) - y
            if dx * dx + dy * dy <= within_m * within_m:
                near.append((line["id"], part))
    if not near:
        raise InvalidInput(f"no {kind} passes within {within_m:g} m of {asset}")
    return draws.pick(near)


def pick(found: list[str], draws: Draws, what: str) -> str:
    """One of the places; InvalidInput where there is none."""
    if not found:
        raise InvalidInput(f"the city has no {what}")
    return draws.pick(found)
