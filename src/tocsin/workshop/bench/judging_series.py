"""Anomaly scores judged on series of a second hand (`simulation/judging/series`): windows found and false readings of single
series, anomalous seconds of water loops, attacked hours of water networks.

By itself this bench draws seeds that may be looked at; `scores-held` draws those that are looked at once a published table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tocsin.engine.anomaly.scorer import judge_series, score_series
from tocsin.engine.sightings.precision import wilson
from tocsin.simulation.judging.series.attacks import make_attacked
from tocsin.simulation.judging.series.labels import DEVELOPMENT_SEEDS, HELD_SEEDS, JudgingSeries
from tocsin.simulation.judging.series.loops import make_loop
from tocsin.simulation.judging.series.singles import SINGLES, make_single
from tocsin.workshop.accuracy.intervals import Floats, bootstrap

Flags = NDArray[np.bool_]
RARE = 0.999
LASTS = 0.5
SINGLE_SERIES, LOOPS, NETWORKS = 10, 30, 6


@dataclass(frozen=True)
class Tally:
    """Of one series after its past: windows and those found; readings right and wrong by what they were."""

    windows: int
    found: int
    hits: int
    missed: int
    false: int
    quiet: int


def run(console: Console, quick: bool) -> None:
    """Prints the tables for seeds from 6,000,000 on."""
    judge_kinds(console, quick, DEVELOPMENT_SEEDS)


def run_held(console: Console, quick: bool) -> None:
    """Prints the tables for held seeds: each run is a look, to be noted in `docs/scores.md`."""
    judge_kinds(console, quick, HELD_SEEDS)


def judge_kinds(console: Console, quick: bool, first_seed: int) -> None:
    """Scores all kinds and prints the three tables."""
    share = 5 if quick else 1
    seeds = range(first_seed, first_seed + SINGLE_SERIES // share)
    singles = {kind: [_judge(partial(make_single, kind), seed, told, tally_windows) for seed in seeds] for kind in SINGLES}
    console.print(_windows_table(singles))
    loops = [_judge(make_loop, first_seed + number, lasting, tally_readings) for number in range(LOOPS // share)]
    networks = [
        _judge(make_attacked, first_seed + number, lasting, tally_readings) for number in range(max(NETWORKS // share, 1))
    ]
    console.print(
        _readings_table({"water loops, 8 channels, by second": loops, "attacked networks, 43 channels, by hour": networks})
    )


def _judge(
    make: Callable[[int], JudgingSeries],
    seed: int,
    judge: Callable[[JudgingSeries], Flags],
    tally: Callable[[JudgingSeries, Flags], Tally],
) -> Tally:
    made = make(seed)
    return tally(made, judge(made))


def told(made: JudgingSeries) -> Flags:
    """The readings that are told as anomalous, bool[n]: those whose score reaches 0.999."""
    return score_series(made.ts_ms, made.values) >= RARE


def lasting(made: JudgingSeries) -> Flags:
    """The readings at which an anomaly lasts, bool[n]: those whose state reaches 0.5."""
    return judge_series(made.ts_ms, made.values).state >= LASTS


def tally_windows(made: JudgingSeries, flags: Flags) -> Tally:
    """As public benchmarks of streaming detection count: one reading in a window finds it, one outside all windows is false."""
    inside = np.zeros(len(flags), np.bool_)
    for begin, end in made.windows:
        inside[begin:end] = True
    judged = np.arange(len(flags)) >= made.judged_from
    return _tally(made, flags, inside, judged)


def tally_readings(made: JudgingSeries, flags: Flags) -> Tally:
    """Reading by reading against the truth, after the past that may be learnt from."""
    return _tally(made, flags, made.anomalous, np.arange(len(flags)) >= made.judged_from)


def _tally(made: JudgingSeries, flags: Flags, truth: Flags, judged: Flags) -> Tally:
    found = sum(bool(flags[begin:end].any()) for begin, end in made.windows)
    return Tally(
        windows=len(made.windows),
        found=found,
        hits=int((flags & truth & judged).sum()),
        missed=int((~flags & truth & judged).sum()),
        false=int((flags & ~truth & judged).sum()),
        quiet=int((~truth & judged).sum()),
    )


def f1(sums: Floats) -> float:
    """F1 of anomalous readings by hits, missed and false ones."""
    hits, missed, false = sums.tolist()
    return 2 * hits / (2 * hits + missed + false) if hits else 0.0


def _shown(share: float, interval: tuple[float, float]) -> str:
    return f"{share:.0%} ({interval[0]:.0%}–{interval[1]:.0%})"


def _windows_table(singles: dict[str, list[Tally]]) -> Table:
    table = Table(title="Single series of a second hand", title_justify="left")
    for heading in ("kind", "windows", "found at 0.999", "false in 10,000"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    everything = [tally for tallies in singles.values() for tally in tallies]
    for kind, tallies in (*singles.items(), ("all", everything)):
        windows, found = sum(tally.windows for tally in tallies), sum(tally.found for tally in tallies)
        false = 10_000 * sum(tally.false for tally in tallies) / sum(tally.quiet for tally in tallies)
        table.add_row(kind, str(windows), _shown(found / windows, wilson(found, windows)), f"{false:.1f}")
    return table


def _readings_table(kinds: dict[str, list[Tally]]) -> Table:
    table = Table(title="Reading by reading by state, of a second hand", title_justify="left")
    for heading in ("kind", "series", "F1", "right while anomalous", "right while quiet", "anomalies touched"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for kind, tallies in kinds.items():
        hits, missed = sum(tally.hits for tally in tallies), sum(tally.missed for tally in tallies)
        false, quiet = sum(tally.false for tally in tallies), sum(tally.quiet for tally in tallies)
        counts = [(tally.hits, tally.missed, tally.false) for tally in tallies]
        score, (low, high) = f1(np.sum(counts, 0, dtype=np.float64)), bootstrap(counts, f1)
        touched, windows = sum(tally.found for tally in tallies), sum(tally.windows for tally in tallies)
        figures = (f"{score:.2f} ({low:.2f}–{high:.2f})", f"{hits / (hits + missed):.0%}")
        table.add_row(kind, str(len(tallies)), *figures, f"{1 - false / quiet:.1%}", f"{touched} of {windows}")
    return table
