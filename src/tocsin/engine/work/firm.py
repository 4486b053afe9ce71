"""What is known of one firm over some days: the shape in which curves, orders and evidence reach the judgement of its work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

QUARTER_MS = 900_000
QUARTERS_OF_A_DAY = 96
WHOLE = "whole"  # scope of an order on the whole firm


class Role(StrEnum):
    """What hangs on a meter."""

    TOTAL = "total"  # the grid connection; several feeders add up; net of own generation
    PROCESS = "process"
    PROTECTIVE = "protective"  # of a process line; without one it is an essential load
    OFFICE = "office"
    CHARGING = "charging"
    SOLAR = "solar"
    LESSEE = "lessee"
    STORAGE = "storage"  # a battery: above zero while it charges, below while it feeds


FEEDING = frozenset({Role.SOLAR, Role.STORAGE})  # may feed into the firm's own net


class OrderKind(StrEnum):
    """Why a firm, or a part of it, does not work."""

    ORDERED_STOP = "ordered stop"
    PLANNED_STOP = "planned stop"
    OVERHAUL = "overhaul"
    RESUMPTION = "resumption approved"


class PointQuality(IntEnum):
    """How a quarter hour of a meter came about."""

    MEASURED = 0
    ESTIMATED = 1
    MISSING = 2
    ABSENT = 3  # no record at all


class DayKind(IntEnum):
    """What a day is for offices."""

    WORKING_DAY = 0
    WEEKEND = 1
    HOLIDAY = 2
    MAKE_UP = 3


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    DECLARATION = "declaration"
    COMMITMENT = "commitment"
    GATE_HEADCOUNT = "gate_headcount"
    GAS_USE = "gas_use"
    WATER_USE = "water_use"
    TRUCK_COUNT = "truck_count"
    EMISSION_MONITOR = "emission_monitor"
    TANK_MOVEMENT = "tank_movement"
    PERMITS = "permits"
    VIDEO = "video"
    INSPECTOR_VISIT = "inspector_visit"
    PUBLIC_REPORT = "public_report"


class WorkState(StrEnum):
    """How a firm worked on a day, by output against a normal working day."""

    STOPPED = "stopped"
    IDLE = "idle"
    PARTIAL = "partial"
    FULL = "full"
    OVER = "over"
    UNKNOWN = "unknown"


class EpisodeKind(StrEnum):
    """What needs a person's attention."""

    HIDDEN_PRODUCTION = "hidden_production"
    PARTIAL_HIDDEN_PRODUCTION = "partial_hidden_production"
    NIGHT_PRODUCTION = "night_production"
    PROTECTIVE_OFF = "protective_off"
    SUDDEN_STOP = "sudden_stop"
    UNANNOUNCED_RESTART = "unannounced_restart"
    ESSENTIAL_LOAD_LOST = "essential_load_lost"
    METER_TROUBLE = "meter_trouble"


@dataclass(frozen=True)
class Meter:
    """One meter, as the device list has it; the list has errors. `changed_ms`: when swaps and new multipliers were booked."""

    id: str
    role: Role
    protects: str | None
    rated_kw: float | None
    multiplier: float | None
    changed_ms: tuple[int, ...] = ()


@dataclass(frozen=True)
class Order:
    """A stop, ordered or planned, or the approval to resume. `scope`: `WHOLE`, a process meter's id, or the name of a line that
    has no meter. Whole local days, `last` included; None lasts until a `RESUMPTION` of the same scope.
    """

    id: str
    scope: str
    first: date
    last: date | None
    kind: OrderKind


@dataclass(frozen=True, eq=False)
class Evidence:
    """Records of platforms, by rising `ts`. Four arrays of one length: `source` (index into `tuple(Source)`, uint8), `level`
    (index into `levels`, uint8), `ts` int64 (Unix ms, stamped by the platform that carries the record), `value` float64.
    """

    source: NDArray[np.uint8]
    level: NDArray[np.uint8]
    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    levels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Days:
    """The local days looked at. `first_ms`: Unix ms of the first local midnight; `kind` uint8 (`DayKind`), one a day; `dates` as
    long. Every local day has 24 hours (China keeps one time all year).
    """

    first_ms: int
    dates: tuple[date, ...]
    kind: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def quarters(self) -> int:
        """Number of quarter hours."""
        return len(self.dates) * QUARTERS_OF_A_DAY

    def ms(self, quarter: int) -> int:
        """When the quarter begins, Unix ms."""
        return self.first_ms + quarter * QUARTER_MS

    def quarter(self, ts_ms: int) -> int:
        """The quarter that holds a moment; negative or beyond the last where it lies outside."""
        return (ts_ms - self.first_ms) // QUARTER_MS


@dataclass(frozen=True, eq=False)
class Firm:
    """One firm over `days`.

    `shifts`: registered hours as (begin, end) in minutes of the local day, the end behind 1,440 where a shift passes midnight.
    `kw`: float32 (meters, quarters), mean power of each quarter, NaN where nothing came; `quality`: uint8 of the same shape
    (`PointQuality`). `temperature_c` and `irradiance_w_m2`: float32, one an hour of `days`, NaN where unknown. `senders`: who
    brings the records of a source, where that is known; what one sender brings is one kind of evidence.
    """

    id: str
    trade: str
    shifts: tuple[tuple[int, int], ...]
    employees: int | None
    solar_kwp: float
    days: Days
    meters: tuple[Meter, ...]
    kw: NDArray[np.float32]
    quality: NDArray[np.uint8]
    orders: tuple[Order, ...]
    evidence: Evidence
    temperature_c: NDArray[np.float32]
    irradiance_w_m2: NDArray[np.float32]
    senders: Mapping[str, str] = field(default_factory=dict)

    def origin_of(self, source: str) -> str:
        """What a record of this source counts as where independence matters: its sender, or the source itself."""
        return self.senders.get(source, source)


@dataclass(frozen=True)
class Day:
    """The verdict on one day. `p_working`: probability of partial, full or over. `votes`: (source, log-odds it added), the
    heaviest first; a statement of the firm that contradicts machines stands in `conflict` instead of among them.
    """

    date: date
    state: WorkState
    p_working: float
    votes: tuple[tuple[str, float], ...] = ()
    conflict: tuple[str, ...] = ()


@dataclass(frozen=True)
class Episode:
    """Something that needs a person. Times in Unix ms; `detected_ms`: when the last record came that was needed to tell.
    `meter`: the one concerned, empty for the firm. `why`: (reason code, figure) pairs.
    """

    start_ms: int
    end_ms: int
    kind: EpisodeKind
    probability: float
    detected_ms: int
    meter: str = ""
    why: tuple[tuple[str, float], ...] = ()
