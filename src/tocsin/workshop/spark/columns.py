"""Detections in columns of Arrow, as Spark carries them, and orders to its tasks."""

from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.engine.detection.detections import Detections

_TYPES: dict[str, pa.DataType] = {
    "sensor": pa.int32(),
    "rule": pa.int16(),
    "edge": pa.int8(),
    "level": pa.int8(),
    "ts": pa.int64(),
    "value": pa.float64(),
    "limit": pa.float64(),
    "figure_1": pa.float64(),
    "figure_2": pa.float64(),
    "figure_3": pa.float64(),
    "figure_4": pa.float64(),
}
DETECTIONS = pa.schema(_TYPES)
DETECTIONS_DDL = (
    "sensor int, rule smallint, edge tinyint, level tinyint, ts bigint, value double, `limit` double, "
    "figure_1 double, figure_2 double, figure_3 double, figure_4 double"
)
_PLAIN = ("sensor", "rule", "edge", "level", "ts", "value", "limit")


def to_arrow(detections: Detections) -> pa.RecordBatch:
    """One batch of them."""
    columns: list[Any] = [pa.array(getattr(detections, name)) for name in _PLAIN]
    columns += [pa.array(np.ascontiguousarray(detections.figures[:, k])) for k in range(4)]
    return pa.RecordBatch.from_arrays(columns, schema=DETECTIONS)


def from_arrow(table: pa.Table) -> Detections:
    """What `to_arrow` wrote; a number that is none may come back as null."""
    columns: list[Any] = [table.column(name).to_numpy().astype(_TYPES[name].to_pandas_dtype()) for name in _PLAIN]
    figures = np.column_stack([table.column(f"figure_{k}").to_numpy().astype(np.float64) for k in (1, 2, 3, 4)])
    columns.append(figures.reshape(-1, 4))
    return Detections(*columns)
