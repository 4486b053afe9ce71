"""Detections in columns: each an edge of one rule on one sensor, with the figures that explain it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.detection.catalogue import RULES
from tocsin.engine.detection.profiles import RULE_NAMES
from tocsin.engine.detection.rule import TOLD, Edge

FIGURES: dict[str, tuple[str, str, str, str]] = {rule.name: rule.figures for rule in RULES}
KINDS: dict[str, str] = {rule.name: rule.kind for rule in RULES}
WITHDRAWN = "withdrawn"  # the end of the code where a rule left the profile while it stood raised
_LABELS = [tuple(label for label in rule.figures if label) for rule in RULES]
_EDGE_NAMES = {int(edge): edge.name.lower() for edge in Edge}
_COLUMNS = ("sensor", "rule", "edge", "level", "ts", "value", "limit", "figures")


@dataclass(frozen=True, eq=False)
class Detections:
    """n edges, in the order in which the readings brought them.

    `sensor` int32, `rule` int16 (index into RULE_NAMES), `edge` int8 (Edge), `level` int8 (AlarmLevel after the edge; NONE for
    device findings and clears), `ts` int64 UTC ms, `value` and `limit` float64 in the quantity's unit (limit is not a
    number where a rule was taken out of the profile), `figures` float64[n, 4], named by FIGURES[rule name].
    """

    sensor: NDArray[np.int32]
    rule: NDArray[np.int16]
    edge: NDArray[np.int8]
    level: NDArray[np.int8]
    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    limit: NDArray[np.float64]
    figures: NDArray[np.float64]

    @classmethod
    def from_told(cls, told: NDArray[np.void]) -> Self:
        """A copy of TOLD[n] in columns."""
        columns: list[NDArray[Any]] = [told[name].copy() for name in _COLUMNS[:-1]]
        columns.append(np.column_stack([told[f"figure_{k}"] for k in (1, 2, 3, 4)]))
        return cls(*columns)

    @classmethod
    def none(cls) -> Self:
        """No detection."""
        return cls.from_told(np.zeros(0, TOLD))

    @classmethod
    def concatenate(cls, parts: Sequence["Detections"]) -> Self:
        """All detections of the parts, in their order."""
        if not parts:
            return cls.none()
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS))

    def __len__(self) -> int:
        return len(self.sensor)

    def take(self, selection: slice | NDArray[np.bool_] | NDArray[np.integer]) -> "Detections":
        """The detections that a slice, a mask or an index array selects."""
        return Detections(*(getattr(self, name)[selection] for name in _COLUMNS))

    def rows(self) -> Iterator[dict[str, Any]]:
        """One dictionary each: sensor, rule, kind, edge (lower case), level, ts, value, limit, code, figures (name -> number).

        `code` is the reason, "high.raise", or "high.withdrawn" where the rule left the profile; a missing number is None.
        """
        columns = (getattr(self, name).tolist() for name in _COLUMNS)
        for sensor, rule, edge, level, ts, value, limit, figures in zip(*columns, strict=True):
            name, labels = RULE_NAMES[rule], _LABELS[rule]
            known_limit = _number(limit)
            edge_name = _EDGE_NAMES[edge]
            yield {
                "sensor": sensor,
                "rule": name,
                "kind": KINDS[name],
                "edge": edge_name,
                "level": level,
                "ts": ts,
                "value": _number(value),
                "limit": known_limit,
                "code": f"{name}.{WITHDRAWN if known_limit is None else edge_name}",
                "figures": {label: _number(figure) for label, figure in zip(labels, figures, strict=False)},
            }


def _number(value: float) -> float | None:
    return value if isfinite(value) else None
