"""What a siege came to: waits from reading to alarm in peace and under attack, what was lost, what the attackers got."""

import dataclasses
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tocsin.workshop.bench.siege.peace import Log

COLUMNS = (
    "attack",
    "peace p50",
    "p99",
    "siege p50",
    "p99",
    "screen p99",
    "alarms",
    "missing",
    "sign in p99",
    "MiB",
    "most of it",
)


@dataclasses.dataclass(frozen=True)
class Waits:
    """Of the alarms that rang in one stretch of time; seconds from the reading's sending, None where there is none."""

    alarms: int
    missing: int
    p50: float | None
    p99: float | None
    shown_p99: float | None  # until the officer's screen has it; of those that reached it
    unshown: int
    newcomer_p99: float | None  # a device that signs in anew
    newcomers_refused: int
    newcomers: int

    @classmethod
    def of(cls, log: Log, began: float, ended: float) -> "Waits":
        """What rang and signed in between two moments."""
        rung = {sensor: at for sensor, at in log.rung.items() if began <= at < ended}
        booked = [log.booked[one] - at for one, at in rung.items() if one in log.booked]
        shown = [log.shown[one] - at for one, at in rung.items() if one in log.shown]
        tried = [took for at, took in log.newcomers if began <= at < ended]
        admitted = [took for took in tried if took >= 0]
        return cls(
            alarms=len(rung),
            missing=len(rung) - len(booked),
            p50=_percentile(booked, 50),
            p99=_percentile(booked, 99),
            shown_p99=_percentile(shown, 99),
            unshown=len(rung) - len(shown),
            newcomer_p99=_percentile(admitted, 99),
            newcomers_refused=len(tried) - len(admitted),
            newcomers=len(tried),
        )


@dataclasses.dataclass(frozen=True)
class Phase:
    """One town, first in peace, then besieged."""

    name: str
    before: Waits
    during: Waits
    sent: int
    kept: int
    refused: int  # told so: in quarantine
    unacknowledged: int
    memory_before: dict[str, int]  # bytes of each process at most, in peace
    memory: dict[str, int]  # under attack
    deaths: int  # processes that ended and had to be started again
    streams: int
    offenders: dict[str, dict[str, int]]
    offenders_cpu_s: float
    load: float

    @property
    def lost(self) -> int:
        """Readings that were acknowledged, and a minute later are neither in the history nor told as refused."""
        return self.sent - self.kept - self.refused - self.unacknowledged


def _percentile(waits: list[float], which: int) -> float | None:
    return round(float(np.percentile(waits, which)), 3) if waits else None


def _s(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.2f}"


def show(console: Console, phases: list[Phase]) -> None:
    """The table, then what each attacker got."""
    table = Table(title="from reading to alarm, seconds (aimed at: 99 % within 1 s)", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "attack" else "right")
    for one in phases:
        before, during = one.before, one.during
        signs = _s(during.newcomer_p99) + (
            f" ({during.newcomers_refused}/{during.newcomers} refused)" if during.newcomers_refused else ""
        )
        table.add_row(
            one.name,
            _s(before.p50),
            _s(before.p99),
            _s(during.p50),
            _s(during.p99),
            _s(during.shown_p99),
            f"{during.alarms - during.missing}/{during.alarms}",
            f"{one.lost}/{one.sent}",
            signs,
            f"{sum(one.memory_before.values()) / 1024**2:.0f} → {sum(one.memory.values()) / 1024**2:.0f}",
            max(one.memory, key=lambda name: one.memory[name] - one.memory_before.get(name, 0)) if one.memory else "",
        )
    console.print(table)
    for one in phases:
        for name, told in one.offenders.items():
            console.print(f"    {one.name}: {name} got " + ", ".join(f"{what} {count}" for what, count in sorted(told.items())))


def as_json(phases: list[Phase]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [dataclasses.asdict(one) | {"lost": one.lost} for one in phases]


def faults(phases: list[Phase]) -> list[str]:
    """What must never be: a reading or an alarm that is lost. Waits are figures, not faults."""
    told = [f"{one.name}: {one.lost} acknowledged readings are not in the history" for one in phases if one.lost]
    return told + [f"{one.name}: {one.during.missing} alarms never rang" for one in phases if one.during.missing]
