"""Readings that are missing or estimated: of one meter, or of the whole firm at once."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import MeterFigures
from tocsin.engine.work.devices.spans import WHOLE_FIRM, Span, Trouble, runs_of
from tocsin.engine.work.firm import Firm, PointQuality

QUARTERS_OF_AN_HOUR = 4


def find_unread(firm: Firm, figures: MeterFigures) -> list[Span]:
    """Troubles of meters that deliver nothing, or estimates only. Silence of all meters together is one of the firm."""
    if not firm.meters:
        return []
    unread = firm.quality != PointQuality.MEASURED
    gone = firm.quality >= PointQuality.MISSING
    spans = [_span(WHOLE_FIRM, a, b, Trouble.SILENT, 1.0, figures) for a, b in _long(gone.all(axis=0), figures)]
    silent = [(span.start, span.end) for span in spans]
    for meter in range(len(firm.meters)):
        for start, end in _long(unread[meter], figures):
            if any(min(end, b) - max(start, a) > 0.8 * (end - start) for a, b in silent):
                continue
            share = float(unread[meter, start:end].mean())
            trouble = Trouble.MISSING if 2 * gone[meter, start:end].sum() > unread[meter, start:end].sum() else Trouble.ESTIMATED
            spans.append(_span(meter, start, end, trouble, share, figures))
    return spans


def _span(meter: int, start: int, end: int, trouble: Trouble, share: float, figures: MeterFigures) -> Span:
    known = start + round(figures.trouble_h * QUARTERS_OF_AN_HOUR) - 1
    return Span(meter, start, known, end, trouble, figures.probability, share)


def _long(unread: NDArray[np.bool_], figures: MeterFigures) -> list[tuple[int, int]]:
    """Stretches of at least `trouble_h`, joined over short read pieces as long as most of the stretch stays unread."""
    joined: list[tuple[int, int]] = []
    for start, end in runs_of(unread):
        if joined and start - joined[-1][1] <= figures.join_h * QUARTERS_OF_AN_HOUR:
            first = joined[-1][0]
            if unread[first:end].mean() >= figures.unread_share:
                joined[-1] = (first, end)
                continue
        joined.append((start, end))
    return [(a, b) for a, b in joined if b - a >= figures.trouble_h * QUARTERS_OF_AN_HOUR]
