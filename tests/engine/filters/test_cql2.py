"""CQL2: text and JSON mean the same, and both mean what the slow twin decides row by row."""

import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.languages import english as english
from tests.reference.cql2 import decide
from tocsin.base.errors import InvalidInput
from tocsin.engine.filters import temporal
from tocsin.engine.filters.compiling import compile_filter
from tocsin.engine.filters.reading import read_text, read_tree

SHAPES = [
    shapely.Point(120.0, 36.0),
    None,
    shapely.LineString([(120.0, 36.0), (120.4, 36.4)]),
    shapely.box(120.1, 36.1, 120.3, 36.3),
    shapely.Point(120.2, 36.2),
    shapely.MultiPoint([(119.0, 35.0), (121.0, 37.0)]),
]
EVE, NOON = datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
COLUMNS = ("name", "floors", "height", "open", "built", "seen", "tags")
TOLD: list[tuple[Any, ...]] = [
    ("Hydrant", 3, 9.5, True, date(2020, 1, 1), EVE, ["a", "b"]),
    (None, None, None, None, None, None, None),
    ("消防栓", 0, -2.0, False, date(2021, 6, 1), NOON, []),
    ("hydrant é_%", 12, 3.0, True, date(2020, 1, 1), datetime(2026, 11, 3, 23, 59, tzinfo=UTC), ["b"]),
    ("", -7, 0.0, False, None, EVE, ["c", "a"]),
    ("É\n\\", 3, None, None, date(2026, 11, 2), None, ["a"]),
]
ROWS: list[dict[str, Any]] = [dict(zip(COLUMNS, one, strict=True)) for one in TOLD]
TYPES: dict[str, pl.DataType] = {
    "name": pl.String(),
    "floors": pl.Int64(),
    "height": pl.Float64(),
    "open": pl.Boolean(),
    "built": pl.Date(),
    "seen": pl.Datetime("us", "UTC"),
    "tags": pl.List(pl.String()),
}


def frame() -> pl.LazyFrame:
    bounds = shapely.bounds(SHAPES)
    told = {name: pl.Series([row[name] for row in ROWS], dtype=dtype) for name, dtype in TYPES.items()}
    boxes = {
        side: pl.Series(bounds[:, place]).fill_nan(None) for place, side in enumerate(("_west", "_south", "_east", "_north"))
    }
    shapes = pl.Series([None if one is None else shapely.to_wkb(one) for one in SHAPES], dtype=pl.Binary)
    return pl.DataFrame({"_key": range(len(ROWS)), "_geometry": shapes, **boxes, **told}).lazy()


FRAME = frame()


def kept(tree: Any) -> list[int]:
    found = FRAME.filter(compile_filter(tree, TYPES)).collect()["_key"]
    return [int(one) for one in found]


def kept_by_twin(tree: Any) -> list[int]:
    rows = [{**row, "geometry": shape} for row, shape in zip(ROWS, SHAPES, strict=True)]
    return [place for place, row in enumerate(rows) if decide(tree, row) is True]


def text_of(tree: Any) -> str:
    """The tree in CQL2 text, with brackets wherever they may stand."""
    if isinstance(tree, bool):
        return str(tree).upper()
    if isinstance(tree, str):
        return "'" + tree.replace("'", "''") + "'"
    if isinstance(tree, int | float):
        return repr(tree)
    if isinstance(tree, list):
        return "(" + ",".join(map(text_of, tree)) + ")"
    if "property" in tree:
        return f'"{tree["property"]}"'
    for kind in ("date", "timestamp"):
        if kind in tree:
            return f"{kind.upper()}('{tree[kind]}')"
    if "interval" in tree:
        return "INTERVAL(" + ",".join(f"'{one}'" if isinstance(one, str) else text_of(one) for one in tree["interval"]) + ")"
    if "bbox" in tree:
        return "BBOX(" + ",".join(map(repr, tree["bbox"])) + ")"
    if "type" in tree:
        return shapely.to_wkt(shapely.geometry.shape(tree), rounding_precision=-1)
    name, arguments = tree["op"], tree["args"]
    told = [text_of(one) for one in arguments]
    match name:
        case "and" | "or":
            return "(" + f" {name.upper()} ".join(told) + ")"
        case "not":
            return f"(NOT {told[0]})"
        case "isNull":
            return f"({told[0]} IS NULL)"
        case "between":
            return f"({told[0]} BETWEEN {told[1]} AND {told[2]})"
        case "in":
            return f"({told[0]} IN {told[1]})"
        case "like":
            return f"({told[0]} LIKE {told[1]})"
        case word if word[0].isalpha() and word != "div":
            return f"{word.upper()}({','.join(told)})"
    return f"({told[0]} {name.upper()} {told[1]})"


def op(name: str, *arguments: Any) -> dict[str, Any]:
    return {"op": name, "args": list(arguments)}


def prop(name: str) -> dict[str, str]:
    return {"property": name}


NUMBERS = st.sampled_from([0, 1, 3, -7, 2.5, 12])
TEXTS = st.sampled_from(["Hydrant", "hydrant", "消防栓", "", "é", "a'b"])
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
DATES = st.sampled_from(["2020-01-01", "2021-06-01", "2026-11-02"])
TIMES = st.sampled_from(["2026-11-01T08:00:00Z", "2026-11-02T00:00:00Z", "2026-11-02T08:00:00+08:00"])
GEOMETRIES = st.sampled_from(
    [
        {"bbox": [120.05, 36.05, 120.25, 36.25]},
        {"type": "Point", "coordinates": [120.2, 36.2]},
        {"type": "Polygon", "coordinates": [[[120.1, 36.1], [120.3, 36.1], [120.3, 36.3], [120.1, 36.3], [120.1, 36.1]]]},
        {"type": "LineString", "coordinates": [[120.0, 36.4], [120.4, 36.0]]},
        {"type": "MultiPoint", "coordinates": [[120.0, 36.0], [119.0, 35.0]]},
    ]
)
RELATIONS = st.sampled_from(["intersects", "within", "disjoint", "contains", "touches", "crosses", "overlaps", "equals"])
ALLEN = st.sampled_from(sorted(name.removeprefix("t_") for name in temporal.RELATIONS))

numbers = st.recursive(
    st.one_of(NUMBERS, st.sampled_from([prop("floors"), prop("height")])),
    lambda inner: st.builds(op, st.sampled_from(["+", "-", "*", "/", "div"]), inner, inner),
    max_leaves=4,
)
texts = st.recursive(
    st.one_of(TEXTS, st.just(prop("name"))),
    lambda inner: st.builds(op, st.sampled_from(["casei", "accenti"]), inner),
    max_leaves=3,
)
moments = st.one_of(
    st.sampled_from([prop("built"), prop("seen")]),
    st.builds(lambda one: {"date": one}, DATES),
    st.builds(lambda one: {"timestamp": one}, TIMES),
)
ends = st.one_of(st.just(".."), DATES, TIMES, st.sampled_from([prop("built"), prop("seen")]))
spans = st.one_of(moments, st.builds(lambda one, other: {"interval": [one, other]}, ends, ends))
conditions = st.one_of(
    st.builds(op, SIGNS, numbers, numbers),
    st.builds(op, SIGNS, texts, texts),
    st.builds(op, st.sampled_from(["=", "<>"]), st.just(prop("open")), st.booleans()),
    st.just(prop("open")),
    st.builds(lambda one, low, high: op("between", one, low, high), numbers, numbers, numbers),
    st.builds(lambda one, among: op("in", one, among), numbers, st.lists(NUMBERS, min_size=1, max_size=3)),
    st.builds(lambda one, among: op("in", one, among), texts, st.lists(TEXTS, min_size=1, max_size=3)),
    st.builds(
        lambda one, pattern: op("like", one, pattern), texts, st.sampled_from(["H%", "%\\%", "_", "%", "hydrant é\\_%", "%é%"])
    ),
    st.builds(lambda one: op("isNull", one), st.sampled_from([prop(name) for name in TYPES] + [prop("geometry")])),
    st.builds(lambda name, one: op(f"s_{name}", prop("geometry"), one), RELATIONS, GEOMETRIES),
    st.builds(lambda name, one: op(f"s_{name}", one, prop("geometry")), RELATIONS, GEOMETRIES),
    st.builds(lambda name, one, other: op(f"t_{name}", one, other), ALLEN, spans, spans),
    st.builds(
        lambda name, values: op(f"a_{name}", prop("tags"), values),
        st.sampled_from(["contains", "containedby", "equals", "overlaps"]),
        st.lists(st.sampled_from(["a", "b", "z"]), min_size=2, max_size=3),
    ),
)
filters = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(lambda one, other: op("and", one, other), inner, inner),
        st.builds(lambda one, other: op("or", one, other), inner, inner),
        st.builds(lambda one: op("not", one), inner),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(filters)
def test_text_and_json_and_the_slow_twin_keep_the_same_rows(tree: Any) -> None:
    expected = kept_by_twin(tree)
    assert kept(read_tree(json.dumps(tree))) == expected
    assert kept(read_text(text_of(tree))) == expected


REFUSED = {
    "nothing": ("", "not CQL2"),
    "half a comparison": ("floors =", "not CQL2"),
    "something behind it": ("floors = 1 garbage", "not CQL2"),
    "an unknown property": ("storeys = 1", "storeys"),
    "another kind": ("name > 1", "compared"),
    "null": ("name = NULL", "IS NULL"),
    "no condition": ("floors", "condition"),
    "an unknown function": ("buffer(geometry, 3) = 1", "buffer"),
    "a wrong date": ("built = DATE('2026-13-01')", "2026-13-01"),
    "a wrong time": ("seen = TIMESTAMP('2026-11-01T25:00:00Z')", "2026-11-01T25"),
    "the geometry as a value": ("geometry = 1", "geometry"),
    "two literals": ("S_INTERSECTS(POINT(1 1), POINT(2 2))", "S_INTERSECTS"),
    "a polygon that crosses itself": ("S_WITHIN(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "valid"),
    "arithmetic of texts": ("name + 1 = 2", "numbers"),
    "casei of a number": ("CASEI(floors) = 'a'", "text"),
    "a list of another kind": ("A_CONTAINS(tags, (1, 2))", "list"),
    "too deep": ("(" * 70 + "floors = 1" + ")" * 70, "brackets"),
    "too long": ("floors IN (" + ",".join("1" for _ in range(40_000)) + ")", "longer"),
}


@pytest.mark.parametrize(("text", "word"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_read_is_refused_with_the_reason(text: str, word: str) -> None:
    with pytest.raises(InvalidInput, match=word):
        kept(read_text(text))


@pytest.mark.parametrize(
    "tree",
    [
        [],
        None,
        {},
        {"op": "="},
        {"op": "=", "args": [1]},
        {"op": 1, "args": []},
        {"op": "and", "args": []},
        {"property": "name", "more": 1},
        {"op": "in", "args": [{"property": "floors"}, []]},
        {"op": "like", "args": [{"property": "name"}, 3]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": "x"}]},
        {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [1, 2, 3]}]},
        {"op": "t_after", "args": [{"property": "seen"}, {"interval": ["2026-11-01"]}]},
        {"op": ">", "args": [{"property": "floors"}, 1e999]},
    ],
)  # fmt: skip
def test_json_that_is_no_filter_is_refused(tree: Any) -> None:
    with pytest.raises(InvalidInput):
        kept(tree)
