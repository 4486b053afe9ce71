"""The query language: what is read, what is refused, and that both translations say what the twin says."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sensing.things.city import NOON
from tests.sensing.things.written import conditions, written
from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.time import datetime_from_ms
from tocsin.sensing.history.rules import read_reading_key, reading_key
from tocsin.sensing.things.queries.conditions import condition_of
from tocsin.sensing.things.queries.registry import entities_of
from tocsin.sensing.things.queries.sets import entity_set
from tocsin.sensing.things.rules.addresses import read_address
from tocsin.sensing.things.rules.entities import ENTITIES, OBSERVATIONS
from tocsin.sensing.things.rules.evaluation import folded, holds, value_of
from tocsin.sensing.things.rules.kinds import check_condition
from tocsin.sensing.things.rules.language import DEEPEST, LONGEST, read_condition
from tocsin.sensing.things.rules.options import read_options
from tocsin.sensing.things.rules.selections import QUALITIES, selection_of
from tocsin.sensing.things.rules.spans import Span, parted

NOW = datetime(2025, 11, 8, 12, tzinfo=UTC)
ROWS = pl.DataFrame(
    [
        (sensor, NOON + step * 1_500_017, value, quality)
        for sensor, step, value, quality in [
            (0, 0, 0.0, 0),
            (0, 1, 12.5, 0),
            (1, 2, -3.0, 1),
            (1, 3, None, 2),
            (2, 4, 20.0, 0),
            (2, 5, 1e12, 0),
            (10, 6, 0.5, 1),
        ]
    ],
    schema={"sensor": pl.Int32, "ts": pl.Int64, "value": pl.Float64, "quality": pl.UInt8},
    orient="row",
)


def as_rows() -> list[dict[str, Any]]:
    return [
        {
            "@iot.id": reading_key(sensor, ts),
            "phenomenonTime": datetime_from_ms(ts),
            "resultTime": datetime_from_ms(ts),
            "result": value,
            "resultQuality": QUALITIES[quality],
        }
        for sensor, ts, value, quality in ROWS.iter_rows()
    ]


def chosen(text: str) -> list[int]:
    """Numbers of the rows that the condition keeps, by Polars and by the twin."""
    node = read_condition(text)
    check_condition(node, OBSERVATIONS)
    node = folded(node, NOW)
    fast = ROWS.with_row_index().filter(selection_of(node))["index"].to_list()
    assert fast == [number for number, row in enumerate(as_rows()) if holds(node, row, NOW)], text
    return fast


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("result gt 5", [1, 4, 5]),
        ("result gt 5 and result lt 15", [1]),
        ("result lt 0 or result eq 20", [2, 4]),
        ("not (result gt 5)", [0, 2, 3, 6]),
        ("result eq null", [3]),
        ("result ne null", [0, 1, 2, 4, 5, 6]),
        ("result ne 20", [0, 1, 2, 3, 5, 6]),
        ("result in (0, 20)", [0, 4]),
        ("20 eq result", [4]),
        ("result eq -3", [2]),
        ("result add 1 eq 1", [0]),
        ("result sub 0.5 eq 12", [1]),
        ("result mul 2 eq 1", [6]),
        ("result div 0 eq null", [0, 1, 2, 3, 4, 5, 6]),
        ("result div 2 eq 10", [4]),
        ("result mod 2 eq -1", [2]),
        ("1 add 2 mul 3 eq 7 and result eq 0", [0]),
        ("(1 add 2) mul 3 eq 9 and result eq 0", [0]),
        ("round(result) eq 13", [1]),
        ("round(result) eq 1", [6]),
        ("floor(result) eq 12", [1]),
        ("ceiling(result) eq 1", [6]),
        ("resultQuality eq 'good'", [0, 1, 4, 5]),
        ("resultQuality ne 'good'", [2, 3, 6]),
        ("contains(resultQuality,'oo')", [0, 1, 4, 5]),
        ("substringof('sus',resultQuality)", [2, 6]),
        ("startswith(resultQuality,'ba')", [3]),
        ("endswith(resultQuality,'t')", [2, 6]),
        ("length(resultQuality) eq 3", [3]),
        ("indexof(resultQuality,'s') eq 0", [2, 6]),
        ("substring(resultQuality,1,2) eq 'oo'", [0, 1, 4, 5]),
        ("toupper(resultQuality) eq 'BAD'", [3]),
        ("tolower('BAD') eq resultQuality", [3]),
        ("trim(' bad ') eq resultQuality", [3]),
        ("concat('b','ad') eq resultQuality", [3]),
        ("startswith(id,'10-')", [6]),
        (f"@iot.id eq '0-{NOON}'", [0]),
        ("phenomenonTime eq 2025-11-08T12:00:00Z", [0]),
        ("phenomenonTime eq 2025-11-08T20:00:00+08:00", [0]),
        ("phenomenonTime eq 2025-11-08T20:00:00 08:00", [0]),
        ("phenomenonTime gt 2025-11-08T12:30:00Z and resultTime lt 2025-11-08T13:00:00Z", [2]),
        ("phenomenonTime gt 2025-11-08T12:25:00.016Z and phenomenonTime le 2025-11-08T12:25:00.017Z", [1]),
        ("phenomenonTime gt now() add duration'PT2H'", [5, 6]),
        ("phenomenonTime sub duration'PT25M' lt now()", [0]),
        ("now() sub phenomenonTime lt duration'-PT2H20M'", [6]),
        ("phenomenonTime lt maxdatetime() and phenomenonTime gt mindatetime()", [0, 1, 2, 3, 4, 5, 6]),
        ("hour(phenomenonTime) eq 13", [3, 4]),
        ("minute(phenomenonTime) eq 25", [1]),
        ("second(phenomenonTime) eq 0 and year(phenomenonTime) eq 2025 and month(phenomenonTime) eq 11", [0, 1, 2, 3, 4, 5, 6]),
        ("day(phenomenonTime) ne 8", []),
        ("fractionalseconds(phenomenonTime) gt 0.1", [6]),
        ("totaloffsetminutes(phenomenonTime) eq 0", [0, 1, 2, 3, 4, 5, 6]),
        ("date(phenomenonTime) eq 2025-11-08", [0, 1, 2, 3, 4, 5, 6]),
        ("time(phenomenonTime) lt 12:30:00", [0, 1]),
        ("true", [0, 1, 2, 3, 4, 5, 6]),
        ("false or null eq null and result eq 0", [0]),
        ("contains(null,'a')", []),
        ("not contains(null,'a') and result eq 0", [0]),
        ("result gt null", []),
        ("not (result gt null) and result eq 0", [0]),
        ("(result gt 5) eq true", [1, 4, 5]),
        ("'it''s' eq 'it''s' and result eq 0", [0]),
        ("3.5e1 eq 35 and result eq 0", [0]),
    ],
)
def test_table_of_conditions(text: str, rows: list[int]) -> None:
    assert chosen(text) == rows


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "result gt",
        "gt 5",
        "result gt 5 and",
        "(result gt 5",
        "result gt 5)",
        "result = 5",
        "result gt 5; drop",
        "result gt '",
        "'a",
        "result gt 1e16",
        "result gt 5 5",
        "result in ()",
        "result in 5",
        "not",
        "contains(,)",
        "contains(resultQuality,'a'",
        "result eq 'a'",
        "result add 'a' eq 1",
        "phenomenonTime add 1 gt now()",
        "phenomenonTime gt 2025-02-30T00:00:00Z",
        "phenomenonTime gt 2025-02-03T00:00:00",
        "duration'P' gt duration'PT1S'",
        "geography'POINT(1 1 1)' eq 1",
        "geography'POINT(200 1)' eq 1",
        "geography'POINT EMPTY' eq 1",
        "geography'POLYGON((0 0,1 1,1 0,0 1,0 0))' eq 1",
        "Datastream/any(d:result gt 1)",
        "Datastream/any(d:d)",
        "any(d:d/id)",
        "Datastream/any(",
        "(" * 200 + "true" + ")" * 200,
        "not " * 200 + "true",
        "-" * 200 + "1 eq 1",
        "1 add " * 200 + "1 eq 1",
        " or ".join(["result eq 1"] * 300),
        "a" * (LONGEST + 1),
        "result eq \0",
        "结果 eq 1",
    ],
)
def test_what_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        check_condition(read_condition(text), OBSERVATIONS)


def test_many_parts_beside_each_other_are_no_depth() -> None:
    assert chosen(" or ".join(["result eq 0"] * 100)) == [0]


@settings(max_examples=150, deadline=None)
@given(conditions(("result",), ("resultQuality", "@iot.id"), ("phenomenonTime",), ("good", "bad", "", "o", "0-", "A b ")))
def test_polars_says_what_the_twin_says(node: Any) -> None:
    text = written(node)
    check_condition(node, OBSERVATIONS)
    try:
        read = read_condition(text)
    except InvalidInput:
        assert text.count("(") > DEEPEST
        return
    for one in (node, read):
        chosen_ones = ROWS.with_row_index().filter(selection_of(folded(one, NOW)))["index"].to_list()
        assert chosen_ones == [number for number, row in enumerate(as_rows()) if holds(one, row, NOW)], text


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    node=conditions(
        ("@iot.id", "properties/alarmHigh", "properties/newestResult", "properties/intervalSeconds"),
        ("properties/channel", "name", "properties/asset"),
        ("properties/newestTime",),
        ("methane", "Gas O'Neill", "", "m", "temp"),
    )
)
def test_the_database_says_what_the_twin_says(person: Any, node: Any) -> None:
    there = entity_set(person, "Datastreams")
    rows = entities_of(there, there.rows)
    twin = [
        row["@iot.id"]
        for row in rows
        if holds(node, row | {"properties/newestTime": datetime_from_ms(row["properties/newestTime"])}, NOW)
    ]
    found = there.rows.filter(condition_of(there, folded(node, NOW))).order_by("index").values_list("index", flat=True)
    assert list(found) == twin, written(node)


WORDS = "result eq gt 'a' ( ) and not any all / : , 5 -5 null Datastream d now() duration'P1D' 2025-01-01T00:00:00Z".split()  # noqa: SIM905


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_nothing_that_is_sent_breaks_it(text: str) -> None:
    for read in (
        lambda: check_condition(read_condition(text), OBSERVATIONS),
        lambda: read_options(ENTITIES["Things"], {"$expand": [text]}),
        lambda: read_options(ENTITIES["Things"], {"$orderby": [text], "$select": [text]}),
        lambda: read_options(ENTITIES["Things"], {"$skiptoken": [text]}),
        lambda: read_address(text),
    ):
        try:
            read()
        except Refusal as refusal:
            assert str(refusal)


def test_constants_are_worked_out_once() -> None:
    node = folded(read_condition("result gt 2 mul 3 and phenomenonTime gt now() sub duration'P1D'"), NOW)
    assert value_of(node.operands[0].right, {}, NOW) == 6.0  # type: ignore[union-attr]
    parts = parted(node)
    assert parts.span == Span(from_ms=round((NOW - timedelta(days=1)).timestamp() * 1000))


def test_conditions_upon_the_datastream_are_taken_apart() -> None:
    parts = parted(read_condition("Datastream/id eq 1 and result gt 5 and phenomenonTime lt 2025-11-08T12:00:00Z"))
    assert len(parts.datastreams) == 1
    assert (parts.span.from_ms, parts.span.to_ms) == (0, NOON + 1)
    with pytest.raises(Refusal):
        parted(read_condition("Datastream/id eq 1 or result gt 5"))


def test_names_of_readings() -> None:
    assert read_reading_key(reading_key(7, 5)) == (7, 5)
    for wrong in ("", "7", "-5", "7-", "a-5", "7--5", "7-5-5", "９-5", "7-" + "9" * 16):
        assert read_reading_key(wrong) is None


def test_the_twin_has_no_number_without_end() -> None:
    huge = read_condition("1e15 mul 1e15 mul 1e15 gt 0")
    assert holds(huge, {}, NOW)
    assert math.isfinite(1e45)
