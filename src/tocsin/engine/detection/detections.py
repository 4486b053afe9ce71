"""Detections in columns: each an edge of one rule on one sensor, with the figures that explain it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.detection.catalogue import RULES
from tocsin.engine.detection.profiles import RULE_NAMES
from tocsin.engine.detection.rule import TOLD, Edge

FIGURES: dict[str, tuple[str, str, str, str]] = {rule.name: rule.figures for rule in RULES}
KINDS: dict[str, str] = {rule.name: rule.kind for rule in RULES}
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
        for k in range(len(self)):
            name = RULE_NAMES[self.rule[k]]
            edge = Edge(int(self.edge[k])).name.lower()
            limit = _number(self.limit[k])
            yield {
                "sensor": int(self.sensor[k]),
                "rule": name,
                "kind": KINDS[name],
                "edge": edge,
                "level": int(self.level[k]),
                "ts": int(self.ts[k]),
                "value": _number(self.value[k]),
                "limit": limit,
                "code": f"{name}.{'withdrawn' if limit is None else edge}",
                "figures": {
                    label: _number(figure) for label, figure in zip(FIGURES[name], self.figures[k], strict=True) if label
                },
            }


def _number(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
