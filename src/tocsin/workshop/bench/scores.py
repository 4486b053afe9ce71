"""Anomaly scores of labelled series of many kinds, beside a rolling z-score; and how often the component at fault is named."""

import time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tocsin.engine.anomaly.blame import rank_components
from tocsin.engine.anomaly.scorer import score_series
from tocsin.simulation.series import KINDS, LabelledSeries, make_network, make_series
from tocsin.workshop.bench import judging_series

Floats = NDArray[np.float64]
SERIES, NETWORKS = 10, 60
FIRST = 0.15  # share of a series in which a detector may still learn: not judged
RARE = 0.999
LATE_ROWS = 10  # after an anomaly's end in which it still counts as found
ROLLING = 150


def run(console: Console, quick: bool) -> None:
    """Prints, by kind: average precision over readings, share of anomalies in which a score reaches 0.999, and the share of
    ordinary readings that reach it.
    """
    count = 2 if quick else SERIES
    table = Table(title=f"Anomaly scores, {count} series of each kind", title_justify="left")
    for heading in ("kind", "precision", "found at 0.999", "ordinary at 0.999", "rolling z: precision", "readings/s"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    score_series(np.arange(40), np.zeros((40, 2)))  # compiled
    for kind in KINDS:
        judged, peer, seconds, rows = [], [], 0.0, 0
        for seed in range(count):
            series = make_series(kind, seed)
            began = time.perf_counter()
            scores = score_series(series.ts_ms, series.values)
            seconds, rows = seconds + time.perf_counter() - began, rows + len(scores)
            judged.append(judge(series, scores))
            peer.append(judge(series, rolling(series.values))[0])
        precision, found, ordinary = np.mean(judged, axis=0)
        row = (f"{precision:.2f}", f"{found:.0%}", f"{ordinary:.3%}", f"{np.mean(peer):.2f}", f"{rows / seconds:,.0f}")
        table.add_row(kind.replace("_", " "), *row)
    console.print(table)
    for amplified in (1.0, 3.0):
        named = [_is_named(seed, amplified) for seed in range(NETWORKS // 6 if quick else NETWORKS)]
        console.print(
            f"Component at fault named first, effects times {amplified:.0f} a step: {np.mean(named):.0%} of {len(named)}"
        )
    judging_series.run(console, quick)


def judge(series: LabelledSeries, scores: Floats) -> tuple[float, float, float]:
    """Average precision of the scores over readings, the share of anomalies with a score of 0.999, and the share of ordinary
    readings with one; the first readings of the series left out.
    """
    first = int(FIRST * len(scores))
    anomalous = np.zeros(len(scores), np.bool_)
    after = np.zeros(len(scores), np.bool_)
    for begin, end in series.anomalies:
        anomalous[begin:end] = True
        after[begin : end + 100] = True
    found = [bool((scores[begin : end + LATE_ROWS] >= RARE).any()) for begin, end in series.anomalies]
    hits = anomalous[first:][np.argsort(-scores[first:], kind="stable")]
    precision = (np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean()
    return float(precision), float(np.mean(found)), float((scores[first:][~after[first:]] >= RARE).mean())


def rolling(values: Floats) -> Floats:
    """The peer: of the strangest channel 1 - exp(-|z|/2), z by mean and deviation of the last 150 readings."""
    scores = np.zeros(len(values))
    for row in range(30, len(values)):
        past = values[max(0, row - ROLLING) : row]
        scores[row] = 1 - np.exp(-np.max(np.abs(values[row] - past.mean(0)) / (past.std(0) + 1e-9)) / 2)
    return scores


def _is_named(seed: int, amplified: float) -> bool:
    network = make_network(seed, amplified=amplified)
    at_row = min(network.at_row + 25, len(network.values) - 1)
    return rank_components(network.values, network.names, network.leads_to, at_row=at_row)[0].component == network.faulty
