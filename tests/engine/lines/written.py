"""JSON as devices and databases write it, and as nobody should: for properties of what reads it."""

import json
from typing import Any

from hypothesis import strategies as st

SIGNS = [bytes([one]) for one in b'",:{}0.-e\n\\']

space = st.sampled_from(["", "", "", " ", "\t", "  "])
whole = st.integers(-(10**17), 10**17).map(str)
decimal = st.tuples(st.sampled_from(["", "-"]), st.integers(0, 10**8), st.text("0123456789", min_size=1, max_size=25)).map(
    lambda one: f"{one[0]}{one[1]}.{one[2]}"
)
floats = st.floats(allow_nan=False, allow_infinity=False).map(repr)
rare = ["0", "-0", "-0.0", "1e999", "1E+5", "0.1e-3", "123456789012345678901234567890"]
numbers = st.one_of(whole, decimal, floats, st.sampled_from(rare))
passed_over = st.sampled_from([('"unit"', '"ppm"'), ('"rssi"', "-70"), ('"note"', "null"), ('"seq"', "1.5e3")])


@st.composite
def objects(draw: Any, pairs: list[tuple[str, str]]) -> str:
    """An object of these keys and values, with spaces here and there."""
    inner = ",".join(f"{draw(space)}{key}{draw(space)}:{draw(space)}{value}{draw(space)}" for key, value in pairs)
    return f"{draw(space)}{{{inner or draw(space)}}}{draw(space)}"


@st.composite
def damaged(draw: Any, text: bytes) -> bytes:
    """The same with one byte replaced, left out or put in."""
    at = draw(st.integers(0, max(0, len(text) - 1)))
    byte = draw(st.one_of(st.binary(min_size=1, max_size=1), st.sampled_from(SIGNS)))
    how = draw(st.sampled_from(["replaced", "left out", "put in"]))
    return text[:at] + (b"" if how == "left out" else byte) + text[at + (how != "put in") :]


def strictly(line: str) -> Any:
    """The value of a line by the grammar of JSON, each key once; ValueError where it is none."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError("a key twice")
        return dict(pairs)

    def refuse(constant: str) -> float:
        raise ValueError(f"{constant} is no number of JSON")

    return json.loads(line, object_pairs_hook=once, parse_constant=refuse)
