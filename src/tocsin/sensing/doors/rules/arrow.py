"""Readings in columns of Apache Arrow, as an IPC stream or an IPC file. Pure.

| column | type |
| --- | --- |
| `ts` | timestamp with a zone, or integer: milliseconds since 1970-01-01 UTC. Null: the time of arrival |
| `channel` | text, or a dictionary of texts |
| `value` | any number. Null and NaN: the value is not known |

Other columns are passed over. Compressed batches are refused: a few bytes would stand for more than any memory holds.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import ipc

from tocsin.base.errors import InvalidInput

FILE: Final = b"ARROW1"
FILE_HEAD: Final = 8  # the mark and its padding; what follows is a stream (Arrow columnar format, "IPC File Format")
NAMES: Final = ("ts", "channel", "value")
BROKEN: Final = InvalidInput("its metadata lead nowhere")
DICTIONARY, BATCH = 2, 3  # kinds of messages (Message.fbs)
OF_MESSAGE_KIND, OF_MESSAGE_HEADER, OF_DICTIONARY_DATA, OF_BATCH_COMPRESSION = 1, 2, 1, 3  # places in their tables


@dataclass(frozen=True)
class Block:
    """Rows of one batch. `ts`: UTC milliseconds; `arrived`: where the time of arrival stands for a missing one; `channel`: index
    into `names`, -1 where none was named; `value`: NaN where unknown.
    """

    ts: NDArray[np.int64]
    arrived: NDArray[np.bool_]
    channel: NDArray[np.int64]
    names: list[str]
    value: NDArray[np.float64]


def read_blocks(payload: bytes) -> list[Block]:
    """All batches of it; InvalidInput says what can't be read."""
    stream = payload[FILE_HEAD:] if payload.startswith(FILE) else payload
    try:
        for message in _messages(stream):
            _refuse_compressed(bytes(message.metadata))
        with ipc.open_stream(stream) as reader:
            _check(reader.schema)
            return [_block(batch) for batch in reader]
    except (pa.ArrowException, OSError, EOFError, struct.error, UnicodeDecodeError) as error:
        why = (str(error).splitlines() or [""])[0][:200]
        raise InvalidInput("the Arrow stream can't be read: %(why)s", why=why) from error


def _messages(stream: bytes) -> Iterator[Any]:
    source = pa.BufferReader(stream)
    while source.tell() < len(stream):
        try:
            yield ipc.read_message(source)
        except EOFError:  # the mark of the end
            return


def _refuse_compressed(message: bytes) -> None:
    """The metadata are a flatbuffer: tables that point to a list of where each of their fields lies (0: absent)."""
    table = _follow(message, 0)
    kind_at = _field(message, table, OF_MESSAGE_KIND)
    kind = message[kind_at] if kind_at else 0
    if kind not in (DICTIONARY, BATCH):
        return
    header = _table(message, table, OF_MESSAGE_HEADER)
    batch = _table(message, header, OF_DICTIONARY_DATA) if kind == DICTIONARY else header
    if _field(message, batch, OF_BATCH_COMPRESSION):
        raise InvalidInput("its batches are compressed; send them without compression")


def _follow(message: bytes, at: int) -> int:
    (distance,) = struct.unpack_from("<I", message, at)
    return int(at + distance)


def _field(message: bytes, table: int, number: int) -> int:
    """Where a field of a table lies; 0 where it is absent."""
    (back,) = struct.unpack_from("<i", message, table)
    places = table - back
    if places < 0:
        raise InvalidInput("the Arrow stream can't be read: %(why)s", why=BROKEN)
    (size,) = struct.unpack_from("<H", message, places)
    at = 4 + 2 * number
    if at >= size:
        return 0
    (distance,) = struct.unpack_from("<H", message, places + at)
    return int(table + distance) if distance else 0


def _table(message: bytes, table: int, number: int) -> int:
    at = _field(message, table, number)
    if not at:
        raise InvalidInput("the Arrow stream can't be read: %(why)s", why=BROKEN)
    return _follow(message, at)


def _check(schema: pa.Schema) -> None:
    for name in NAMES:
        if schema.names.count(name) != 1:
            found = ", ".join(schema.names[:20])[:200] or "–"
            raise InvalidInput("the columns must be ts, channel and value, each once; found: %(found)s", found=found)
    ts, channel, value = (schema.field(name).type for name in NAMES)
    if pa.types.is_timestamp(ts) and ts.tz is None:
        raise InvalidInput("the timestamps of ts have no zone; send timestamp with a zone such as UTC, or int64 milliseconds")
    texts = channel.value_type if pa.types.is_dictionary(channel) else channel
    if not (pa.types.is_timestamp(ts) or pa.types.is_integer(ts)):
        raise InvalidInput("the column ts is %(kind)s; it must be timestamp with a zone, or int64 milliseconds", kind=_name(ts))
    if not (pa.types.is_string(texts) or pa.types.is_large_string(texts)):
        raise InvalidInput("the column channel is %(kind)s; it must be text, or a dictionary of texts", kind=_name(channel))
    if not (pa.types.is_integer(value) or pa.types.is_floating(value)):
        raise InvalidInput("the column value is %(kind)s; it must be a number", kind=_name(value))


def _name(kind: pa.DataType) -> str:
    return str(kind)[:60]


def _block(batch: pa.RecordBatch) -> Block:
    ts, channel, value = (cast("Any", batch.column(name)) for name in NAMES)  # what their types leave open was looked at
    for column in (ts, channel, value):
        column.validate(full=True)
    if pa.types.is_timestamp(ts.type):
        ts = ts.cast(pa.timestamp("ms", ts.type.tz), safe=False)
    moments = ts.cast(pa.int64())
    if not pa.types.is_dictionary(channel.type):
        channel = channel.dictionary_encode()
    return Block(
        ts=_numbers(pc.fill_null(moments, 0), np.int64),
        arrived=_numbers(pc.is_null(moments), np.bool_),
        channel=_numbers(pc.fill_null(channel.indices.cast(pa.int64()), -1), np.int64),
        names=["" if name is None else str(name) for name in channel.dictionary.to_pylist()],
        value=_numbers(pc.fill_null(value.cast(pa.float64(), safe=False), float("nan")), np.float64),
    )


def _numbers(column: Any, kind: Any) -> NDArray[Any]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=kind)
