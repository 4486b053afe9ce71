"""A workshop for tests: one line behind one connection, seven to eleven at night on six days a week, drawn day by day.

`F` full, `p` half, `o` half more than full, `_` at rest, `i` ready with its crew but without output, `V` overhaul by day, `L`
full and six hours longer, `f` and `G` an eighth less and more than full, `b` a fifth more, `h`
furnaces kept hot at all hours without goods.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.judge import judge_days
from tocsin.engine.work.firm import (
    QUARTERS_OF_A_DAY,
    Day,
    DayKind,
    Days,
    Evidence,
    Firm,
    Meter,
    Order,
    PointQuality,
    Role,
    Source,
)
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load

FIRST_MS = 1_762_704_000_000  # 2025-11-10 00:00 UTC+8, a Monday
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
LEVELS = ("firm", "county", "city", "province")
WEEK = "FFFFFF_"
OUTPUT = {"F": 1.0, "L": 1.375, "p": 0.5, "o": 1.5, "_": 0.0, "i": 0.0, "V": 0.0, "h": 0.0, "f": 0.875, "G": 1.125, "b": 1.2}
READY_DRAW = 0.13  # of the running level, while machines stand ready
HOT_DRAW, HOT_GAS = 0.2, 0.55  # of the running level, of a normal day's gas
CREW = {"F": 1.0, "L": 1.0, "p": 0.8, "o": 1.1, "_": 0.05, "i": 0.85, "V": 0.8, "h": 0.05, "f": 1.0, "G": 1.0, "b": 1.0}

Record = tuple[Source, str, int, float]  # source, level, stamp in ms, value


@dataclass(frozen=True)
class Workshop:
    """Days as letters, with their records; `dark` days have no curves. `held`: heat kept between shifts, of the running level;
    `beside`: kW of a line without a meter that runs on days at work; on `halted` days the metered one rests.
    """

    letters: str
    records: tuple[Record, ...]
    orders: tuple[Order, ...] = ()
    dark: frozenset[int] = frozenset()
    held: float = 0.0
    trade: str = "something new"
    beside: float = 0.0
    halted: frozenset[int] = frozenset()

    def firm(self) -> Firm:
        """As the judgement takes it."""
        count = len(self.letters)
        hours = np.arange(QUARTERS_OF_A_DAY) / 4
        wave = 1.0 + 0.02 * np.sin(np.arange(count * QUARTERS_OF_A_DAY) * 1.7)
        line, unmetered = np.zeros((count, QUARTERS_OF_A_DAY)), np.zeros((count, QUARTERS_OF_A_DAY))
        for day, letter in enumerate(self.letters):
            line[day, (hours >= 7) & (hours < 23)] = 200.0 * (1.0 if letter == "L" else OUTPUT[letter])
            if letter == "L":
                line[day, hours < 6] = 200.0
            elif OUTPUT[letter] > 0.0:
                line[day, (hours < 7) | (hours >= 23)] = 200.0 * self.held
            if letter == "i":
                line[day, (hours >= 7) & (hours < 23)] = 200.0 * READY_DRAW
            if letter == "h":
                line[day] = 200.0 * HOT_DRAW
            unmetered[day, (hours >= 7) & (hours < 23)] = self.beside * (OUTPUT[letter] > 0.0)
            if day in self.halted:
                line[day] = 0.0
        kw = np.stack([(line + unmetered).ravel() * wave + 40.0, line.ravel() * wave + 1.0]).astype(np.float32)
        quality = np.zeros(kw.shape, np.uint8)
        for day in self.dark:
            kw[:, day * QUARTERS_OF_A_DAY : (day + 1) * QUARTERS_OF_A_DAY] = np.nan
            quality[:, day * QUARTERS_OF_A_DAY : (day + 1) * QUARTERS_OF_A_DAY] = PointQuality.ABSENT
        dates = tuple(date(2025, 11, 10) + timedelta(days=n) for n in range(count))
        kinds = np.array([DayKind.WEEKEND if d.weekday() > 4 else DayKind.WORKING_DAY for d in dates], np.uint8)
        return Firm(
            id="W",
            trade=self.trade,
            shifts=((420, 900), (900, 1380)),
            employees=100,
            solar_kwp=0.0,
            days=Days(FIRST_MS, dates, kinds),
            meters=(Meter("T", Role.TOTAL, None, 500.0, 100.0), Meter("L", Role.PROCESS, None, 340.0, 80.0)),
            kw=kw,
            quality=quality,
            orders=self.orders,
            evidence=evidence_of(self.records),
            temperature_c=np.full(count * 24, 10.0, np.float32),
            irradiance_w_m2=np.zeros(count * 24, np.float32),
        )

    def judged(self, figures: DayFigures | None = None) -> list[Day]:
        """Its days."""
        firm = self.firm()
        return judge_days(firm, production_load(firm, LoadFigures()), figures or DayFigures())

    def without(self, *sources: Source, day: int | None = None) -> "Workshop":
        """Without records of sources, of one day's stamps (and the night after) or of all."""
        begin = 0 if day is None else FIRST_MS + day * DAY_MS
        end = 2**62 if day is None else begin + DAY_MS * 3 // 2
        kept = tuple(r for r in self.records if r[0] not in sources or not begin <= r[2] < end)
        return replace(self, records=kept)

    def adding(self, *records: Record) -> "Workshop":
        """With further records."""
        return replace(self, records=(*self.records, *records))


def at(day: int, hour: float) -> int:
    """A stamp."""
    return FIRST_MS + day * DAY_MS + round(hour * HOUR_MS)


def evidence_of(records: tuple[Record, ...]) -> Evidence:
    """Records as arrays, by stamp."""
    ranked = sorted(records, key=lambda record: record[2])
    return Evidence(
        np.array([tuple(Source).index(r[0]) for r in ranked], np.uint8),
        np.array([LEVELS.index(r[1]) for r in ranked], np.uint8),
        np.array([r[2] for r in ranked], np.int64),
        np.array([r[3] for r in ranked], np.float64),
        LEVELS,
    )


def workshop(letters: str, orders: tuple[Order, ...] = ()) -> Workshop:
    """A workshop whose sources tell what happens, with a little noise."""
    records: list[Record] = []
    for day, letter in enumerate(letters):
        output, noise = OUTPUT[letter], 1.0 + 0.1 * np.sin(day * 2.3)
        records += [
            (Source.GAS_USE, "city", at(day + 1, 3), 1000.0 * (HOT_GAS if letter == "h" else 0.1 + 0.9 * output) * noise),
            (Source.WATER_USE, "city", at(day + 1, 5), 100.0 * (0.2 + 0.8 * output) * noise),
            (Source.TRUCK_COUNT, "province", at(day + 1, 4), round(12.0 * (0.15 + 0.85 * output) * noise)),
            (Source.GATE_HEADCOUNT, "firm", at(day, 14), round(90.0 * CREW[letter] * noise)),
            (Source.VIDEO, "county", at(day, 18), round(8.0 * (0.1 + 0.9 * output))),
            (Source.PERMITS, "firm", at(day, 9), 8.0 if letter == "V" else 1.0),
            (Source.DECLARATION, "firm", at(day, 8), 1.0 if output > 0 else 0.0),
        ]
    return Workshop(letters, tuple(records), orders)
