"""Detections written down: NDJSON or Parquet, by the file's name."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Protocol, Self

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import datetime_from_ms
from tocsin.engine.detection import RULES
from tocsin.engine.detection.detections import FIGURES, KINDS, WITHDRAWN, Detections
from tocsin.engine.detection.rule import Edge

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("sensor", pa.string()),
    ("ts", pa.int64()),
    ("rule", pa.string()),
    ("kind", pa.string()),
    ("edge", pa.string()),
    ("level", pa.string()),
    ("value", pa.float64()),
    ("limit", pa.float64()),
    ("code", pa.string()),
    ("figures", pa.map_(pa.string(), pa.float64())),
]
_LEVELS = [level.name.lower() for level in AlarmLevel]
_SCHEMA = pa.schema(_FIELDS)


class Sink(Protocol):
    """Where detections go; used in a `with`."""

    def write(self, detections: Detections, name_of: Callable[[int], object]) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def sink_for(path: Path | None, stream: IO[bytes]) -> Sink:
    """The sink of a path by its suffix, or NDJSON to the stream without one; InvalidInput for a path that can't be written."""
    if path is None:
        return NdjsonSink(stream)
    try:
        if path.suffix.lower() == ".parquet":
            return ParquetSink(path)
        if path.suffix.lower() in (".ndjson", ".jsonl"):
            return NdjsonSink(path.open("wb"), owned=True)
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {error.strerror or error}") from None
    raise InvalidInput(f"{path}: the name must end in .parquet, .ndjson or .jsonl")


class NdjsonSink:
    """One JSON object a line, with the time in ISO 8601 beside the milliseconds."""

    def __init__(self, stream: IO[bytes], *, owned: bool = False) -> None:
        self._stream = stream
        self._owned = owned
        self._encoder = msgspec.json.Encoder()

    def write(self, detections: Detections, name_of: Callable[[int], object]) -> None:
        self._stream.write(self._encoder.encode_lines(_rows(detections, name_of)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close() if self._owned else self._stream.flush()


class ParquetSink:
    """A Parquet file; `figures` is a map from name to number, `sensor` a text."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, _SCHEMA)

    def write(self, detections: Detections, name_of: Callable[[int], object]) -> None:
        if len(detections):
            self._writer.write_table(_table(detections, name_of))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def _rows(detections: Detections, name_of: Callable[[int], object]) -> Iterable[dict[str, object]]:
    for row in detections.rows():
        at = datetime_from_ms(row["ts"]).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield {**row, "sensor": name_of(row["sensor"]), "level": _LEVELS[row["level"]], "at": at}


def _table(detections: Detections, name_of: Callable[[int], object]) -> pa.Table:
    """All columns at once: a run over a large file may find a hundred thousand edges."""
    limit = pa.array(detections.limit, from_pandas=True)
    edge = _words([one.name.lower() for one in Edge], detections.edge - 1)
    rule = _words(RULES, detections.rule)
    ends = pc.if_else(pc.is_null(limit), WITHDRAWN, edge)
    columns: dict[str, Any] = {
        "sensor": [str(name_of(sensor)) for sensor in detections.sensor.tolist()],
        "ts": detections.ts,
        "rule": rule,
        "kind": _words([KINDS[name] for name in RULES], detections.rule),
        "edge": edge,
        "level": _words(_LEVELS, detections.level),
        "value": pa.array(detections.value, from_pandas=True),
        "limit": limit,
        "code": pc.binary_join_element_wise(rule, ends, "."),
        "figures": _figures(detections),
    }
    return pa.table(columns, _SCHEMA)


def _words(words: Sequence[str], numbers: NDArray[Any]) -> Any:
    """The word of each number."""
    return pa.array(words).take(pa.array(numbers))


def _figures(detections: Detections) -> Any:
    """A map of the named figures of each detection."""
    named = np.array([[bool(label) for label in FIGURES[name]] for name in RULES])[detections.rule]
    labels = np.array([FIGURES[name] for name in RULES])[detections.rule]
    starts: Any = pa.array(np.concatenate([[0], np.cumsum(named.sum(axis=1))]), pa.int32())
    return pa.MapArray.from_arrays(starts, pa.array(labels[named]), pa.array(detections.figures[named], from_pandas=True))
