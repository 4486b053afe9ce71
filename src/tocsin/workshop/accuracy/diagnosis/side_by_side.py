"""Scores of several worlds side by side, each share with Wilson's interval, each Brier score with a bootstrapped one."""

import math
from collections.abc import Sequence

import numpy as np

from tocsin.engine.sightings.precision import wilson
from tocsin.simulation.worlds import FIRST, JUDGING
from tocsin.workshop.accuracy.diagnosis.scores import HELD, Score, calibration_error
from tocsin.workshop.accuracy.intervals import bootstrap

NAMES = {FIRST: "first world", JUDGING: "judging world", HELD: "held seeds of it"}


def side_by_side(scores: Sequence[Score], causes: Sequence[str]) -> str:
    """Two tables as Markdown: all cases by world, poor families apart; and the named causes one by one, without the poor."""
    worlds = [world for world in NAMES if any(one.world == world for one in scores)]
    rows = []
    for world in worlds:
        own = [one for one in scores if one.world == world]
        for name, chosen in (
            (NAMES[world], [one for one in own if not one.poor]),
            (f"{NAMES[world]}, poor", [one for one in own if one.poor]),
        ):
            if chosen:
                rows.append(_row(name, chosen))
    head = "| | cases | first | in three | and ≤ 100 m | right body first | Brier | calibration error |\n| --- |" + " ---: |" * 7
    heads = " | ".join(f"{NAMES[world]}: cases | first | Brier" for world in worlds)
    lines = [f"| | {heads} |", "| --- |" + " ---: |" * (3 * len(worlds))]
    for cause in causes:
        of_cause = [[one for one in scores if (one.world, one.truth, one.poor) == (world, cause, False)] for world in worlds]
        if any(of_cause):
            cells = (f"{len(own)} | {_share([one.right for one in own])} | {_brier(own)}" for own in of_cause)
            lines.append(f"| `{cause}` | " + " | ".join(cells) + " |")
    return "\n".join([head, *rows]) + "\n\n" + "\n".join(lines)


def _row(name: str, scores: Sequence[Score]) -> str:
    placed, owned = [one for one in scores if one.has_place], [one for one in scores if one.owner]
    shares = (
        [one.right for one in scores],
        [one.rank <= 3 for one in scores],
        [one.near for one in placed],
        [one.called == one.owner for one in owned],
    )
    return (
        f"| {name} | {len(scores)} | "
        + " | ".join(_share(hits) for hits in shares)
        + f" | {_brier(scores)} | {calibration_error(scores):.2f} |"
    )


def _share(hits: Sequence[bool]) -> str:
    """A share with its 95 % interval, empty where nothing was counted."""
    if not hits:
        return ""
    low, high = wilson(sum(hits), len(hits))
    return f"{sum(hits) / len(hits):.0%} ({low:.0%} to {high:.0%})"


def _brier(scores: Sequence[Score]) -> str:
    if not scores:
        return ""
    values = [one.brier for one in scores]
    low, high = bootstrap([(value, 1.0) for value in values], lambda sums: float(sums[0] / sums[1]))
    return f"{np.mean(values):.2f}" if math.isnan(low) else f"{np.mean(values):.2f} ({low:.2f} to {high:.2f})"
