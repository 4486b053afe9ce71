"""Deliveries as they go wrong at offices: each is noticed by its name; and ordinary days are as agreed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import msgspec
import numpy as np
import polars as pl
import pytest
import shapely

from tests.engine.deliveries.departments import (
    FIRST,
    REGULATORS,
    SCHOOLS,
    SHELTERS,
    delivery,
    regulators,
    schools,
    shelters,
    with_cells,
)
from tocsin.base.datums import Datum, convert
from tocsin.engine.deliveries.contract import Contract
from tocsin.engine.deliveries.judgement import Judged, judge
from tocsin.engine.deliveries.profile import Delivery, Profile
from tocsin.engine.deliveries.verdicts import Code, Verdict

DEPARTMENTS: dict[str, tuple[Contract, Callable[..., Delivery]]] = {
    "schools": (SCHOOLS, schools),
    "regulators": (REGULATORS, regulators),
    "shelters": (SHELTERS, shelters),
}


def at(day: int) -> int:
    return int((FIRST + timedelta(days=day)).timestamp() * 1000)


@cache
def first_day(department: str) -> Judged:
    """The judgement of the delivery of day 0, before which there was none."""
    contract, made = DEPARTMENTS[department]
    first = judge(made(0), contract, now_ms=at(0))
    assert first.verdict is Verdict.AS_AGREED, first.findings
    return first


def second_day(department: str, change: Callable[[Delivery], Delivery] = lambda one: one) -> Judged:
    """The judgement of the delivery of day 1, changed, after a good one of day 0."""
    contract, made = DEPARTMENTS[department]
    return judge(change(made(1)), contract, first_day(department).profile, now_ms=at(1))


@pytest.mark.parametrize("department", DEPARTMENTS)
@pytest.mark.parametrize("seed", range(1, 5))
def test_ordinary_days_are_as_agreed(department: str, seed: int) -> None:
    contract, made = DEPARTMENTS[department]
    before: Profile | None = None
    for day in range(6):
        judged = judge(made(day, seed), contract, before, now_ms=at(day))
        assert (judged.verdict, judged.findings) == (Verdict.AS_AGREED, ())
        before = judged.profile


def cells(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Delivery], Delivery]:
    return lambda one: with_cells(one, change(one.cells))


def column(name: str, change: Callable[[pl.Series], pl.Series]) -> Callable[[Delivery], Delivery]:
    return cells(lambda table: table.with_columns(change(table[name]).alias(name)))


def scaled(name: str, factor: float, digits: int = 4) -> Callable[[Delivery], Delivery]:
    return column(name, lambda one: (one.cast(pl.Float64) * factor).round(digits).cast(pl.String))


def part_scaled(name: str, factor: float, share: float) -> Callable[[Delivery], Delivery]:
    def change(one: pl.Series) -> pl.Series:
        cut = int(len(one) * share)
        return pl.concat([(one.head(cut).cast(pl.Float64) * factor).cast(pl.String), one.tail(len(one) - cut)])

    return column(name, change)


def in_datum(datum: Datum, share: float = 1.0) -> Callable[[Delivery], Delivery]:
    def change(table: pl.DataFrame) -> pl.DataFrame:
        places = table.select("经度", "纬度").cast(pl.Float64).to_numpy()
        cut = int(len(places) * share)
        places = np.vstack([convert(places[:cut], Datum.CGCS2000, datum), places[cut:]])
        texts = [[f"{one:.6f}" for one in places[:, which]] for which in (0, 1)]
        return table.with_columns(pl.Series("经度", texts[0]), pl.Series("纬度", texts[1]))

    return cells(change)


def shifted_left(table: pl.DataFrame) -> pl.DataFrame:
    """One cell fell out in front: every row moves one column to the left, under the old headings."""
    return pl.DataFrame(
        {name: table[other] for name, other in zip(table.columns, (*table.columns[1:], table.columns[0]), strict=True)}
    )


def misread(one: pl.Series, wrote: str, read: str) -> pl.Series:
    return pl.Series([None if text is None else text.encode(wrote).decode(read, errors="replace") for text in one])


def shapes(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Delivery], Delivery]:
    return lambda one: with_cells(
        replace(one, shapes=change(one.shapes)), one.cells.with_columns(pl.lit(None, pl.String).alias("x")).drop("x")
    )


def bow_ties(outlines: np.ndarray) -> np.ndarray:
    changed = outlines.copy()
    for number in range(12):
        west, south, east, north = outlines[number].bounds
        changed[number] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    return changed


WRONG: list[tuple[str, str, Callable[[Delivery], Delivery], Code, Verdict]] = [
    ("a column renamed", "schools", cells(lambda one: one.rename({"在校人数": "学生数"})), Code.COLUMN_RENAMED, Verdict.BROKEN),
    ("the key renamed", "schools", cells(lambda one: one.rename({"学校代码": "统一编号"})), Code.COLUMN_RENAMED, Verdict.BROKEN),
    (
        "a list of values renamed",
        "schools",
        cells(lambda one: one.rename({"办学类型": "类别"})),
        Code.COLUMN_RENAMED,
        Verdict.BROKEN,
    ),
    ("a column left out", "schools", cells(lambda one: one.drop("在校人数")), Code.COLUMN_MISSING, Verdict.BROKEN),
    (
        "a column that may be missing left out",
        "schools",
        cells(lambda one: one.drop("值班电话")),
        Code.COLUMN_MISSING,
        Verdict.NARROWED,
    ),
    (
        "a column more",
        "schools",
        cells(lambda one: one.with_columns(pl.lit("x").alias("校长"))),
        Code.COLUMN_ADDED,
        Verdict.WIDENED,
    ),
    ("columns shifted to the left", "schools", cells(shifted_left), Code.COLUMNS_SHIFTED, Verdict.BROKEN),
    (
        "two columns exchanged",
        "regulators",
        cells(lambda one: one.rename({"inlet": "o", "outlet": "inlet"}).rename({"o": "outlet"})),
        Code.COLUMNS_SHIFTED,
        Verdict.BROKEN,
    ),
    ("numbers with their unit", "schools", column("在校人数", lambda one: one + "人"), Code.UNREADABLE, Verdict.BROKEN),
    (
        "numbers in words",
        "schools",
        column("在校人数", lambda one: pl.Series(["若干"] * len(one))),
        Code.UNREADABLE,
        Verdict.BROKEN,
    ),
    (
        "one slip of the pen",
        "schools",
        column("在校人数", lambda one: pl.concat([pl.Series(["12 00x"]), one.tail(len(one) - 1)])),
        Code.UNREADABLE,
        Verdict.NARROWED,
    ),
    (
        "days the American way",
        "regulators",
        column("checked", lambda one: one.str.replace(r"(\d+)-(\d+)-(\d+)", "$2/$3/$1")),
        Code.UNREADABLE,
        Verdict.BROKEN,
    ),
    (
        "serial numbers of a spreadsheet in place of moments",
        "schools",
        column("更新时间", lambda one: pl.Series([f"46{n % 1000:03d}.5" for n in range(len(one))])),
        Code.UNREADABLE,
        Verdict.BROKEN,
    ),
    ("Pa for kPa", "regulators", scaled("outlet", 1000), Code.SCALED, Verdict.BROKEN),
    ("MPa for kPa", "regulators", scaled("inlet", 0.001, 6), Code.SCALED, Verdict.BROKEN),
    ("psi for kPa", "regulators", scaled("inlet", 1 / 6.894757), Code.SCALED, Verdict.BROKEN),
    ("litres a second for cubic metres an hour", "regulators", scaled("flow", 1 / 3.6), Code.SCALED, Verdict.BROKEN),
    ("ten thousands for ones", "schools", scaled("在校人数", 1 / 10_000), Code.SCALED, Verdict.BROKEN),
    ("a part in Pa", "regulators", part_scaled("outlet", 1000, 0.2), Code.SCALED, Verdict.BROKEN),
    (
        "kelvin for Celsius",
        "regulators",
        column("temperature", lambda one: (one.cast(pl.Float64) + 273.15).round(2).cast(pl.String)),
        Code.OFFSET,
        Verdict.BROKEN,
    ),
    ("half a file", "schools", cells(lambda one: one.head(len(one) // 2)), Code.FEWER_ROWS, Verdict.BROKEN),
    ("a fifth missing", "schools", cells(lambda one: one.tail(len(one) * 4 // 5)), Code.FEWER_ROWS, Verdict.NARROWED),
    ("only the headings", "schools", cells(lambda one: one.clear()), Code.NO_ROWS, Verdict.BROKEN),
    ("yesterday's file", "schools", lambda _one: schools(0), Code.SAME_FILE, Verdict.BROKEN),
    (
        "yesterday's rows in another order",
        "schools",
        lambda _one: with_cells(schools(0), schools(0).cells.reverse()),
        Code.NOT_NEWER,
        Verdict.BROKEN,
    ),
    ("last week's file", "schools", lambda _one: schools(-7), Code.NOT_NEWER, Verdict.BROKEN),
    (
        "another district's file",
        "schools",
        column("学校代码", lambda one: one.str.replace("370213", "370212")),
        Code.KEYS_GONE,
        Verdict.BROKEN,
    ),
    (
        "a clock a month ahead",
        "regulators",
        column("read_at", lambda one: one.str.replace("2026-11", "2026-12")),
        Code.AHEAD,
        Verdict.BROKEN,
    ),
    ("rows appended twice", "schools", cells(lambda one: pl.concat([one, one])), Code.NOT_UNIQUE, Verdict.BROKEN),
    ("rows cut within", "schools", lambda one: replace(one, ragged=40), Code.RAGGED, Verdict.BROKEN),
    (
        "a column emptied that must be filled",
        "schools",
        column("学校名称", lambda one: pl.Series([None] * len(one), dtype=pl.String)),
        Code.EMPTY,
        Verdict.BROKEN,
    ),
    (
        "a column emptied",
        "schools",
        column("地址", lambda one: pl.Series([None] * len(one), dtype=pl.String)),
        Code.EMPTIED,
        Verdict.NARROWED,
    ),
    (
        "one value for all",
        "regulators",
        column("outlet", lambda one: pl.Series(["2.500"] * len(one))),
        Code.CONSTANT,
        Verdict.BROKEN,
    ),
    (
        "other words for the same kinds",
        "schools",
        column("办学类型", lambda one: one.replace("小学", "Primary")),
        Code.UNKNOWN_VALUE,
        Verdict.BROKEN,
    ),
    (
        "a new state of an open list",
        "regulators",
        column("state", lambda one: pl.concat([pl.Series(["mothballed"] * 9), one.tail(len(one) - 9)])),
        Code.UNKNOWN_VALUE,
        Verdict.WIDENED,
    ),
    (
        "codes without their zeros",
        "schools",
        column("学校代码", lambda one: one.str.slice(1)),
        Code.OTHER_PATTERN,
        Verdict.BROKEN,
    ),
    (
        "minus ones for unknown",
        "schools",
        column("在校人数", lambda one: pl.concat([pl.Series(["-1"] * 30), one.tail(len(one) - 30)])),
        Code.OUT_OF_RANGE,
        Verdict.BROKEN,
    ),
    (
        "rounded",
        "regulators",
        column("outlet", lambda one: one.cast(pl.Float64).round(0).cast(pl.String)),
        Code.COARSER,
        Verdict.NARROWED,
    ),
    (
        "GBK read as UTF-8",
        "schools",
        column("学校名称", lambda one: misread(one, "gb18030", "utf-8")),
        Code.GARBLED,
        Verdict.BROKEN,
    ),
    ("UTF-8 read as GBK", "schools", column("地址", lambda one: misread(one, "utf-8", "gb18030")), Code.GARBLED, Verdict.BROKEN),
    (
        "GBK read as Latin",
        "schools",
        column("学校名称", lambda one: misread(one, "gb18030", "latin-1")),
        Code.GARBLED,
        Verdict.BROKEN,
    ),
    ("GCJ-02 in place of CGCS2000", "schools", in_datum(Datum.GCJ02), Code.OTHER_DATUM, Verdict.BROKEN),
    ("BD-09 in place of CGCS2000", "schools", in_datum(Datum.BD09), Code.OTHER_DATUM, Verdict.BROKEN),
    ("GCJ-02 in every tenth row", "schools", in_datum(Datum.GCJ02, 0.1), Code.OTHER_DATUM, Verdict.BROKEN),
    (
        "latitude first",
        "schools",
        cells(lambda one: one.rename({"经度": "o", "纬度": "经度"}).rename({"o": "纬度"})),
        Code.COLUMNS_SHIFTED,
        Verdict.BROKEN,
    ),
    (
        "metres of a projection",
        "schools",
        cells(
            lambda one: one.with_columns(
                (one["经度"].cast(pl.Float64) * 90_000).cast(pl.String), (one["纬度"].cast(pl.Float64) * 111_000).cast(pl.String)
            )
        ),
        Code.NOT_DEGREES,
        Verdict.BROKEN,
    ),
    (
        "places at zero",
        "schools",
        cells(lambda one: one.with_columns(pl.lit("0").alias("经度"), pl.lit("0").alias("纬度"))),
        Code.NO_PLACE,
        Verdict.BROKEN,
    ),
    (
        "all places moved by a kilometre",
        "schools",
        column("纬度", lambda one: (one.cast(pl.Float64) + 0.01).round(6).cast(pl.String)),
        Code.MOVED,
        Verdict.BROKEN,
    ),
    (
        "places in another county",
        "schools",
        column("经度", lambda one: (one.cast(pl.Float64) - 0.5).round(6).cast(pl.String)),
        Code.OUTSIDE,
        Verdict.BROKEN,
    ),
    (
        "places rounded to a hundredth",
        "schools",
        cells(lambda one: one.with_columns(pl.col("经度", "纬度").cast(pl.Float64).round(3).cast(pl.String))),
        Code.COARSER_PLACES,
        Verdict.NARROWED,
    ),
    ("outlines that cross themselves", "shelters", shapes(bow_ties), Code.BROKEN_SHAPE, Verdict.BROKEN),
    ("points in place of outlines", "shelters", shapes(shapely.centroid), Code.OTHER_SHAPE, Verdict.BROKEN),
    (
        "latitude first in outlines",
        "shelters",
        shapes(lambda one: shapely.transform(one, lambda xy: xy[:, ::-1])),
        Code.SWAPPED_PLACES,
        Verdict.BROKEN,
    ),
    (
        "outlines in GCJ-02",
        "shelters",
        shapes(lambda one: shapely.transform(one, lambda xy: convert(xy, Datum.CGCS2000, Datum.GCJ02))),
        Code.OTHER_DATUM,
        Verdict.BROKEN,
    ),
]


@pytest.mark.parametrize(("department", "change", "code", "verdict"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_goes_wrong_is_noticed(
    department: str, change: Callable[[Delivery], Delivery], code: Code, verdict: Verdict
) -> None:
    judged = second_day(department, change)
    assert code in [one.code for one in judged.findings], judged.findings
    assert judged.verdict is verdict, judged.findings


def test_a_first_delivery_says_what_could_not_be_told() -> None:
    judged = judge(schools(0), SCHOOLS, now_ms=at(0))
    assert judged.untold == ("changes", "datum")


def test_control_points_tell_the_datum_of_a_first_delivery() -> None:
    right, wrong = schools(0), in_datum(Datum.GCJ02)(schools(0))
    known = {row["学校代码"]: (float(row["经度"]), float(row["纬度"])) for row in right.cells.head(8).iter_rows(named=True)}
    contract = replace(SCHOOLS, control_points=known)
    assert judge(right, contract, now_ms=at(0)).untold == ("changes",)
    (finding,) = judge(wrong, contract, now_ms=at(0)).findings
    assert (finding.code, finding.figures["datum"]) == (Code.OTHER_DATUM, "gcj02")


def test_other_headings_mean_the_same() -> None:
    english = {named: one.name for one in SCHOOLS.columns for named in one.also}
    assert second_day("schools", cells(lambda one: one.rename(english))).verdict is Verdict.AS_AGREED
    wide = {name: f" {name}（必填）" for name in schools(0).cells.columns}
    assert second_day("schools", cells(lambda one: one.rename(wide))).verdict is Verdict.AS_AGREED


def test_a_profile_is_kept_as_it_is() -> None:
    profile = judge(schools(0), SCHOOLS, now_ms=at(0)).profile
    assert msgspec.json.decode(msgspec.json.encode(profile), type=Profile) == profile
    assert len(msgspec.json.encode(profile)) < 300_000


def test_an_empty_table_without_columns_is_broken() -> None:
    assert judge(delivery(pl.DataFrame()), SCHOOLS, now_ms=0).verdict is Verdict.BROKEN
