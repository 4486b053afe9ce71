"""Scores as the tables of docs/accuracy.md: Markdown, and a reliability diagram as SVG."""

import math
from collections.abc import Callable, Sequence

from tocsin.simulation.worlds import FIRST, JUDGING, world_of
from tocsin.workshop.accuracy.diagnosis.scores import HELD, Score, Sums, calibration_error, confusion, reliability, sum_up
from tocsin.workshop.accuracy.diagnosis.side_by_side import NAMES, side_by_side

SHORT = {
    "gas_main_leak": "gas",
    "heat_main_leak_biogas": "heat",
    "sewer_biogas": "blockage",
    "water_main_burst": "burst",
    "sewer_surcharge_rain": "rain",
    "industrial_discharge": "discharge",
    "power_cable_fault_heating": "cable",
    "sensor_fault": "sensor",
    "calibration_or_maintenance": "work",
    "no_event": "none",
}
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"
SIDE = 320  # of the diagram, in pixels


def tables(scores: Sequence[Score]) -> str:
    """All tables as Markdown: worlds side by side where there are several, then each, the first world's poor family apart."""
    first = [one for one in scores if one.world == FIRST]
    groups = {
        "Rich and sparse districts": [one for one in first if not one.poor],
        "Poor districts": [one for one in first if one.poor],
        "Districts of the judging world": [one for one in scores if one.world == JUDGING],
        "Held districts of the judging world": [one for one in scores if one.world == HELD],
    }
    parts = ["## Both worlds side by side", side_by_side(scores, tuple(SHORT))] if len({one.world for one in scores}) > 1 else []
    for name, chosen in groups.items():
        if not chosen:
            continue
        seasons = sorted({one.season for one in chosen})
        families = sorted({one.family for one in chosen})
        rows = [("all", chosen)]
        rows += [
            (world_of(family)[1], [one for one in chosen if one.family == family]) for family in families if len(families) > 1
        ]
        if 0 < sum(one.besides for one in chosen) < len(chosen):
            rows.append(("with another fault elsewhere", [one for one in chosen if one.besides]))
        rows += [(f"{season} months", [one for one in chosen if one.season == season]) for season in seasons]
        parts += [f"## {name}", _figures(rows), "### By cause", _by(chosen, lambda one: one.truth)]
        parts += ["### What was taken for what", _confusion(chosen), "### Do the probabilities hold", _bands(chosen)]
    return "\n\n".join(parts) + "\n"


def diagram(scores: Sequence[Score]) -> str:
    """The reliability diagram: told probability across, how often it was true upwards; on the diagonal it holds.

    Blue for the first world, orange for the judging one, purple for its held seeds.
    """
    marks = []
    for world, colour in ((FIRST, "#1668dc"), (JUDGING, "#d46b08"), (HELD, "#722ed1")):
        for band in reliability([one for one in scores if one.world == world]):
            x, y, radius = band.mean * SIDE, SIDE - band.true * SIDE, 2 + math.sqrt(band.told) / 4
            title = f"{band.told} told {band.mean:.0%}, true {band.true:.0%}"
            circle = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" fill-opacity="0.8"'
            marks.append(f"<circle {circle}><title>{NAMES[world]}: {title}</title></circle>")
    frame = f'<rect width="{SIDE}" height="{SIDE}" fill="#fff" stroke="#888"/>'
    diagonal = f'<path d="M0 {SIDE}L{SIDE} 0" stroke="#888" stroke-dasharray="4"/>'
    words = f'<text x="{SIDE / 2}" y="{SIDE + 16}" text-anchor="middle">told</text><text x="4" y="14">true</text>'
    box = f"-12 -12 {SIDE + 24} {SIDE + 36}"
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{SIDE + 24}" font-family="sans-serif" font-size="12">'
    )
    return "\n".join([start, frame, diagonal, *marks, words, "</svg>"]) + "\n"


def with_tables(page: str, text: str) -> str:
    """The page with the part between its marks replaced; ValueError where it has no marks."""
    head, _, rest = page.partition(BEGIN)
    _, found, tail = rest.partition(END)
    if not found:
        raise ValueError(f"no {BEGIN} … {END} in the page")
    return f"{head}{BEGIN}\n\n{text}\n{END}{tail}"


def _figures(rows: Sequence[tuple[str, Sequence[Score]]]) -> str:
    head = "| | cases | first | in three | and ≤ 100 m | same, fault > 100 m off | median distance | right body first | Brier |"
    lines = [head, "| --- |" + " ---: |" * 8]
    for name, chosen in rows:
        sums = sum_up(chosen)
        far = f"{_share(sums.far_near)} of {sums.far}"
        figures = (sums.cases, _share(sums.first), _share(sums.three), _share(sums.near), far, _metres(sums), _share(sums.body))
        lines.append(f"| {name} | " + " | ".join(str(one) for one in figures) + f" | {sums.brier:.2f} |")
    return "\n".join(lines)


def _by(scores: Sequence[Score], key: Callable[[Score], str]) -> str:
    names = [name for name in SHORT if any(key(one) == name for one in scores)]
    return _figures([(f"`{name}`", [one for one in scores if key(one) == name]) for name in names])


def _confusion(scores: Sequence[Score]) -> str:
    true, named, counts = confusion(scores)
    lines = [
        "| true \\ named | " + " | ".join(SHORT.get(name, name) for name in named) + " |",
        "| --- |" + " ---: |" * len(named),
    ]
    for row, name in enumerate(true):
        lines.append(f"| `{name}` | " + " | ".join(str(count) if count else "" for count in counts[row].tolist()) + " |")
    return "\n".join(lines)


def _bands(scores: Sequence[Score]) -> str:
    bands = reliability(scores)
    lines = ["| told between | how often | mean told | true |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {band.low:.0%} and {band.high:.0%} | {band.told} | {band.mean:.1%} | {band.true:.1%} |" for band in bands]
    lines += ["", f"Calibration error of the cause named first: {calibration_error(scores):.3f}."]
    return "\n".join(lines)


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1%}"


def _metres(sums: Sums) -> str:
    return "" if math.isnan(sums.median_m) else f"{sums.median_m:.0f} m"
