"""Records as platforms write them."""

from collections.abc import Iterator
from contextlib import suppress

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable
from tocsin.federation.rules.records import RecordMapping, read_rows, record_of

MOST = 600
FIELDS = {"firm": "code", "at": "t", "value": "v.n", "source": "=video", "unit": "u"}
MAPPINGS = (
    RecordMapping("json", FIELDS, rows="data.items", words={"value": {"on": 1.0}}),
    RecordMapping("ndjson", FIELDS),
    RecordMapping("csv", FIELDS | {"value": "v"}, zone_h=-3.5),
)


def check(data: bytes) -> None:
    """Records that a database takes, or words about what can't be read; the first byte chooses how it is written."""
    mapping = MAPPINGS[data[0] % len(MAPPINGS)] if data else MAPPINGS[0]
    with suppress(InvalidInput):
        for row in read_rows(data[1:], mapping):
            with suppress(InvalidInput):
                record = record_of(row, mapping)
                assert record["at"].tzinfo is not None
                assert isinstance(record["value"], float)
                assert all(is_storable(text) for text in record.values() if isinstance(text, str))


def seeds() -> Iterator[bytes]:
    """One of each kind."""
    row = b'{"code": "A", "t": "2026-11-25 08:00", "v": {"n": "3"}, "u": "kW"}'
    yield b"\x00" + b'{"data": {"items": [%s, %s]}}' % (row, row.replace(b'"3"', b'"on"'))
    yield b"\x01" + row + b"\n" + row.replace(b'"2026-11-25 08:00"', b"1764000000000")
    yield b"\x02" + "code;t;v;u\nA;2026-11-25T08:00+08:00;2;千瓦\n".encode("gb18030")
