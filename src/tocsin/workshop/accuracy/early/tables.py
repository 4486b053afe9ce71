"""What the watch told as the tables of docs/early-signs.md: Markdown, by world and by cause, with intervals."""

from collections.abc import Sequence

import numpy as np

from tocsin.engine.sightings.precision import wilson
from tocsin.simulation.worlds import FIRST, JUDGING
from tocsin.workshop.accuracy.early.scores import SOON_MIN, Watched
from tocsin.workshop.accuracy.intervals import bootstrap

NAMES = {FIRST: "first world", JUDGING: "judging world"}


def tables(cases: Sequence[Watched]) -> str:
    """Two tables: each world, poor families apart, and each cause of events by world."""
    groups = [
        (NAMES[world] + (", poor" if poor else ""), [one for one in cases if (one.world, one.poor) == (world, poor)])
        for world in NAMES
        for poor in (False, True)
    ]
    head = (
        f"| | cases | events told before the limit | of those with ≥ {SOON_MIN:.0f} min | minutes before it | right, but late |"
    )
    head += " wrong signs a district and day | days |\n| --- |" + " ---: |" * 7
    lines = [head, *(_group(name, chosen) for name, chosen in groups if chosen), ""]
    lines += [
        "| event | world | told before the limit | of those with time | minutes before it |",
        "| --- | --- |" + " ---: |" * 3,
    ]
    for cause in sorted({one.truth for one in cases if one.is_event}):
        for name, chosen in groups:
            own = [one for one in chosen if one.truth == cause]
            if own:
                lines.append(f"| `{cause}` | {name} | {_told(own)} | {_told(_slow(own))} | {_lead(own)} |")
    return "\n".join([*lines, "", "Causes of wrong signs: " + (_wrong(cases) or "none") + "."]) + "\n"


def _group(name: str, cases: Sequence[Watched]) -> str:
    events = [one for one in cases if one.is_event]
    cells = (len(cases), _told(events), _told(_slow(events)), _lead(events), sum(one.late > 0 and not one.told for one in events))
    return f"| {name} | " + " | ".join(map(str, cells)) + f" | {_rate(cases)} | {sum(one.days for one in cases):.0f} |"


def _slow(cases: Sequence[Watched]) -> list[Watched]:
    return [one for one in cases if one.onset_min >= SOON_MIN]


def _told(cases: Sequence[Watched]) -> str:
    """The share of events told before the limit, with Wilson's interval; empty where there is none."""
    if not cases:
        return ""
    hits = sum(one.told for one in cases)
    low, high = wilson(hits, len(cases))
    return f"{hits} of {len(cases)}: {hits / len(cases):.0%} ({low:.0%} to {high:.0%})"


def _lead(cases: Sequence[Watched]) -> str:
    """The quartiles of the minutes between sign and limit, where one was told."""
    leads = [one.lead_min for one in cases if one.told]
    return f"{np.median(leads):.0f} ({np.quantile(leads, 0.25):.0f} to {np.quantile(leads, 0.75):.0f})" if leads else ""


def _rate(cases: Sequence[Watched]) -> str:
    """Wrong signs a day of one district, with a bootstrapped interval over cases."""
    counts = [(float(len(one.wrong)), one.days) for one in cases]
    wrong, days = np.sum(counts, axis=0)
    low, high = bootstrap(counts, lambda sums: float(sums[0] / sums[1]))
    return f"{wrong / days:.3f} ({low:.3f} to {high:.3f})"


def _wrong(cases: Sequence[Watched]) -> str:
    causes = [cause for one in cases for cause in one.wrong]
    counts = sorted(((causes.count(cause), cause) for cause in set(causes)), key=lambda pair: (-pair[0], pair[1]))
    return ", ".join(f"`{cause}` {count}" for count, cause in counts)
