"""JSON and TOML of strangers, and what is done with a policy that somebody edits."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from tocsin.base.documents import read_json, read_toml
from tocsin.base.errors import InvalidInput
from tocsin.base.toml import write_toml
from tocsin.bus.envelope import decode_event, decode_readings

MOST = 600


def check(data: bytes) -> None:
    """A value that is written and read again as it was, or words about what can't be read."""
    with suppress(InvalidInput):
        read_json(data)
    for decode in (decode_event, decode_readings):
        with suppress(InvalidInput):
            decode(data)
    with suppress(InvalidInput, UnicodeDecodeError):
        value = read_toml(data.decode())
        again = read_toml(write_toml(value))
        assert plain(again) == plain(value), (value, again)


def plain(value: Any) -> str:
    """The value as a text, in whatever order tables stand."""
    return json.dumps(value, sort_keys=True, default=repr)


def seeds() -> Iterator[bytes]:
    """Of all that TOML and JSON have."""
    yield b'{"a": [1, -2.5e3, true, null, "\\u4e00\\ud83d\\ude00"], "b": {"c": []}}'
    yield b'a = 1\nb = [1.5, "x", true]\nday = 2026-01-01\nat = 2026-01-01T08:00:00+08:00\ntime = 08:00:00\n'
    yield b'[t."x.y"]\nz = """\nq"""\n'
    yield b"[[row]]\na = { b = 0x1F, c = inf }\n[[row]]\na.b.c = 'l'\n[row.under]\nn = nan\n"
    yield b"TR\x01\x00" + b"\x00" * 12
