"""Stretches of quarter hours: runs in a mask, and the troubles of meters that are laid over them."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import Firm

WHOLE_FIRM = -1  # in place of a meter


class Trouble(StrEnum):
    """What is wrong with a meter."""

    SILENT = "nothing from the firm"
    MISSING = "missing"
    ESTIMATED = "estimated"
    REVERSED = "reversed"
    STUCK = "stuck"
    MULTIPLIED = "multiplied"
    SHUNTED = "shunted"


@dataclass(frozen=True)
class Span:
    """Trouble of one meter (its index, or `WHOLE_FIRM`) over the quarters `start` to `end` (exclusive).

    `known`: the quarter whose record told it; nothing before it may rest on this. `figure`: what was measured (share unread,
    hours of one value, factor).
    """

    meter: int
    start: int
    known: int
    end: int
    trouble: Trouble
    probability: float
    figure: float


def runs_of(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches where the mask holds, as (start, end) with the end exclusive.

    >>> runs_of(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def merged(spans: list[Span], gap: int) -> list[Span]:
    """Spans of one meter that overlap, or of one meter and trouble closer than `gap` quarters, as one: named by what was told
    first, known since then.
    """
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.meter, span.start, span.known)):
        last = kept[-1] if kept and kept[-1].meter == span.meter else None
        near = 0 if last is None else gap if last.trouble == span.trouble else -1
        if last is not None and span.start - last.end <= near:
            told = min(last, span, key=lambda span: span.known)
            kept[-1] = replace(told, start=last.start, end=max(last.end, span.end))
        else:
            kept.append(span)
    return sorted(kept, key=lambda span: (span.start, span.meter))


def untrusted(firm: Firm, spans: list[Span], at: int | None = None) -> NDArray[np.bool_]:
    """Quarters not to be trusted, bool (meters, quarters).

    Without `at` each quarter holds what was known when its own record came: trouble counts from the quarter that told it.
    With `at` it is the look back from the end of that quarter: all of each trouble known by then, from its start, and nothing
    behind `at`.
    """
    mask = np.zeros(firm.kw.shape, np.bool_)
    for span in spans:
        rows = slice(None) if span.meter == WHOLE_FIRM else slice(span.meter, span.meter + 1)
        if at is None:
            mask[rows, span.known : span.end] = True
        elif span.known <= at:
            mask[rows, span.start : min(span.end, at + 1)] = True
    return mask
