"""A plant for tests: two lines, one with a protective device, an office and a connection; eight to half past five on working
days.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import Days, Evidence, Firm, Meter, Order, OrderKind, PointQuality, Role, Source
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load
from tocsin.engine.work.load.model import Load

FIRST = date(2026, 3, 2)  # a Monday
FIRST_MS = 1_772_380_800_000  # its midnight, UTC+8
DAYS = 40
BEGIN, END = 8.0, 17.5
METERS = (
    Meter("T", Role.TOTAL, None, 400.0, 80.0),
    Meter("L1", Role.PROCESS, None, 200.0, 40.0),
    Meter("L2", Role.PROCESS, None, 120.0, 20.0),
    Meter("D1", Role.PROTECTIVE, "L1", 12.0, 10.0),
    Meter("OFFICE", Role.OFFICE, None, 12.0, 10.0),
)
ROW = {meter.id: row for row, meter in enumerate(METERS)}
LEVEL = {"L1": 120.0, "L2": 70.0}
QUARTERS = DAYS * 96


@dataclass(frozen=True, eq=False)
class Plant:
    """Curves float64 by meter; the connection is their sum with 8 kW that no meter shows."""

    kw: dict[str, NDArray[np.float64]]
    orders: tuple[Order, ...] = ()
    said: tuple[tuple[Source, float, float], ...] = ()  # source, day, value
    shifts: tuple[tuple[int, int], ...] = ((480, 1050),)
    missing: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((len(METERS), QUARTERS), np.bool_))
    only: tuple[str, ...] = tuple(ROW)

    def firm(self) -> Firm:
        """As the judgement meets it."""
        curves = np.zeros((len(METERS), QUARTERS), np.float32)
        for meter, row in ROW.items():
            if meter != "T":
                curves[row] = self.kw[meter]
        curves[0] = self.kw["T"] if "T" in self.kw else curves[1:].sum(axis=0) + 8.0
        quality = np.where(self.missing, PointQuality.MISSING, PointQuality.MEASURED).astype(np.uint8)
        curves[self.missing] = np.nan
        kept = [ROW[name] for name in self.only]
        hours = np.zeros(DAYS * 24, np.float32)
        meters = tuple(METERS[row] for row in kept)
        days = Days(FIRST_MS, tuple(FIRST + timedelta(days=day) for day in range(DAYS)), kinds())
        return Firm(
            "F",
            "woodworking",
            self.shifts,
            60,
            0.0,
            days,
            meters,
            curves[kept],
            quality[kept],
            self.orders,
            self._evidence(),
            hours + 12,
            hours,
        )

    def _evidence(self) -> Evidence:
        said = sorted(self.said, key=lambda record: record[1])
        sources = np.array([tuple(Source).index(source) for source, _, _ in said], np.uint8)
        ts = np.array([FIRST_MS + round(day * 86_400_000) for _, day, _ in said], np.int64)
        return Evidence(
            sources, np.zeros(len(said), np.uint8), ts, np.array([value for _, _, value in said], np.float64), ("firm",)
        )

    def load(self, figures: LoadFigures | None = None) -> Load:
        """Its load."""
        return production_load(self.firm(), figures or LoadFigures())


def kinds() -> NDArray[np.uint8]:
    """Five working days and a weekend."""
    return np.array([0 if day % 7 < 5 else 1 for day in range(DAYS)], np.uint8)


def plant(until: int = DAYS, seed: int = 1) -> Plant:
    """Works on its working days before day `until`, then rests."""
    rng = np.random.default_rng(seed)
    kw = {meter: 0.5 + 0.02 * rng.standard_normal(QUARTERS) for meter in LEVEL}
    kw["D1"] = np.zeros(QUARTERS)
    hour, day = np.arange(QUARTERS) % 96 / 4, np.arange(QUARTERS) // 96
    kw["OFFICE"] = np.where((hour >= 8) & (hour < 18) & (day % 7 < 5), 6.0, 1.0)
    made = Plant(kw)
    for number in range(until):
        if number % 7 < 5:
            made = run(made, number, BEGIN, END, seed=seed + number)
    return made


def run(
    of: Plant,
    day: int,
    begin_h: float,
    end_h: float,
    *,
    lines: tuple[str, ...] = ("L1", "L2"),
    rate: float = 1.0,
    seed: int = 0,
    shown: float = 1.0,
    guard: bool = True,
) -> Plant:
    """The plant with some lines at work on a day from hour to hour (over midnight too), at a rate; `shown`: what of it the meters
    of the lines show.
    """
    rng = np.random.default_rng(seed)
    inside = slice(round(day * 96 + begin_h * 4), round(day * 96 + end_h * 4))
    size = inside.stop - inside.start
    kw = {meter: curve.copy() for meter, curve in of.kw.items()}
    for line in lines:
        kw[line][inside] = shown * LEVEL[line] * rate * (1.0 + 0.1 * rng.standard_normal(size))
    if "L1" in lines and guard:
        kw["D1"][inside] = 9.0 + 0.1 * rng.standard_normal(size)
    return replace(of, kw=kw)


def stopped(
    of: Plant,
    day: int,
    last: int | None = None,
    *,
    scope: str = "whole",
    kind: OrderKind = OrderKind.ORDERED_STOP,
    approved: int | None = None,
) -> Plant:
    """The plant under an order from a day on."""
    first, end = FIRST + timedelta(days=day), None if last is None else FIRST + timedelta(days=last)
    orders = [*of.orders, Order(f"O{len(of.orders)}", scope, first, end, kind)]
    if approved is not None:
        orders.append(Order("R", scope, FIRST + timedelta(days=approved), None, OrderKind.RESUMPTION))
    return replace(of, orders=tuple(orders))


def cut(firm: Firm, day: int) -> Firm:
    """The firm as it was known at the end of the day before `day`: nothing later has come."""
    kw, quality = firm.kw.copy(), firm.quality.copy()
    kw[:, day * 96 :] = np.nan
    quality[:, day * 96 :] = PointQuality.ABSENT
    known = firm.evidence.ts < firm.days.ms(day * 96)
    evidence = firm.evidence
    told = Evidence(evidence.source[known], evidence.level[known], evidence.ts[known], evidence.value[known], evidence.levels)
    return replace(firm, kw=kw, quality=quality, evidence=told)
