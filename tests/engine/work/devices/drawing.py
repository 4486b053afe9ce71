"""A plant for tests: two lines with their devices, a main fan and an office behind one connection, seven to eleven at night."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.episodes import device_episodes
from tocsin.engine.work.devices.figures import DeviceFigures
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Days, Episode, EpisodeKind, Evidence, Firm, Meter, PointQuality, Role
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load

FIRST_MS = 1_762_704_000_000  # 2025-11-10 00:00 UTC+8, a Monday
DAYS = 40
SHIFT = (7 * 4, 23 * 4)  # quarters of the day
METERS = (
    Meter("T", Role.TOTAL, None, 1600.0, 400.0),
    Meter("L1", Role.PROCESS, None, 600.0, 160.0),
    Meter("L2", Role.PROCESS, None, 400.0, 100.0),
    Meter("D1", Role.PROTECTIVE, "L1", 40.0, 10.0),
    Meter("D2a", Role.PROTECTIVE, "L2", 25.0, 10.0),
    Meter("D2b", Role.PROTECTIVE, "L2", 25.0, 10.0),
    Meter("FAN", Role.PROTECTIVE, None, 110.0, 20.0),
    Meter("OFFICE", Role.OFFICE, None, 30.0, 10.0),
)
ROW = {meter.id: row for row, meter in enumerate(METERS)}


@dataclass(frozen=True, eq=False)
class Plant:
    """Curves float64 by meter id; the connection is their sum when it becomes a firm."""

    kw: dict[str, NDArray[np.float64]]
    quality: NDArray[np.uint8]

    def firm(self, *, total: NDArray[np.float64] | None = None) -> Firm:
        """As the judgement meets it: rounded, and `total` in place of the sum where a test says so."""
        curves = np.stack([self.kw[meter.id] if meter.id != "T" else np.zeros(DAYS * 96) for meter in METERS])
        curves[0] = curves[1:].sum(axis=0) if total is None else total
        shown = np.round(curves, 1).astype(np.float32)
        shown[self.quality >= PointQuality.MISSING] = np.nan
        days = Days(FIRST_MS, tuple(date(2025, 11, 10) + timedelta(days=k) for k in range(DAYS)), kinds())
        nothing = np.zeros(0)
        evidence = Evidence(nothing.astype(np.uint8), nothing.astype(np.uint8), nothing.astype(np.int64), nothing, ())
        hours = np.zeros(DAYS * 24, np.float32)
        shifts = ((7 * 60, 15 * 60), (15 * 60, 23 * 60))
        return Firm("F", "foundry", shifts, 80, 0.0, days, METERS, shown, self.quality, (), evidence, hours + 8.0, hours)


def kinds() -> NDArray[np.uint8]:
    """Five working days and a weekend."""
    return np.array([0 if day % 7 < 5 else 1 for day in range(DAYS)], np.uint8)


def plant(seed: int = 1) -> Plant:
    """Works every day, an hour of lunch at noon on line 2 only; device 2b relieves 2a every fifth day."""
    rng = np.random.default_rng(seed)
    count = DAYS * QUARTERS_OF_A_DAY
    hour = np.arange(count) % QUARTERS_OF_A_DAY
    day = np.arange(count) // QUARTERS_OF_A_DAY
    works = (hour >= SHIFT[0]) & (hour < SHIFT[1])
    second = works & ~((hour >= 48) & (hour < 52))

    def noisy(level: NDArray[np.float64], spread: float) -> NDArray[np.float64]:
        return np.asarray(level * (1.0 + spread * rng.standard_normal(count)))

    relief = day % 5 == 4
    kw = {
        "L1": noisy(np.where(works, 450.0, 4.0), 0.1),
        "L2": noisy(np.where(second, 300.0, 3.0), 0.1),
        "D1": noisy(np.where(works, 30.0, 0.3), 0.02),
        "D2a": noisy(np.where(works & ~relief, 18.0, 0.2), 0.02),
        "D2b": noisy(np.where(works & relief, 18.0, 0.2), 0.02),
        "FAN": noisy(np.full(count, 80.0), 0.02),
        "OFFICE": noisy(np.where((hour >= 32) & (hour < 72), 15.0, 3.0), 0.1),
    }
    return Plant(kw, np.zeros((len(METERS), count), np.uint8))


def at(day: int, hour: float) -> int:
    """The quarter of a local time."""
    return day * QUARTERS_OF_A_DAY + round(hour * 4)


def episodes_of(firm: Firm, figures: DeviceFigures | None = None) -> list[Episode]:
    """What is told of devices with the shipped figures."""
    return device_episodes(firm, production_load(firm, LoadFigures()), figures or DeviceFigures())


def told(firm: Firm) -> list[tuple[str, str, int, int]]:
    """Kind, meter and quarters of all episodes."""
    days = firm.days
    return [(e.kind.value, e.meter, days.quarter(e.start_ms), days.quarter(e.end_ms)) for e in episodes_of(firm)]


def changed(firm: Firm, **fields: object) -> Firm:
    """The firm with other fields."""
    return replace(firm, **fields)  # type: ignore[arg-type]


A, B = at(30, 9), at(30, 14)  # within the working hours of a day


def level(made: Plant, meter: str, kw: float, begin: int = A, end: int = B) -> None:
    made.kw[meter][begin:end] = kw * (1.0 + 0.02 * np.sin(np.arange(end - begin)))


def all_lines(made: Plant, begin: int, end: int) -> None:
    for meter, rest in (("L1", 4.0), ("L2", 3.0)):
        level(made, meter, rest, begin, end)


def supply_cut(made: Plant) -> Firm:
    for meter in made.kw:
        made.kw[meter][A : A + 6] = 0.0
    return made.firm()


def stops_at_once(made: Plant) -> Firm:
    all_lines(made, A, at(30, 18))
    return made.firm()


def stays_down_after_a_cut(made: Plant) -> Firm:
    """The supply is back after an hour and a half, the lines are not before three more have passed."""
    all_lines(made, A, A + 18)
    return supply_cut(made)


def sudden(firm: Firm, figures: DeviceFigures | None = None) -> list[tuple[int, float, int]]:
    """Sudden stops as begin, probability and the quarter in which they were told."""
    stops = [each for each in episodes_of(firm, figures) if each.kind is EpisodeKind.SUDDEN_STOP]
    return [(firm.days.quarter(e.start_ms), e.probability, firm.days.quarter(e.detected_ms)) for e in stops]
