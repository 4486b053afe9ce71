"""From the numbers of a stranger's detector to boxes, by the layouts that are documented; another layout is refused. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.frames.objects import Corners, Seen, one_each

type Floats = NDArray[np.floating[Any]]


class Layout(StrEnum):
    """What a model answers with.

    `yolo`: one output, for each of m places the middle, width and height in pixels of the input and a score a label,
    (1, 4 + labels, m) or turned; with a score of "something" before the labels: (1, m, 5 + labels).
    `detr`: boxes (1, q, 4), middle, width and height as shares of the input, and logits (1, q, labels), or one more: nothing.
    """

    YOLO = "yolo"
    DETR = "detr"


@dataclass(frozen=True)
class Detected:
    """One thing: the number of its label, and where, as shares of the picture."""

    label: int
    seen: Seen


class WrongLayout(ValueError):
    """What was found is not what the layout says; the text tells both."""


def boxes_of(outputs: Sequence[Floats], layout: Layout, labels: int, side: tuple[int, int], least: float) -> list[Detected]:
    """What is seen from a score of `least` on, one box a thing and label, as shares of the input of this `side` (wide, high)."""
    if layout is Layout.YOLO:
        boxes, scores = _yolo(outputs, labels, side)
    else:
        boxes, scores = _detr(outputs, labels)
    if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
        raise WrongLayout("the model answers with what is no number")
    if scores.size and not (scores.min() >= 0 and scores.max() <= 1.0001):
        raise WrongLayout(
            f"scores from {scores.min():.3g} to {scores.max():.3g} are none: export the model with scores from 0 to 1"
        )
    found: list[Detected] = []
    for label in range(labels):
        rows = np.nonzero(scores[:, label] >= least)[0]
        seen = [Seen(_corners(boxes[row].tolist()), min(1.0, float(scores[row, label]))) for row in rows]
        found += [Detected(label, one) for one in one_each(sorted(seen, key=lambda one: -one.score)[:300])]
    return found


def _yolo(outputs: Sequence[Floats], labels: int, side: tuple[int, int]) -> tuple[Floats, Floats]:
    shapes = [one.shape for one in outputs]
    if len(outputs) != 1 or outputs[0].ndim != 3 or outputs[0].shape[0] != 1:
        raise WrongLayout(
            f"yolo needs one output (1, {4 + labels}, m), (1, m, {4 + labels}) or (1, m, {5 + labels}); found {shapes}"
        )
    rows = outputs[0][0]
    if rows.shape[0] == 4 + labels:
        rows = rows.T
    scale = np.array([side[0], side[1], side[0], side[1]], dtype=np.float64)
    if rows.shape[1] == 4 + labels:
        return rows[:, :4] / scale, rows[:, 4:]
    if rows.shape[1] == 5 + labels:
        return rows[:, :4] / scale, rows[:, 4:5] * rows[:, 5:]
    raise WrongLayout(f"yolo with {labels} labels needs {4 + labels} or {5 + labels} numbers for each place; found {shapes}")


def _detr(outputs: Sequence[Floats], labels: int) -> tuple[Floats, Floats]:
    shapes = [one.shape for one in outputs]
    flat = [one[0] for one in outputs if one.ndim == 3 and one.shape[0] == 1]
    boxes = next((one for one in flat if one.shape[1] == 4 and float(np.abs(one).max(initial=0)) <= 2), None)
    logits = next((one for one in flat if one is not boxes and one.shape[1] in (labels, labels + 1)), None)
    if len(outputs) != 2 or boxes is None or logits is None or len(boxes) != len(logits):
        raise WrongLayout(
            f"detr needs two outputs (1, q, 4), shares, and (1, q, {labels}) or (1, q, {labels + 1}); found {shapes}"
        )
    if logits.shape[1] == labels:
        return boxes, 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return boxes, (powers / powers.sum(axis=1, keepdims=True))[:, :labels]


def _corners(box: Sequence[float]) -> Corners:
    across, down, wide, high = box
    return across - wide / 2, down - high / 2, across + wide / 2, down + high / 2
