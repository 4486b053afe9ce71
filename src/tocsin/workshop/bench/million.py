"""A million sensors in one detector beside a hundred thousand: readings a second in turns, and the memory of the process."""

import resource
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from tocsin.base.errors import TocsinError
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector, compile_kernels
from tocsin.workshop.bench.workload import EVERYTHING, rounds

FEW, MANY = 100_000, 1_000_000
ROUNDS, QUICK_ROUNDS = 40, 8
AIM_MIB = 1024


def run(console: Console, quick: bool) -> None:
    """Prints speed and memory; TocsinError where a sensor among many tells something else than among few."""
    compile_kernels()
    before = _peak_mib()
    detectors = {count: Detector([EVERYTHING], np.zeros(count, np.int16)) for count in (FEW, MANY)}
    seconds, told = dict.fromkeys(detectors, 0.0), dict.fromkeys(detectors, 0)
    count = QUICK_ROUNDS if quick else ROUNDS
    for batch in rounds(MANY, MANY * count):
        found = {}
        for sensors, readings in ((MANY, batch), (FEW, batch.take(batch.sensor < FEW))):
            began = time.perf_counter()
            found[sensors] = detectors[sensors].update(readings)
            seconds[sensors] += time.perf_counter() - began
            told[sensors] += len(found[sensors].sensor)
        _compare(found[FEW], found[MANY].take(found[MANY].sensor < FEW))
    table = Table(title="One detector, all twelve rules, sensors in random order", title_justify="left")
    for column in ("sensors", "readings", "million/s", "to the first", "events"):
        table.add_column(column, justify="right")
    speed = {sensors: sensors * count / seconds[sensors] for sensors in detectors}
    for sensors in detectors:
        ratio = f"{speed[sensors] / speed[FEW]:.2f}"
        table.add_row(f"{sensors:,}", f"{sensors * count:,}", f"{speed[sensors] / 1e6:.1f}", ratio, f"{told[sensors]:,}")
    console.print(table)
    state = detectors[MANY].state_bytes / 2**20
    console.print(
        f"State of the million {state:.0f} MiB; the process took at most {_peak_mib() - before:.0f} MiB more than before"
    )
    console.print(f"with both detectors and the readings of a round (aimed at: {AIM_MIB} MiB, half the speed).")


def _compare(few: Detections, many: Detections) -> None:
    names = ("sensor", "rule", "edge", "level", "ts")
    if not all(np.array_equal(getattr(few, name), getattr(many, name)) for name in names):
        raise TocsinError("a sensor among many tells something else than among few")


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
