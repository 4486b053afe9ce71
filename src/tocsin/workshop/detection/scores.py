"""`tocsin detect --scores`: a series in a file becomes scores, and with its network the component at fault is named."""

import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tocsin.engine.anomaly.blame import rank_components
from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.scorer import Judged, judge_series
from tocsin.workshop.files.series import Series, components_of, read_series, read_ways, write_scores

AFTER_ROWS = 25  # from the strangest row on, that are looked at to name the component: a fault shows fully after a while
SHOWN = 5
RARE = 0.999
LASTS = 0.5
BEYOND = 0.8  # thresholds that a channel departs on the mean of an anomaly, to be named
WORTH_NAMING = 0.25  # of the channel that departs most
TIMES_SHOWN = 20


def score_file(file: Path, out: Path | None, network: Path | None, console: Console) -> None:
    """Scores of the series in `file` to `out` (else to the output); with a network also, on `console`, which of its
    components is at fault at the strangest row. InvalidInput for what can't be read.
    """
    series = read_series(file)
    ways = read_ways(network) if network is not None else None
    components = components_of(series.channels, ways, network) if ways is not None and network is not None else ()
    began = time.monotonic()
    judged = judge_series(series.ts_ms, series.values)
    scores = judged.event
    seconds = time.monotonic() - began
    if out is None:
        write_scores(sys.stdout, series, judged)
    else:
        with out.open("w", encoding="utf-8", newline="") as file_out:
            write_scores(file_out, series, judged)
    rare = int((scores >= RARE).sum())
    console.print(
        f"{len(scores):,} rows of {len(series.channels)} channel(s) in {seconds:.2f} s; {rare:,} score {RARE} or more, "
        f"the strangest at {series.stamps[int(np.argmax(scores))]} ({scores.max():.6f})"
    )
    _tell_lasting(series, judged, console)
    if ways is not None:
        _name_components(series, scores, components, ways, console)


def _tell_lasting(series: Series, judged: Judged, console: Console) -> None:
    """Each time that was not normal: from when to when, by which channels, and whether its level was taken over as normal."""
    lasting = np.concatenate(([0], judged.state >= LASTS, [0])).astype(np.int8)
    edges = np.flatnonzero(np.diff(lasting))
    times = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    console.print(f"Not normal: {len(times):,} time(s), {int(lasting.sum()):,} rows with a state of {LASTS} or more")
    for begin, end in times[:TIMES_SHOWN]:
        size = judged.departures[begin:end].mean(axis=0)
        worst = [
            number
            for number in np.argsort(-size, kind="stable")[:SHOWN].tolist()
            if size[number] >= max(BEYOND, WORTH_NAMING * size.max())
        ]
        names = ", ".join(f"{series.channels[number]} ({size[number]:.1f})" for number in worst) or "all channels together"
        if end == len(series.stamps):
            after = "and lasts"
        elif judged.turns[end] == Turn.TAKEN_OVER:
            after = f"to {series.stamps[end]}, when it had lasted so long that it is normal from then on"
        else:
            after = f"to {series.stamps[end]}"
        console.print(f"  from {series.stamps[begin]} {after}: {names}", highlight=False)
    if len(times) > TIMES_SHOWN:
        console.print(f"  and {len(times) - TIMES_SHOWN:,} more")


def _name_components(
    series: Series, scores: NDArray[np.float64], components: tuple[str, ...], ways: dict[str, list[str]], console: Console
) -> None:
    at_row = min(int(np.argmax(scores)) + AFTER_ROWS, len(scores) - 1)
    suspects = rank_components(series.values, components, ways, at_row=at_row)
    table = Table(title=f"At fault by {series.stamps[at_row]}", title_justify="left")
    table.add_column("component")
    table.add_column("share", justify="right")
    table.add_column("channel")
    table.add_column("departure", justify="right")
    for suspect in suspects[:SHOWN]:
        row = (suspect.component, f"{suspect.share:.0%}", series.channels[suspect.channel], f"{suspect.departure:.1f} σ")
        table.add_row(*row)
    console.print(table)
