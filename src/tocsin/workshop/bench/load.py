"""The whole of Tocsin under a steady load: what an acknowledgement, an alarm on a screen, processors and memory cost.

Each rate has a town of its own (`siege.town`): all processes, 20,000 sensors on 400 devices with a connection each, one reading a
publish, an alarm a second, each diagnosed, told and shown on an officer's screen. Devices, screen and measuring are one process
beside the town on the same cores; a PUBACK's time begins when the publish is handed to its connection.
"""

import dataclasses
import os
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tocsin.workshop.bench.idle import cpu_s, pss_bytes
from tocsin.workshop.bench.postgresql import database_at
from tocsin.workshop.bench.siege.figures import Waits
from tocsin.workshop.bench.siege.peace import Log, Peace, keep_peace
from tocsin.workshop.bench.siege.run import kept_of
from tocsin.workshop.bench.siege.town import Place, Town, prepare_town, town_of

SENSORS = 20_000
RATES = (1_000, 20_000, 40_000)
ALARMS_PER_S = 1
WARM_S, MEASURE_S = 45.0, 30.0  # all sensors are heard first
COLUMNS = ("readings/s", "PUBACK p50", "p99", "alarm p50", "p99", "screen p50", "p99", "MiB", "core %", "missing")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One rate: seconds, bytes and shares of a core."""

    rate: int
    reached: float
    acknowledged: tuple[float, float]
    written: tuple[float, float]
    shown: tuple[float, float]
    memory: dict[str, int]
    cores: dict[str, float]
    missing: int
    sent: int


def run(console: Console, quick: bool, *, database: str = "") -> None:
    """Prints a line a rate, then what each process took; RuntimeError where an acknowledged reading or an alarm is missing."""
    seconds = 6.0 if quick else MEASURE_S
    rates = RATES[:2] if quick else RATES
    with tempfile.TemporaryDirectory(prefix="tocsin-load-") as folder, database_at(database) as url:
        os.environ |= {"NUMBA_CACHE_DIR": f"{folder}/numba", "TOCSIN_LOG_LEVEL": "CRITICAL"}
        alarms = round(2 * ALARMS_PER_S * (WARM_S + seconds + 10))
        prepared = prepare_town(Path(folder) / "prepared", url, steady=SENSORS, alarms=alarms)
        found = []
        for rate in rates:
            with town_of(prepared, Path(folder) / f"town-{rate}") as (town, place):
                found.append(measure(town, place, Peace(rate, together=1, alarms_per_s=ALARMS_PER_S), seconds))
    _show(console, found, database)
    if faults := [f"{one.missing} readings or alarms are missing at {one.rate:,} a second" for one in found if one.missing]:
        raise RuntimeError("; ".join(faults))


def measure(town: Town, place: Place, peace: Peace, seconds: float) -> Outcome:
    """So many seconds of it, after the first alarm has come through everything and every sensor has been heard."""
    context = get_context("spawn")
    stop = context.Event()
    theirs, ours = context.Pipe()
    city = context.Process(target=keep_peace, args=(place, peace, stop, theirs), daemon=True)
    city.start()
    ours.recv()
    time.sleep(WARM_S)
    began, used = time.time(), _cpu(town)
    time.sleep(seconds)
    ended, after = time.time(), _cpu(town)
    memory = {name: sum(map(pss_bytes, pids)) for name, pids in town.pids().items()}
    stop.set()
    log: Log = ours.recv()
    city.join(10)
    kept, refused = kept_of(place, log)
    rung = Waits.of(log, began, ended)
    inside = [took for at, took in zip(log.published, log.acknowledged, strict=True) if began <= at < ended]
    return Outcome(
        rate=peace.readings_per_s,
        reached=len(inside) / (ended - began),
        acknowledged=_percentiles(inside),
        written=_percentiles([log.booked[one] - at for one, at in log.rung.items() if began <= at < ended and one in log.booked]),
        shown=_percentiles([log.shown[one] - at for one, at in log.rung.items() if began <= at < ended and one in log.shown]),
        memory=memory,
        cores={name: (after[name] - used[name]) / (ended - began) for name in after if name in used},
        missing=len(log.readings) - kept - refused - log.unacknowledged + rung.missing + rung.unshown,
        sent=len(log.readings),
    )


def _cpu(town: Town) -> dict[str, float]:
    return {name: sum(map(cpu_s, pids)) for name, pids in town.pids().items()}


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    if not seconds:
        return float("nan"), float("nan")
    half, most = np.percentile(seconds, [50, 99])
    return float(half), float(most)


def _show(console: Console, found: list[Outcome], database: str) -> None:
    table = Table(
        title="times in ms; alarm: until another program reads it; screen: until an officer has it", title_justify="left"
    )
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for one in found:
        times = [f"{1000 * value:.1f}" for pair in (one.acknowledged, one.written, one.shown) for value in pair]
        whole = f"{sum(one.memory.values()) / 1024**2:,.0f}", f"{100 * sum(one.cores.values()):.0f}"
        table.add_row(f"{one.reached:,.0f}", *times, *whole, f"{one.missing}/{one.sent:,}")
    console.print(table)
    for one in found:
        told = [f"{name} {100 * one.cores.get(name, 0):.0f} %, {size >> 20} MiB" for name, size in one.memory.items()]
        console.print(f"    at {one.rate:,} a second: {'; '.join(told)}")
    console.print(
        "Devices, screen and measuring share the town's cores. "
        f"Load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {'PostgreSQL' if database else 'SQLite'}."
    )
