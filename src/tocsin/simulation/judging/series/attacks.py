"""Water networks under attack: a year of ordinary past, then some months with seven to fourteen attacks of one to four days."""

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.judging.series.labels import BEGIN_MS, HOUR_MS, Floats, JudgingSeries, Random
from tocsin.simulation.judging.series.waterworks import (
    PUMPS,
    TANKS,
    Control,
    Network,
    Trace,
    draw_demand,
    draw_network,
    run_network,
)

NAMES = (
    *(f"level T{tank + 1}" for tank in range(TANKS)),  # m
    *(f"flow PU{pump + 1}" for pump in range(11)),  # m3/h
    *(f"status PU{pump + 1}" for pump in range(11)),
    "flow V1",  # m3/h
    "status V1",
    *(f"pressure J{junction + 1}" for junction in range(12)),  # m
)
KINDS = ("level told low", "level told high", "pumps held off", "pumps held on", "rules moved", "valve held", "pumps slowed")
PAST_DAYS, ATTACKED_DAYS = 365, 100


@dataclass(frozen=True)
class Attack:
    """`size`: m added to a told level or to the rules, or the speed; `concealed`: columns that replay `replay_hours` earlier."""

    kind: str
    station: int
    begin: int
    end: int
    size: float
    concealed: tuple[int, ...] = ()
    replay_hours: int = 0

    def is_on(self, hour: int) -> bool:
        return self.begin <= hour < self.end


@dataclass
class Attacked:
    """A network with its trace, its attacks and what was written down, float64[hours, 43]."""

    network: Network
    trace: Trace
    attacks: list[Attack]
    values: Floats
    past_hours: int


def make_attacked(seed: int, past_days: int = PAST_DAYS, attacked_days: int = ATTACKED_DAYS) -> JudgingSeries:
    """One network by the hour; the same seed gives the same. Truth is by hour: an attack lasts from its first to its last act."""
    attacked = attack_network(seed, past_days, attacked_days)
    hours = len(attacked.values)
    anomalous = np.zeros(hours, np.bool_)
    for attack in attacked.attacks:
        anomalous[attack.begin : attack.end] = True
    ts_ms = BEGIN_MS + np.arange(hours, dtype=np.int64) * HOUR_MS
    windows = tuple((attack.begin, attack.end) for attack in attacked.attacks)
    return JudgingSeries("attacked network", NAMES, ts_ms, attacked.values, anomalous, windows, attacked.past_hours)


def attack_network(seed: int, past_days: int, attacked_days: int) -> Attacked:
    """The same with network and trace, for whoever wants to look behind the readings."""
    random = np.random.default_rng([seed, 73])
    network = draw_network(random)
    past, hours = past_days * 24, (past_days + attacked_days) * 24
    demand = draw_demand(network, random, hours)
    attacks = _draw_attacks(network, random, past, hours)
    trace = run_network(network, demand, _control(network, attacks))
    values = _written(network, trace, attacks, random)
    return Attacked(network, trace, attacks, values, past)


def _draw_attacks(network: Network, random: Random, past: int, hours: int) -> list[Attack]:
    count = min(int(random.integers(7, 15)), (hours - past) // 150)
    room = (hours - past - 48) // count
    attacks = []
    for number in range(count):
        begin = past + 24 + number * room + int(random.integers(0, max(room - 130, 1)))
        kind = KINDS[int(random.integers(len(KINDS)))]
        station = int(random.integers(len(PUMPS)))
        target = network.stations[station].target
        height = network.height_m[target]
        size = {
            "level told low": -random.uniform(0.3, 0.6) * height,
            "level told high": random.uniform(0.3, 0.6) * height,
            "rules moved": random.choice([-1, 1]) * random.uniform(0.18, 0.35) * height,
            "pumps slowed": random.uniform(0.84, 0.94),
        }.get(kind, 0.0)
        attack = Attack(kind, station, begin, begin + int(random.integers(24, 97)), float(size))
        attacks.append(_conceal(network, attack, random))
    return attacks


def _conceal(network: Network, attack: Attack, random: Random) -> Attack:
    """Two attacks in five hide what they touch: its columns show what they showed whole days before."""
    if random.random() > 0.4:
        return attack
    target = network.stations[attack.station].target
    first = sum(PUMPS[: attack.station])
    pumps = range(first, first + PUMPS[attack.station])
    columns = [network.valve if attack.kind == "valve held" else target]
    if random.random() < 0.5 and attack.kind != "valve held":
        columns += [7 + pump for pump in pumps] + [18 + pump for pump in pumps]
    if random.random() < 0.3:
        columns += [31 + 2 * attack.station, 32 + 2 * attack.station]
    back = 24 * int(random.integers(4, 15))
    return Attack(attack.kind, attack.station, attack.begin, attack.end, attack.size, tuple(columns), back)


def _control(network: Network, attacks: list[Attack]) -> Control:
    """Controllers as the attacks have them."""

    def acting(hour: int, station: int, *kinds: str) -> Attack | None:
        return next((a for a in attacks if a.is_on(hour) and a.station == station and a.kind in kinds), None)

    station_of = {station.target: station.number for station in network.stations}

    def told_level(hour: int, tank: int, level: float) -> float:
        attack = acting(hour, station_of.get(tank, -1), "level told low", "level told high")
        return level if attack is None else _told(network, attack, level)

    def pumps_on(hour: int, station: int, on: list[bool]) -> list[bool]:
        attack = acting(hour, station, "pumps held off", "pumps held on")
        return on if attack is None else [attack.kind == "pumps held on"] * len(on)

    def valve_open(hour: int, is_open: bool) -> bool:
        attack = next((a for a in attacks if a.is_on(hour) and a.kind == "valve held"), None)
        return is_open if attack is None else attack.station % 2 == 0

    def speed(hour: int, station: int) -> float:
        attack = acting(hour, station, "pumps slowed")
        return 1.0 if attack is None else attack.size

    def moved_m(hour: int, station: int) -> float:
        attack = acting(hour, station, "rules moved")
        return 0.0 if attack is None else attack.size

    return Control(told_level, pumps_on, valve_open, speed, moved_m)


def _told(network: Network, attack: Attack, level: float) -> float:
    return min(max(level + attack.size, 0.1), network.height_m[network.stations[attack.station].target])


def _written(network: Network, trace: Trace, attacks: list[Attack], random: Random) -> Floats:
    """What the control room writes down: readings with their noise, false levels, replays."""
    levels = trace.levels_m.copy()
    for attack in attacks:
        if attack.kind.startswith("level told"):
            target = network.stations[attack.station].target
            for hour in range(attack.begin, attack.end):
                levels[hour, target] = _told(network, attack, levels[hour, target])
    flow_noise = 1 + random.normal(0, 0.008, trace.pump_flow.shape)
    values = np.column_stack(
        [
            levels + random.normal(0, 0.01, levels.shape),
            trace.pump_flow * flow_noise,
            trace.pump_on,
            trace.valve_flow * (1 + random.normal(0, 0.008, len(levels))),
            trace.valve_on,
            trace.pressures_m + random.normal(0, 0.12, trace.pressures_m.shape),
        ]
    )
    ordinary = values.copy()
    for attack in attacks:
        for column in attack.concealed:
            values[attack.begin : attack.end, column] = ordinary[
                attack.begin - attack.replay_hours : attack.end - attack.replay_hours, column
            ]
    return np.round(values, 2)
