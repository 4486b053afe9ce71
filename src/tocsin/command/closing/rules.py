"""One closing rule for all cases: low readings for long enough, warmth gone, proof, two signatures.

Default figures: value below 20 % of the lowest limit for 2 h and at least 3 samples, temperature back to within 5 degrees of its
baseline where warmth was part of the evidence (confidence C, policy). What has fallen silent is not calm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.command.casebook.rules.closing_figures import ClosingFigures


class ClosingNeed(StrEnum):
    """What a case still lacks before it may be closed as settled."""

    READINGS_HIGH = "readings_high"  # a value above the share of its limit within the calm time
    READINGS_FEW = "readings_few"  # fewer samples than asked, or they do not span the calm time
    READINGS_SILENT = "readings_silent"  # nothing was measured, or the newest value is too old to say anything of now
    WARMTH = "warmth"  # a temperature of the evidence is still away from its baseline
    PROOF = "proof"  # no photo or document
    UNIT_SIGNATURE = "unit_signature"  # the lead unit has not signed that it is mended
    FINDING = "finding"  # what it really was has not been recorded


@dataclass(frozen=True)
class PointReadings:
    """What one measuring point of the case said lately.

    `newest_at`: when its newest value was taken, None where nothing was measured; `calm_since`: the first of the samples that are
    calm without a break, None where the newest is not calm; `samples` counts these; `every`: how often it measures.
    """

    samples: int
    calm_since: datetime | None
    newest_at: datetime | None
    every: timedelta = timedelta(minutes=1)
    off_baseline_c: float | None = None  # of a temperature that was part of the evidence
    place: str = ""  # how people call the point
    quantity: str = ""
    newest: float | None = None
    below: float | None = None  # calm is a value below this, and above that
    above: float | None = None


def is_calm(value: float, *, below: float | None, above: float | None) -> bool:
    """Whether a value lies calmly within its normal band: below and above these; None where a side has no limit."""
    return (below is None or value < below) and (above is None or value > above)


def calm_needs(points: Sequence[PointReadings], figures: ClosingFigures, *, now: datetime) -> frozenset[ClosingNeed]:
    """What the readings still lack; empty where the case is calm. A case without points (made by hand) is calm by its papers."""
    return frozenset(need for point in points for need in needs_of_point(point, figures, now=now))


def needs_of_point(point: PointReadings, figures: ClosingFigures, *, now: datetime) -> tuple[ClosingNeed, ...]:
    """What one point still lacks."""
    found: list[ClosingNeed] = []
    if point.newest_at is None or now - point.newest_at > figures.silent_after * point.every:
        found.append(ClosingNeed.READINGS_SILENT)
    elif point.calm_since is None:
        found.append(ClosingNeed.READINGS_HIGH)
    elif point.samples < figures.least_samples or point.newest_at - point.calm_since < figures.calm_for:
        found.append(ClosingNeed.READINGS_FEW)
    if point.off_baseline_c is not None and abs(point.off_baseline_c) > figures.within_c:
        found.append(ClosingNeed.WARMTH)
    return tuple(found)


def closing_needs(readings: Iterable[ClosingNeed], *, proof: bool, unit_signed: bool, finding: bool) -> tuple[ClosingNeed, ...]:
    """Everything that a case still lacks before the duty officer may sign it closed, in the order in which it is told."""
    found = set(readings)
    if not proof:
        found.add(ClosingNeed.PROOF)
    if not unit_signed:
        found.add(ClosingNeed.UNIT_SIGNATURE)
    if not finding:
        found.add(ClosingNeed.FINDING)
    return tuple(need for need in ClosingNeed if need in found)
