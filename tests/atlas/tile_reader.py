"""A reader of vector tiles, from the other side of the specification: fields by their numbers, geometry back into steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack
from typing import Any


@dataclass(frozen=True)
class ReadFeature:
    """Kind (1 points, 2 lines, 3 areas), properties, and each part as absolute steps."""

    kind: int
    properties: dict[str, Any]
    parts: list[list[tuple[int, int]]]


def read_tile(body: bytes) -> dict[str, list[ReadFeature]]:
    """Features by layer."""
    return dict(_layer(layer) for number, layer in _fields(body) if number == 3)


def _layer(body: bytes) -> tuple[str, list[ReadFeature]]:
    told = list(_fields(body))
    (name,) = (value.decode() for number, value in told if number == 1)
    keys = [value.decode() for number, value in told if number == 3]
    values = [_value(value) for number, value in told if number == 4]
    assert (15, 2) in told
    features = []
    for number, value in told:
        if number == 2:
            inner = dict(_fields(value))
            tags = list(_varints(inner[2]))
            properties = {keys[key]: values[what] for key, what in zip(tags[::2], tags[1::2], strict=True)}
            features.append(ReadFeature(inner[3], properties, _parts(list(_varints(inner[4])))))
    return name, features


def _parts(commands: list[int]) -> list[list[tuple[int, int]]]:
    parts: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count if command != 7 else 0):
            dx, dy = commands[at : at + 2]
            x, y, at = x + ((dx >> 1) ^ -(dx & 1)), y + ((dy >> 1) ^ -(dy & 1)), at + 2
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return parts


def _value(body: bytes) -> Any:
    ((number, value),) = _fields(body)
    match number:
        case 1:
            return value.decode()
        case 3:
            return unpack("<d", value)[0]
        case 6:
            return (value >> 1) ^ -(value & 1)
    assert number == 7
    return bool(value)


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        key, at = _varint(body, at)
        if key & 7 == 0:
            value, at = _varint(body, at)
            yield key >> 3, value
        elif key & 7 == 1:
            yield key >> 3, body[at : at + 8]
            at += 8
        else:
            length, at = _varint(body, at)
            yield key >> 3, body[at : at + length]
            at += length


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        value, at = _varint(body, at)
        yield value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
