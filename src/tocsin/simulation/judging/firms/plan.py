"""A firm as it was built and registered: trade, lines, shifts, rest days, meters, sources."""

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.judging.firms.trades import TRADES, Random, Trade

REGIONS = 3
REGISTERED = {
    "day": ("08:00-17:30", "08:30-17:30", "07:30-18:00"),
    "two": ("06:00-14:00;14:00-22:00", "07:30-15:30;15:30-23:00"),
    "three": ("00:00-08:00;08:00-16:00;16:00-24:00",),
    "four_two": ("08:00-20:00;20:00-08:00",),
    "valley": ("22:00-06:00;06:00-08:00", "23:00-07:00"),  # cheap hours, lawfully
}
RESTS = ("sunday", "weekend", "none", "big_small", "wednesday")


@dataclass(frozen=True)
class Line:
    """`kw` at normal rate; `is_spare`: runs in busy times only; a meter of its own or none."""

    name: str
    kw: float
    is_spare: bool
    has_meter: bool
    fans: int  # protective devices with a meter: none, one, or duty and standby
    fan_kw: float


@dataclass(frozen=True)
class Firm:
    """What is drawn once. `growth`: share by which the rate changes over the days looked at."""

    number: int
    seed: int
    trade: Trade
    lines: tuple[Line, ...]
    shift: str
    registered: str
    rest: str
    works_holidays: bool
    growth: float
    employees: int
    solar_kwp: float
    region: str
    base_kw: float
    office_kw: float
    has_office_meter: bool
    charging_kw: float
    lessee_kw: float
    lessee_shift: str
    essential_kw: float
    has_essential_meter: bool
    feeders: int
    sources: frozenset[str]
    careless: float  # how often the firm's own records are wrong or late

    @property
    def id(self) -> str:
        return f"J{self.number:03d}"

    @property
    def process_kw(self) -> float:
        """Of the lines that run on a normal day."""
        return sum(line.kw for line in self.lines if not line.is_spare)

    def random(self, stream: int) -> Random:
        """Draws of one part of the firm's story, independent of the others."""
        return np.random.default_rng([self.seed, 81, self.number, stream])


def draw_firm(seed: int, number: int) -> Firm:
    """The firm with this number in the set of this seed."""
    random = np.random.default_rng([seed, 80, number])
    trade = TRADES[(number + seed * 3) % len(TRADES)]
    shift = str(random.choice(np.array(trade.shifts)))
    count = int(random.integers(trade.lines[0], trade.lines[1] + 1))
    metered = random.random() < 0.75
    lines = tuple(_line(trade, place, count, metered, random) for place in range(count))
    process = sum(line.kw for line in lines if not line.is_spare)
    people = max(int(process / 100 * trade.people_per_100_kw * random.uniform(0.6, 1.6)), 12)
    has_lessee, charges, essential = random.random() < 0.25, random.random() < 0.3, trade.essential * process
    return Firm(
        number=number,
        seed=seed,
        trade=trade,
        lines=lines,
        shift=shift,
        registered=str(random.choice(np.array(REGISTERED[shift]))),
        rest=_rest(shift, trade, random),
        works_holidays=bool(random.random() < (0.9 if trade.holds_heat else 0.3)),
        growth=float(random.choice(np.array([0.0, 0.0, 0.2, -0.15])) * random.uniform(0.5, 1.3)),
        employees=people,
        solar_kwp=round(process * random.uniform(0.2, 0.8)) if random.random() < 0.25 else 0.0,
        region=f"R{int(random.integers(1, REGIONS + 1)):02d}",
        base_kw=process * random.uniform(0.015, 0.05) + 2,
        office_kw=people * random.uniform(0.08, 0.25),
        has_office_meter=bool(random.random() < 0.4),
        charging_kw=process * random.uniform(0.03, 0.12) if charges else 0.0,
        lessee_kw=process * random.uniform(0.08, 0.3) if has_lessee else 0.0,
        lessee_shift=str(random.choice(np.array(["day", "two", "valley"]))),
        essential_kw=essential,
        has_essential_meter=bool(essential > 0 and random.random() < 0.75),
        feeders=2 if random.random() < 0.15 else 1,
        sources=_sources(trade, random),
        careless=float(random.uniform(0.01, 0.08)),
    )


def _line(trade: Trade, place: int, count: int, metered: bool, random: Random) -> Line:
    kw = float(random.uniform(*trade.line_kw))
    has_meter = metered and random.random() < 0.9
    fans = int(random.choice(np.array([0, 1, 1, 2]))) if has_meter and trade.protective else 0
    is_spare = count >= 3 and place == count - 1 and random.random() < 0.6
    return Line(
        f"line {'ABCD'[place]}", kw, bool(is_spare), bool(has_meter), fans, kw * trade.protective * random.uniform(0.7, 1.4)
    )


def _rest(shift: str, trade: Trade, random: Random) -> str:
    if shift == "four_two":
        return "four_two"
    if trade.holds_heat:
        return "none"
    weights = {"three": (0.1, 0.05, 0.7, 0.05, 0.1)}.get(shift, (0.4, 0.2, 0.15, 0.15, 0.1))
    return str(random.choice(np.array(RESTS), p=weights))


def _sources(trade: Trade, random: Random) -> frozenset[str]:
    chances = {
        "gate_headcount": 0.75,
        "gas_use": 0.9 if trade.gas_m3 else 0.0,
        "water_use": 0.85 if trade.water_m3 else 0.2,
        "truck_count": 0.8,
        "emission_monitor": 0.65 if trade.has_stack else 0.0,
        "video": 0.7,
        "permits": 0.9,
        "commitment": 0.9,
    }
    wealth = 1.0 if random.random() < 0.75 else 0.35  # some firms are hardly connected
    return frozenset(name for name, chance in chances.items() if random.random() < chance * wealth)
