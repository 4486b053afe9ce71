"""Columns of Arrow at the door: streams and files, what is set aside and why, and that no bytes do any harm."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import ipc

from tests.sensing.test_payload import CHANNELS, NOW, TIMES, Rows, read
from tocsin.sensing.doors.rules.payload import Columns, read_payload
from tocsin.sensing.quarantine.rules import Reason

UTC_MS = pa.timestamp("ms", "UTC")


def stream(*batches: pa.RecordBatch, whole: bool = False, **options: Any) -> bytes:
    """The batches, of one schema, as an IPC stream; with `whole` as an IPC file."""
    sink = pa.BufferOutputStream()
    write = ipc.new_file if whole else ipc.new_stream
    with write(sink, batches[0].schema, options=ipc.IpcWriteOptions(**options)) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue())


def batch(ts: Any, channel: Any, value: Any, **more: Any) -> pa.RecordBatch:
    """Columns by name; lists become what Arrow makes of them."""
    columns = {"ts": ts, "channel": channel, "value": value, **more}
    return pa.RecordBatch.from_pydict(
        {name: one if isinstance(one, pa.Array) else pa.array(one) for name, one in columns.items()}
    )


MOMENTS = pa.array([NOW], UTC_MS)
CASES: list[tuple[str, pa.RecordBatch, Rows, list[Reason]]] = [
    ("milliseconds", batch([NOW, NOW - 1], ["t", "ch4"], [20.0, 0.5]), [(1, NOW, 20.0, 0), (0, NOW - 1, 10.0, 0)], []),
    ("timestamps", batch(MOMENTS, ["t"], [20.0]), [(1, NOW, 20.0, 0)], []),
    ("in microseconds", batch(MOMENTS.cast(pa.timestamp("us", "UTC")), ["t"], [20.0]), [(1, NOW, 20.0, 0)], []),
    ("local time", batch(MOMENTS.cast(pa.timestamp("ns", "Asia/Shanghai")), ["t"], [2.5]), [(1, NOW, 2.5, 0)], []),
    ("whole numbers", batch([NOW], ["t"], pa.array([20], pa.int16())), [(1, NOW, 20.0, 0)], []),
    (
        "a dictionary",
        batch([NOW] * 2, pa.array(["t", "t"]).dictionary_encode(), [1.0, 2.0]),
        [(1, NOW, 1.0, 0), (1, NOW, 2.0, 0)],
        [],
    ),
    ("no time", batch(pa.array([None], UTC_MS), ["t"], [20.0]), [(1, NOW, 20.0, 0)], []),
    ("no value, and none that is one", batch([NOW] * 2, ["t", "t"], [None, float("inf")]), [(1, NOW, None, 2)] * 2, []),
    ("other columns", batch([NOW], ["t"], [20.0], rssi=[-70], tags=[["a"]]), [(1, NOW, 20.0, 0)], []),
    ("of a device that it carries", batch([NOW], ["well-2/t"], [20.0]), [(2, NOW, 20.0, 0)], []),
    ("no rows", batch(pa.array([], UTC_MS), pa.array([], pa.string()), pa.array([], pa.float64())), [], []),
    ("unknown, twice", batch([NOW] * 3, ["x", "t", "x"], [1.0, 2.0, 3.0]), [(1, NOW, 2.0, 0)], [Reason.UNKNOWN_CHANNEL]),
    ("nameless", batch([NOW], pa.array([None], pa.string()), [1.0]), [], [Reason.UNKNOWN_CHANNEL]),
    ("disabled", batch([NOW], ["off"], [1.0]), [], [Reason.SENSOR_DISABLED]),
    ("ahead", batch([NOW + 300_001, NOW], ["t", "t"], [1.0, 2.0]), [(1, NOW, 2.0, 0)], [Reason.TIME_AHEAD]),
    ("seconds", batch([NOW // 1000], ["t"], [1.0]), [], [Reason.TIME_UNREADABLE]),
    ("without a zone", batch(MOMENTS.cast(pa.timestamp("ms")), ["t"], [1.0]), [], [Reason.UNREADABLE]),
    ("times in words", batch(["noon"], ["t"], [1.0]), [], [Reason.UNREADABLE]),
    ("values in words", batch([NOW], ["t"], ["20"]), [], [Reason.UNREADABLE]),
    ("truths", batch([NOW], ["t"], [True]), [], [Reason.UNREADABLE]),
    ("channels by number", batch([NOW], [7], [1.0]), [], [Reason.UNREADABLE]),
    ("no columns of ours", pa.RecordBatch.from_pydict({"time": [NOW], "methane": [1.0]}), [], [Reason.UNREADABLE]),
]


@pytest.mark.parametrize(("rows_sent", "rows", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("whole", [False, True], ids=["stream", "file"])
def test_batches(rows_sent: pa.RecordBatch, rows: Rows, reasons: list[Reason], *, whole: bool) -> None:
    found, why = read(stream(rows_sent, whole=whole))
    assert (sorted(found, key=str), why) == (sorted(rows, key=str), reasons)


def test_how_many_rows_are_wrong_is_told() -> None:
    (fault,) = read_payload(stream(batch([NOW] * 3, ["x"] * 3, [1.0] * 3)), CHANNELS, TIMES, Columns())
    assert "(3 rows)" in fault.why.in_english


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
def test_compressed_batches_are_refused_before_they_are_unpacked(codec: str) -> None:
    count = 1_000_000
    bomb = batch([NOW] * count, pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), ["t"]), [0.0] * count)
    payload = stream(bomb, compression=codec)
    assert len(payload) < bomb.nbytes / 50
    (fault,) = read_payload(payload, CHANNELS, TIMES, Columns())
    assert "compressed" in fault.why.in_english


GOOD = stream(batch([NOW] * 3, pa.array(["t", "ch4", None]).dictionary_encode(), [1.0, None, 3.0]))


@given(st.data())
def test_changed_bytes_are_read_or_told(data: st.DataObject) -> None:
    payload = bytearray(GOOD)
    for at in data.draw(st.lists(st.integers(4, len(payload) - 1), min_size=1, max_size=6)):
        payload[at] = data.draw(st.integers(0, 255))
    columns = Columns()
    faults = read_payload(bytes(payload[: data.draw(st.integers(4, len(payload)))]), CHANNELS, TIMES, columns)
    assert len(columns) <= 3
    assert all(fault.why.in_english for fault in faults)
