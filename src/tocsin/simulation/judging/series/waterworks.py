"""A small water network by hydraulic balance: seven tanks, five pumping stations with eleven pumps, a valve, a floating tank.

Heads in m, volumes in m3, flows in m3/h. A station works where `lift - droop (flow / pumps)^2` meets static head and
`loss flow^2`. Pumps and valve follow rules on the level their controller is told, which an attacker may falsify.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tocsin.simulation.judging.series.labels import Floats, Random, walk

TANKS = 7
PUMPS = (3, 2, 2, 2, 2)  # of each station
STEPS_PER_HOUR = 3
EMPTY_M = 0.05


@dataclass(frozen=True)
class Station:
    """Pumps from tank `source` (-1: the waterworks) to tank `target`; `on_m`, `off_m` of each pump by the target's level."""

    number: int
    source: int
    target: int
    pumps: int
    lift_m: float
    droop: float
    loss: float
    ground_m: float
    on_m: tuple[float, ...]
    off_m: tuple[float, ...]


@dataclass(frozen=True)
class Network:
    """A drawn network. The valve feeds tank `valve` from tank 0; tank `floating` hangs on tank `float_at` by a pipe."""

    area_m2: tuple[float, ...]
    height_m: tuple[float, ...]
    ground_m: tuple[float, ...]
    demand_m3_h: tuple[float, ...]
    stations: tuple[Station, ...]
    valve: int
    valve_on_off_m: tuple[float, float]
    valve_loss: float
    floating: int
    float_at: int
    float_loss: float


@dataclass
class Control:
    """What controllers are told and made to do in an hour; the default is the truth."""

    told_level: Callable[[int, int, float], float] = lambda hour, tank, level: level
    pumps_on: Callable[[int, int, list[bool]], list[bool]] = lambda hour, station, on: on
    valve_open: Callable[[int, bool], bool] = lambda hour, is_open: is_open
    speed: Callable[[int, int], float] = lambda hour, station: 1.0
    moved_m: Callable[[int, int], float] = lambda hour, station: 0.0


@dataclass
class Trace:
    """By hour: `levels_m` [hours, 7], `pump_flow` and `pump_on` [hours, 11], `valve_flow`, `valve_on`, `pressures_m` [hours, 12];
    and what became of the water in m3.
    """

    levels_m: Floats
    pump_flow: Floats
    pump_on: Floats
    valve_flow: Floats
    valve_on: Floats
    pressures_m: Floats
    taken_m3: float = 0.0
    delivered_m3: float = 0.0
    spilled_m3: float = 0.0
    unmet_m3: float = 0.0
    stored_before_m3: float = 0.0
    stored_after_m3: float = 0.0
    spilled_by_hour: Floats = field(default_factory=lambda: np.zeros(0))


def draw_network(random: Random) -> Network:
    """A network nobody has seen: who feeds whom, sizes, heights, pump curves, levels of its rules."""
    others = [int(tank) for tank in random.permutation(np.arange(1, TANKS))]
    valve, floating, fed = others[0], others[1], others[2:]
    demand = random.uniform(30, 130, TANKS)
    parents = {0: -1}
    for place, tank in enumerate(fed):
        parents[tank] = int(random.choice([0, *fed[:place]])) if place else 0
    float_at = int(random.choice(fed))
    total = demand.copy()
    total[float_at] += demand[floating]
    for tank in reversed(fed):
        total[parents[tank]] += total[tank]
    total[0] += demand[valve]
    height = random.uniform(3.0, 6.5, TANKS)
    height[floating] = height[float_at] + 0.5
    ground = np.zeros(TANKS)
    ground[0] = random.uniform(50, 70)
    for tank in fed:
        ground[tank] = ground[parents[tank]] + random.uniform(5, 30)
    ground[valve], ground[floating] = ground[0] - random.uniform(8, 25), ground[float_at] - 0.2
    stations = [
        _station(random, number, parents[tank], tank, total[tank], ground, height) for number, tank in enumerate([0, *fed])
    ]
    low = height[valve] * random.uniform(0.4, 0.6)
    return Network(
        area_m2=tuple(total * random.uniform(2.0, 5.0, TANKS) / height * 2.0),
        height_m=tuple(height),
        ground_m=tuple(ground),
        demand_m3_h=tuple(demand),
        stations=tuple(stations),
        valve=valve,
        valve_on_off_m=(low, height[valve] * random.uniform(0.8, 0.93)),
        valve_loss=float((ground[0] - ground[valve]) / (2.2 * demand[valve]) ** 2),
        floating=floating,
        float_at=float_at,
        float_loss=float(0.4 / demand[floating] ** 2),
    )


def _station(random: Random, number: int, source: int, target: int, flow: float, ground: Floats, height: Floats) -> Station:
    """A station whose first pump alone gives 1.1 to 1.5 times the mean flow that hangs on it."""
    pumps, top = PUMPS[number], height[target]
    from_m = 10.0 if source < 0 else ground[source]
    static = ground[target] - from_m + 0.5 * top
    single = flow * random.uniform(1.1, 1.5)
    loss = 0.25 * static / single**2 * random.uniform(0.4, 1.0)
    lift = static * random.uniform(1.5, 1.9)
    droop = (lift - static) / single**2 - loss
    on = np.sort(top * random.uniform(0.35, 0.7, pumps))[::-1]
    off = on + top * random.uniform(0.15, 0.25, pumps)
    levels = tuple(float(level) for level in np.minimum(off, 0.95 * top))
    return Station(
        number, source, target, pumps, float(lift), float(droop), float(loss), float(from_m - 3), tuple(map(float, on)), levels
    )


def draw_demand(network: Network, random: Random, hours: int) -> Floats:
    """Demand in m3/h by hour and tank: homes, shops and works by hour and day of the week, season, weather; float64[hours, 7]."""
    hour, day = np.arange(hours) % 24, np.arange(hours) // 24
    weekend = day % 7 >= 5
    morning = np.exp(-(((hour - np.where(weekend, 9.5, 7.5)) / 1.8) ** 2) / 2)
    homes = 0.35 + 1.1 * morning + 0.9 * np.exp(-(((hour - 19.5) / 2.6) ** 2) / 2) + 0.35 * np.exp(-(((hour - 13) / 3) ** 2) / 2)
    works = np.where(weekend, 0.35, 0.4 + 1.3 / (1 + np.exp(-(4.0 - np.abs(hour - 12.5)) * 1.2)))
    season = 1 + random.uniform(0.05, 0.15) * np.sin(2 * np.pi * (day - random.uniform(80, 140)) / 365)
    weather = np.exp(walk(random, hours // 24 + 1, 0.75, 0.04))[day]
    demand = np.empty((hours, TANKS))
    for tank in range(TANKS):
        share = random.uniform(0.0, 0.5)
        pattern = (1 - share) * homes / homes.mean() + share * works / works.mean()
        demand[:, tank] = network.demand_m3_h[tank] * pattern * season * weather * np.exp(walk(random, hours, 0.6, 0.07))
    return demand


def run_network(network: Network, demand: Floats, control: Control) -> Trace:
    """Hour by hour through the balances; readings are those at the end of each hour."""
    hours = len(demand)
    level = [0.7 * height for height in network.height_m]
    on = [[False] * station.pumps for station in network.stations]
    is_open = False
    trace = Trace(
        np.empty((hours, TANKS)),
        np.zeros((hours, 11)),
        np.zeros((hours, 11)),
        np.zeros(hours),
        np.zeros(hours),
        np.empty((hours, 12)),
    )
    trace.spilled_by_hour = np.zeros(hours)
    trace.stored_before_m3 = _stored(network, level)
    for hour in range(hours):
        uses = demand[hour].tolist()
        for _ in range(STEPS_PER_HOUR):
            told = [control.told_level(hour, tank, level[tank]) for tank in range(TANKS)]
            is_open = _valve_rule(network, told[network.valve], is_open)
            opened = control.valve_open(hour, is_open)
            net = [-use for use in uses]
            flows = []
            for station in network.stations:
                own = on[station.number]
                _pump_rules(station, told[station.target], own, control.moved_m(hour, station.number))
                running = control.pumps_on(hour, station.number, list(own))
                flow = station_flow(network, station, level, sum(running), control.speed(hour, station.number))
                flows.append((running, flow))
                net[station.target] += flow
                if station.source >= 0:
                    net[station.source] -= flow
                else:
                    trace.taken_m3 += flow / STEPS_PER_HOUR
            through = _valve_flow(network, level) if opened else 0.0
            net[0] -= through
            net[network.valve] += through
            drift = _float_flow(network, level)
            net[network.float_at] -= drift
            net[network.floating] += drift
            trace.spilled_by_hour[hour] += _move(network, level, net, uses, trace)
        _note(network, trace, hour, level, flows, through, opened)
    trace.stored_after_m3 = _stored(network, level)
    return trace


def station_flow(network: Network, station: Station, level: list[float], pumps: int, speed: float) -> float:
    """Flow in m3/h of so many equal pumps side by side; none from an empty source, none against too high a head."""
    if pumps == 0:
        return 0.0
    if station.source < 0:
        head = 10.0
    elif level[station.source] <= 4 * EMPTY_M:
        return 0.0
    else:
        head = network.ground_m[station.source] + level[station.source]
    static = network.ground_m[station.target] + level[station.target] - head
    spare = station.lift_m * speed * speed - static
    return float(np.sqrt(spare / (station.droop / pumps**2 + station.loss))) if spare > 0 else 0.0


def _pump_rules(station: Station, told_m: float, on: list[bool], moved_m: float) -> None:
    for pump in range(station.pumps):
        if told_m < station.on_m[pump] + moved_m:
            on[pump] = True
        elif told_m > station.off_m[pump] + moved_m:
            on[pump] = False


def _valve_rule(network: Network, told_m: float, is_open: bool) -> bool:
    low, high = network.valve_on_off_m
    return told_m < low or (is_open and told_m <= high)


def _valve_flow(network: Network, level: list[float]) -> float:
    head = network.ground_m[0] + level[0] - network.ground_m[network.valve] - level[network.valve]
    return float(np.sqrt(max(head, 0.0) / network.valve_loss)) if level[0] > 4 * EMPTY_M else 0.0


def _float_flow(network: Network, level: list[float]) -> float:
    """Into the floating tank, or out of it: by the difference of heads, never past their balance."""
    one, other = network.float_at, network.floating
    head = network.ground_m[one] + level[one] - network.ground_m[other] - level[other]
    balance = 0.5 * abs(head) / (1 / network.area_m2[one] + 1 / network.area_m2[other]) * STEPS_PER_HOUR
    flow = min(float(np.sqrt(abs(head) / network.float_loss)), balance)
    if level[one if head > 0 else other] <= 4 * EMPTY_M:
        return 0.0
    return flow if head > 0 else -flow


def _move(network: Network, level: list[float], net: list[float], uses: list[float], trace: Trace) -> float:
    """One step of all tanks; what does not fit spills, what is not there is not delivered. Returns m3 spilled."""
    spilled = 0.0
    for tank in range(TANKS):
        volume = level[tank] * network.area_m2[tank] + net[tank] / STEPS_PER_HOUR
        full = network.height_m[tank] * network.area_m2[tank]
        short = max(-volume, 0.0)
        over = max(volume - full, 0.0)
        trace.delivered_m3 += uses[tank] / STEPS_PER_HOUR - short
        trace.unmet_m3 += short
        spilled += over
        level[tank] = (volume + short - over) / network.area_m2[tank]
    trace.spilled_m3 += spilled
    return spilled


def _note(
    network: Network,
    trace: Trace,
    hour: int,
    level: list[float],
    flows: list[tuple[list[bool], float]],
    through: float,
    opened: bool,
) -> None:
    trace.levels_m[hour] = level
    trace.valve_flow[hour], trace.valve_on[hour] = through, opened
    pump = 0
    for station, (running, flow) in zip(network.stations, flows, strict=True):
        count = max(sum(running), 1)
        for is_on in running:
            trace.pump_on[hour, pump] = is_on
            trace.pump_flow[hour, pump] = flow / count if is_on else 0.0
            pump += 1
        source = 10.0 if station.source < 0 else network.ground_m[station.source] + level[station.source]
        delivery = network.ground_m[station.target] + level[station.target] + station.loss * flow * flow
        trace.pressures_m[hour, 2 * station.number] = source - 0.1 * station.loss * flow * flow - station.ground_m
        trace.pressures_m[hour, 2 * station.number + 1] = delivery - station.ground_m
    before = network.ground_m[0] + level[0] - 0.3 * network.valve_loss * through * through
    trace.pressures_m[hour, 10] = before - network.ground_m[network.valve]
    trace.pressures_m[hour, 11] = level[network.valve] + 0.2 * network.valve_loss * through * through


def _stored(network: Network, level: list[float]) -> float:
    return sum(height * area for height, area in zip(level, network.area_m2, strict=True))
