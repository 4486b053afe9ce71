"""Whether a camera still shows what it is there for, judged from its frames alone. Pure: arrays and moments in, verdicts out.

One frame is measured (`measure`), the figures are held against thresholds (`faults_of`), what lasts becomes a state (`follow`).
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np

from tocsin.engine.frames.pictures import HEIGHT, WIDTH, Floats, blocks, smoothed

BLOCK: Final = 40  # pixels: 9 × 16 blocks
EDGE_BLOCK: Final = 20  # an edge as wide as this is told as this
LEAST_RANGE: Final = 60.0  # levels from the darkest to the brightest in a block with an edge to measure
LEAST_EDGES: Final = 12  # of 558 blocks; with fewer the sharpness is unknown
CELL: Final = 10  # pixels: the scene is compared as 36 × 64 gradients
SATURATION: Final = 6.0  # levels from cell to cell at which a gradient counts half: strong light outweighs nothing
SHAKE: Final = 1  # cells by which a camera may shake without having moved


class CameraFault(StrEnum):
    """What is wrong with a camera's picture, gravest first: what stands before hides what follows."""

    DARK = "dark"
    BRIGHT = "bright"
    COVERED = "covered"
    BLURRED = "blurred"
    MOVED = "moved"
    FROZEN = "frozen"
    CLOCK = "clock"


@dataclass(frozen=True, kw_only=True)
class HealthLimits:
    """Thresholds, see the policy `vision.health`. Levels 0 to 255, shares 0 to 1, widths in pixels of a picture 640 wide."""

    dark_level: float
    bright_level: float
    plain_level: float
    covered_share: float
    bare_share: float
    blurred_px: float
    blurred_ratio: float
    least_likeness: float
    clock_share: float
    frozen_s: float
    clock_off_s: float
    raise_s: float
    clear_s: float


@dataclass(frozen=True, kw_only=True)
class FrameFigures:
    """What one frame measures. `low`, `high`: levels below which 5 % and 95 % of the pixels lie; `plain`: share of blocks without
    structure; `lost`: of the blocks that have structure in the reference, the share that has none; `edge_px`: how wide edges are;
    `likeness`: of the scene to the most alike reference, -1 to 1; `still_s`: for how long nothing but a clock changed; `clock_s`:
    how far the camera's clock is ahead. None: can't be told.
    """

    low: float
    high: float
    plain: float
    lost: float | None = None
    edge_px: float | None = None
    reference_edge_px: float | None = None
    likeness: float | None = None
    still_s: float | None = None
    clock_s: float | None = None


def spreads(picture: Floats) -> Floats:
    """Standard deviation of each of the 9 × 16 blocks."""
    return np.asarray(blocks(picture, BLOCK).std(axis=2), dtype=np.float32)


def edge_width(picture: Floats) -> float | None:
    """How wide edges are, in pixels: in each block with contrast its range over its steepest step; the sharper half's median.

    Both are taken from means of 3 × 3 pixels, so a perfect edge is 3 wide, and noise of a few levels changes little. None where
    fewer than `LEAST_EDGES` blocks have contrast: fog and empty walls can't be told from a blurred lens.
    """
    smooth = smoothed(picture)
    across, down = np.abs(np.diff(smooth, axis=1))[:-1], np.abs(np.diff(smooth, axis=0))[:, :-1]
    rows, columns = across.shape[0] // EDGE_BLOCK * EDGE_BLOCK, across.shape[1] // EDGE_BLOCK * EDGE_BLOCK
    cut = blocks(smooth[:rows, :columns], EDGE_BLOCK)
    ranges = cut.max(axis=2) - cut.min(axis=2)
    steps = blocks(np.maximum(across, down)[:rows, :columns], EDGE_BLOCK).max(axis=2)
    structured = ranges >= LEAST_RANGE
    if np.count_nonzero(structured) < LEAST_EDGES:
        return None
    widths = np.sort(ranges[structured] / steps[structured])
    return float(np.median(widths[: len(widths) // 2 + 1]))


def scene_of(picture: Floats) -> Floats:
    """The gradients of a scene, shape (2, 34, 62), each at most 1 long: what stays when the light changes."""
    cells = blocks(picture, CELL).mean(axis=2)
    gradient = np.stack([cells[2:, 1:-1] - cells[:-2, 1:-1], cells[1:-1, 2:] - cells[1:-1, :-2]])
    return np.asarray(gradient / (np.hypot(*gradient) + SATURATION), dtype=np.float32)


def likeness(scene: Floats, reference: Floats) -> float:
    """How alike two scenes are, from -1 to 1: the correlation of their gradients, the best within a shake of one cell."""
    edge = SHAKE
    inner = reference[:, edge:-edge, edge:-edge]
    rows, columns = inner.shape[1:]
    best = -1.0
    for down in range(2 * edge + 1):
        for across in range(2 * edge + 1):
            part = scene[:, down : down + rows, across : across + columns]
            size = float(np.sqrt((part * part).sum() * (inner * inner).sum()))
            best = max(best, float((part * inner).sum()) / size if size else -1.0)
    return best


def fingerprint(picture: Floats) -> bytes:
    """The picture as it compares with a later one: a checksum of each of its 36 × 64 cells, in whole levels; 9,216 bytes."""
    cells = blocks(picture, CELL).round().astype(np.uint8)
    return np.array([zlib.crc32(one) for row in cells for one in row], dtype="<u4").tobytes()


def differs(one: bytes, other: bytes, clock_share: float) -> bool:
    """Whether more changed between two fingerprints than the clock that a camera writes into its picture.

    What changed within a rectangle of at most `clock_share` of the picture may be a clock. A living sensor's noise changes
    something everywhere, a repeated frame nothing.
    """
    first, second = (np.frombuffer(each, dtype="<u4").reshape(HEIGHT // CELL, WIDTH // CELL) for each in (one, other))
    rows, columns = np.nonzero(first != second)
    if not rows.size:
        return False
    return bool((np.ptp(rows) + 1) * (np.ptp(columns) + 1) > clock_share * first.size)


def measure(picture: Floats, references: Sequence[Floats], plain_level: float) -> FrameFigures:
    """One frame by itself and against the references of its camera (frames in which it stood right, by day and by night).

    All are as `working_picture` makes them. A block whose standard deviation lies below `plain_level` has no structure.
    """
    low, high = (float(one) for one in np.percentile(picture, (5, 95)))
    spread = spreads(picture)
    is_plain = spread < plain_level
    plain, width = float(is_plain.mean()), edge_width(picture)
    if not references:
        return FrameFigures(low=low, high=high, plain=plain, edge_px=width)
    scene = scene_of(picture)
    likest, reference = max(((likeness(scene, scene_of(one)), one) for one in references), key=lambda pair: pair[0])
    structured = spreads(reference) >= 2 * plain_level
    return FrameFigures(
        low=low,
        high=high,
        plain=plain,
        lost=float(is_plain[structured].mean()) if structured.any() else None,
        edge_px=width,
        reference_edge_px=edge_width(reference),
        likeness=likest,
    )


def faults_of(figures: FrameFigures, limits: HealthLimits) -> frozenset[CameraFault]:
    """What is wrong in one frame. Of the first five only the gravest: in a dark picture nothing else can be judged."""
    judged = (
        _picture_fault(figures, limits),
        CameraFault.FROZEN if is_frozen(figures, limits) else None,
        CameraFault.CLOCK if is_off(figures, limits) else None,
    )
    return frozenset(one for one in judged if one is not None)


def is_frozen(figures: FrameFigures, limits: HealthLimits) -> bool:
    """Whether nothing but a clock has changed for so long that no living camera shows it."""
    return figures.still_s is not None and figures.still_s >= limits.frozen_s


def is_off(figures: FrameFigures, limits: HealthLimits) -> bool:
    """Whether the camera's clock is wrong."""
    return figures.clock_s is not None and abs(figures.clock_s) > limits.clock_off_s


def _picture_fault(figures: FrameFigures, limits: HealthLimits) -> CameraFault | None:
    if figures.high < limits.dark_level:
        return CameraFault.DARK
    if figures.low > limits.bright_level:
        return CameraFault.BRIGHT
    if figures.plain >= limits.bare_share if figures.lost is None else figures.lost >= limits.covered_share:
        return CameraFault.COVERED
    if figures.edge_px is not None and _is_blurred(figures.edge_px, figures.reference_edge_px, limits):
        return CameraFault.BLURRED
    if figures.likeness is not None and figures.likeness < limits.least_likeness:
        return CameraFault.MOVED
    return None


def _is_blurred(edge_px: float, reference_px: float | None, limits: HealthLimits) -> bool:
    if reference_px is None:
        return edge_px > limits.blurred_px
    return edge_px > limits.blurred_ratio * reference_px


@dataclass(frozen=True)
class FaultStanding:
    """One fault of one camera: since when frames show it, when it was raised, since when they show it no longer."""

    since: datetime
    raised_at: datetime | None = None
    gone_since: datetime | None = None


type Standing = Mapping[CameraFault, FaultStanding]


@dataclass(frozen=True)
class FollowedFaults:
    """How a camera stands after a frame, and what began or ended with it."""

    standing: Standing
    raised: tuple[CameraFault, ...] = ()
    ended: tuple[CameraFault, ...] = ()


def follow(
    standing: Standing, found: Collection[CameraFault], now: datetime, limits: HealthLimits, still_since: datetime | None = None
) -> FollowedFaults:
    """A fault is raised once every frame has shown it for `raise_s`, and ends once none has for `clear_s`.

    A frame without a fault that is not raised yet ends it at once: a lorry before the lens is no covered camera. Frozen and clock
    carry their own time, so they are raised at once; a frozen picture is so since `still_since`.
    """
    kept: dict[CameraFault, FaultStanding] = {}
    raised, ended = [], []
    for fault in CameraFault:
        known, is_found = standing.get(fault), fault in found
        if is_found:
            began = still_since or now if fault is CameraFault.FROZEN else now
            known = FaultStanding(known.since if known else began, known.raised_at if known else None)
            lasted_s = (now - known.since).total_seconds()
            if known.raised_at is None and (lasted_s >= limits.raise_s or fault in (CameraFault.FROZEN, CameraFault.CLOCK)):
                known = FaultStanding(known.since, now)
                raised.append(fault)
            kept[fault] = known
        elif known is not None and known.raised_at is not None:
            gone_since = known.gone_since or now
            if (now - gone_since).total_seconds() >= limits.clear_s:
                ended.append(fault)
            else:
                kept[fault] = FaultStanding(known.since, known.raised_at, gone_since)
    return FollowedFaults(kept, tuple(raised), tuple(ended))


def gravest(standing: Standing) -> tuple[CameraFault, datetime] | None:
    """The state of a camera: the gravest of the raised faults and since when; None where it is well."""
    for fault in CameraFault:
        known = standing.get(fault)
        if known is not None and known.raised_at is not None:
            return fault, known.since
    return None
