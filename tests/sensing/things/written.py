"""Conditions written out again, and made up."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from tocsin.sensing.things.rules.tree import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Linked,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Place,
)


def written(node: Node) -> str:
    """The text that is read as this tree."""
    match node:
        case Literal():
            return _value(node.value)
        case Path():
            return str(node)
        case Call():
            return f"{node.name}({','.join(written(one) for one in node.arguments)})"
        case Arithmetic() | Comparison():
            return f"({written(node.left)} {node.operator} {written(node.right)})"
        case Negative():
            return f"-({written(node.operand)})"
        case Not():
            return f"not ({written(node.operand)})"
        case And():
            return " and ".join(f"({written(one)})" for one in node.operands)
        case Or():
            return " or ".join(f"({written(one)})" for one in node.operands)
        case Linked():
            raise ValueError(node)


def _value(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return f"{value!r}"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return f"duration'PT{value.total_seconds():g}S'"
        case Place():
            return f"geography'{value.shape.wkt}'"
    raise ValueError(value)


def conditions(numbers: tuple[str, ...], texts: tuple[str, ...], times: tuple[str, ...], words: tuple[str, ...]) -> Any:
    """Conditions upon properties of those names that fit together."""
    number = st.deferred(lambda: one_number)
    one_number: Any = st.one_of(
        st.integers(0, 40).map(lambda value: Literal(value / 2)),
        st.sampled_from(numbers).map(lambda name: Path(tuple(name.split("/")))),
        st.builds(Arithmetic, st.sampled_from(["add", "sub", "mul", "div", "mod"]), number, number),
        st.builds(Negative, number),
        st.builds(lambda name, value: Call(name, (value,)), st.sampled_from(["round", "floor", "ceiling"]), number),
        st.deferred(lambda: text).map(lambda value: Call("length", (value,))),
    )
    text: Any = st.one_of(
        st.sampled_from(words).map(Literal),
        st.sampled_from(texts).map(lambda name: Path(tuple(name.split("/")))),
    )
    text = st.one_of(
        text,
        st.builds(lambda name, value: Call(name, (value,)), st.sampled_from(["tolower", "toupper", "trim"]), text),
        st.builds(lambda one, begin: Call("substring", (one, Literal(float(begin)))), text, st.integers(0, 3)),
        st.builds(lambda one, other: Call("concat", (one, other)), text, text),
    )
    moment = st.integers(0, 300).map(lambda minutes: Literal(datetime(2025, 11, 8, 10, tzinfo=UTC) + timedelta(minutes=minutes)))
    time_path = st.sampled_from(times).map(lambda name: Path(tuple(name.split("/"))))
    comparing = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
    atom = st.one_of(
        st.builds(Comparison, comparing, number, number),
        st.builds(Comparison, st.sampled_from(["eq", "ne"]), number, st.just(Literal(None))),
        st.builds(Comparison, st.sampled_from(["eq", "ne"]), text, text),
        st.builds(Comparison, comparing, time_path, moment),
        st.builds(
            lambda name, one, other: Call(name, (one, other)),
            st.sampled_from(["contains", "startswith", "endswith", "substringof"]),
            text,
            text,
        ),
    )

    def grown(inner: Any) -> Any:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))

    return st.recursive(atom, grown, max_leaves=6)
