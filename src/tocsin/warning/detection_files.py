"""Detections written down: NDJSON or Parquet, by the file's name."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, Protocol, Self

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import datetime_from_ms
from tocsin.engine.detection import Detections

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
        rows = [
            {**row, "sensor": str(row["sensor"]), "figures": list(row["figures"].items())} for row in _rows(detections, name_of)
        ]
        if rows:
            self._writer.write_table(pa.Table.from_pylist(rows, _SCHEMA))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def _rows(detections: Detections, name_of: Callable[[int], object]) -> Iterable[dict[str, Any]]:
    for row in detections.rows():
        level = AlarmLevel(row["level"]).name.lower()
        at = datetime_from_ms(row["ts"]).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield {**row, "sensor": name_of(row["sensor"]), "level": level, "at": at}
