"""What a made-up firm is: its lines, devices and meters, its people and its habits, before anything happens to it."""

from dataclasses import dataclass, replace

from tocsin.simulation.firms.dice import Dice
from tocsin.simulation.firms.trades import TRADES, Shape, Trade, minutes_of

REGIONS = 3
SOURCES = ("gate_headcount", "water_use", "truck_count", "video")
KNOWN = {"gate_headcount": 0.8, "water_use": 0.93, "truck_count": 0.9, "video": 0.77}
HABITS = 9  # stream of choices that came later than the firms
KNOWN_OF_TRADE = 0.65  # chance of a source that only some trades have


@dataclass(frozen=True)
class Line:
    """One process line. `kw`: mean power at full load. `protective_kw`: of its device, 0 for none; `standby`: a second device
    takes turns with it. `period_h`: of a batch or a melt.
    """

    name: str
    kw: float
    metered: bool
    protective_kw: float
    standby: bool
    roughness: float
    period_h: float


@dataclass(frozen=True)
class FirmPlan:
    """A firm. Kilowatts are mean powers where nothing else is said; 0 means there is no such thing. `rest_days`: days of the
    week off, 0 Monday; `nights_alone`: nobody but guards between the shifts. `sources`: platforms that know the firm.
    """

    id: str
    number: int
    seed: int
    trade: Trade
    shifts: str
    employees: int
    region: str
    lines: tuple[Line, ...]
    base_kw: float
    auxiliary: float
    holding: float
    holding_over_rest: bool
    ramp_h: float
    essential_kw: float
    essential_metered: bool
    office_kw: float
    office_metered: bool
    charging_kw: float
    charging_metered: bool
    solar_kwp: float
    solar_metered: bool
    lessee_kw: float
    lessee_nights: bool
    lessee_metered: bool
    feeders: int
    heating_kw: float
    cooling_kw: float
    drainage_kw: float
    drying_kw: float
    rest_days: tuple[int, ...]
    works_holidays: bool
    breaks: bool
    sources: tuple[str, ...]
    forgetful: float

    @property
    def round_the_clock(self) -> bool:
        """True where the registered hours cover the whole day."""
        return sum(end - begin for begin, end in minutes_of(self.shifts)) >= 1440

    @property
    def day_only(self) -> bool:
        """True where no registered hour lies between 23 and 5 o'clock."""
        return all(begin >= 300 and end <= 1440 for begin, end in minutes_of(self.shifts))

    @property
    def day_shift(self) -> bool:
        """True where one shift by day is all, so that hours are free for more work."""
        return self.day_only and sum(end - begin for begin, end in minutes_of(self.shifts)) <= 600

    @property
    def full_kw(self) -> float:
        """All lines at full load."""
        return sum(line.kw for line in self.lines)

    def dice(self, stream: int) -> Dice:
        """Choices of one subject of this firm."""
        return Dice(self.seed, self.number * 64 + stream)


def draw_firm(seed: int, number: int, trade: Trade | None = None) -> FirmPlan:
    """The firm of that number (from 1) in the set of a seed; trades take turns where none is given."""
    dice = Dice(seed, number * 64)
    trade = trade or TRADES[(number - 1 + seed) % len(TRADES)]
    shifts = dice.weighted(trade.shifts)
    lines = _draw_lines(dice, trade)
    full_kw = sum(line.kw for line in lines)
    employees = dice.whole(*trade.employees)
    meters = dice.chance(0.75)  # loads beside the lines have meters of their own, or most of them
    firm = FirmPlan(
        id=f"F{number:03d}",
        number=number,
        seed=seed,
        trade=trade,
        shifts=shifts,
        employees=employees,
        region=f"R{dice.whole(1, REGIONS):02d}",
        lines=lines,
        base_kw=full_kw * dice.between(*trade.base),
        auxiliary=dice.between(*trade.auxiliary),
        holding=dice.between(*trade.holding) if dice.chance(0.5) else 0.0,
        holding_over_rest=Dice(seed, number * 64 + HABITS).chance(0.3),
        ramp_h=dice.between(*trade.ramp_h),
        essential_kw=full_kw * dice.between(*trade.essential_share),
        essential_metered=meters and dice.chance(0.75),
        office_kw=employees * dice.spread(0.03, 0.15),
        office_metered=meters and dice.chance(0.75),
        charging_kw=0.0,
        charging_metered=meters and dice.chance(0.85),
        solar_kwp=0.0,
        solar_metered=dice.chance(0.75),
        lessee_kw=0.0,
        lessee_nights=dice.chance(0.15),
        lessee_metered=dice.chance(0.9),
        feeders=2 if dice.chance(0.12) else 1,
        heating_kw=full_kw * dice.spread(0.02, 0.15) if dice.chance(0.35) else 0.0,
        cooling_kw=full_kw * dice.spread(0.02, 0.15) if dice.chance(0.4) else 0.0,
        drainage_kw=full_kw * dice.between(0.1, 0.5) if trade.name == "mine" and dice.chance(0.8) else 0.0,
        drying_kw=full_kw * dice.between(0.05, 0.25) if trade.name == "woodworking" and dice.chance(0.4) else 0.0,
        rest_days=_draw_rest(dice, trade, shifts),
        works_holidays=dice.chance(0.15),
        breaks=dice.chance(0.7),
        sources=_draw_sources(dice, trade),
        forgetful=dice.between(0.0, 0.5) if dice.chance(0.6) else 0.03,
    )
    return _with_side_loads(firm, dice)


def _draw_lines(dice: Dice, trade: Trade) -> tuple[Line, ...]:
    count = dice.whole(*trade.lines)
    plant_kw = dice.spread(*trade.line_kw)
    metering = dice.weighted({"all": 0.6, "some": 0.2, "none": 0.2})
    protected = trade.protective_share[1] > 0 and metering != "none" and dice.chance(0.65)
    lines = []
    for position in range(count):
        kw = plant_kw * dice.between(0.6, 1.4)
        metered = metering == "all" or (metering == "some" and (position == 0 or dice.chance(0.4)))
        has_device = protected and metered and dice.chance(0.85)
        lines.append(
            Line(
                name=f"line {position + 1}",
                kw=kw,
                metered=metered,
                protective_kw=kw * dice.between(*trade.protective_share) if has_device else 0.0,
                standby=has_device and dice.chance(0.3),
                roughness=dice.between(0.2, 0.5) if trade.shape in (Shape.ROUGH, Shape.PACKING) else dice.between(0.01, 0.06),
                period_h=dice.between(0.75, 1.75) if trade.shape is Shape.MELT else dice.between(3.0, 9.0),
            )
        )
    return tuple(lines)


def _draw_rest(dice: Dice, trade: Trade, shifts: str) -> tuple[int, ...]:
    if trade.name == "chlor_alkali" or (shifts.count(";") > 1 and dice.chance(0.7)):
        return ()
    return dice.weighted({(6,): 0.6, (5, 6): 0.25, (): 0.1, (2,): 0.05})


def _draw_sources(dice: Dice, trade: Trade) -> tuple[str, ...]:
    poor = dice.chance(0.12)  # a firm of which platforms know little
    known = [source for source in SOURCES if dice.chance(KNOWN[source] * (0.45 if poor else 1.0))]
    known += [source for source in trade.sources if dice.chance(KNOWN_OF_TRADE)]
    return tuple(known)


def _with_side_loads(firm: FirmPlan, dice: Dice) -> FirmPlan:
    charging = float(dice.pick((7.0, 14.0, 30.0, 60.0))) if dice.chance(0.35) else 0.0
    solar = round(firm.full_kw * dice.between(0.15, 0.8)) if dice.chance(firm.trade.solar) else 0
    lessee = firm.full_kw * dice.spread(0.02, 0.35) if dice.chance(0.28) else 0.0
    return replace(firm, charging_kw=charging, solar_kwp=float(solar), lessee_kw=lessee)
