"""Pages of Observations from the history: of few sensors, day by day, until a page is full or enough days were read.

A page that ends for the second reason says where the next one begins, so nobody waits for years to be searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from tocsin.base.errors import InvalidInput
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.face import Person, scope
from tocsin.screens.budgets.policy import BUDGETS
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.readings import history
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.history.rules import read_reading_key, reading_key
from tocsin.sensing.things.queries.conditions import condition_of
from tocsin.sensing.things.queries.registry import Page, Row
from tocsin.sensing.things.queries.sets import entity_set
from tocsin.sensing.things.rules.evaluation import folded
from tocsin.sensing.things.rules.options import Order, Question, written_token
from tocsin.sensing.things.rules.selections import COLUMNS, QUALITIES, selection_of
from tocsin.sensing.things.rules.spans import MOMENTS, Parted, Span, parted
from tocsin.sensing.trust.queries import as_marked

MOST_SENSORS: Final = 100  # whose readings are looked through together
EDGE: Final = 999_999_999  # stands for a sensor after all others: no reading of that time comes any more
PIECE_DAYS: Final = 31  # of one sensor, in memory at once


@dataclass(frozen=True)
class _Walk:
    """Days in the order in which they are read, and which of the readings are wanted."""

    sensors: tuple[int, ...]
    days: tuple[int, ...]
    span: Span
    wanted: pl.Expr
    orders: tuple[Order, ...]

    @property
    def by_time(self) -> bool:
        return not self.orders or self.orders[0].name in MOMENTS

    @property
    def backwards(self) -> bool:
        return bool(self.orders) and self.orders[0].name in MOMENTS and self.orders[0].descending

    def pieces(self) -> list[Span]:
        """Spans of days that follow each other, few enough of them to lie in memory, the first to be read first."""
        length = max(1, PIECE_DAYS // len(self.sensors))
        days = np.array(self.days, np.int64)
        if not len(days):
            return []
        number = (days - days[0]) // length
        parts = np.split(days, np.flatnonzero(np.diff(number)) + 1)
        spans = [Span(int(part[0]) * DAY_MS, int(part[-1] + 1) * DAY_MS).within(self.span) for part in parts]
        return spans[::-1] if self.backwards else spans


def readable_sensors(person: Person, indexes: Sequence[int]) -> dict[int, int | None]:
    """Those of the sensors whose history the person may read, with the times of their newest readings."""
    rows = scope(Sensor.objects.order_by(), person, "history.see").filter(index__in=list(indexes))
    return dict(rows.values_list("index", "last_ts"))


def observation_of(person: Person, key: str) -> Row | None:
    """One reading; None where there is none within reach."""
    named = read_reading_key(key)
    if named is None or not readable_sensors(person, named[:1]):
        return None
    found = _frame(history(), named[:1], Span(named[1], named[1] + 1))
    return None if found.is_empty() else _told(found)[0]


def observations_anywhere(person: Person, question: Question, now: datetime) -> Page:
    """A page of the Observations of all Datastreams that the condition leaves; InvalidInput where it leaves too many."""
    parts = parted(None if question.condition is None else folded(question.condition, now))
    datastreams, features = entity_set(person, "Datastreams"), entity_set(person, "FeaturesOfInterest")
    rows = scope(datastreams.rows, person, "history.see")
    for one in parts.datastreams:
        rows = rows.filter(condition_of(datastreams, one))
    for one in parts.features:
        rows = rows.filter(condition_of(features, one))
    sensors = dict(rows.order_by("index").values_list("index", "last_ts")[: MOST_SENSORS + 1])
    if len(sensors) > MOST_SENSORS:
        raise InvalidInput(
            "Observations of %(most)d Datastreams at most are looked through at once: name them, as in Datastream/@iot.id eq 17.",
            most=MOST_SENSORS,
        )
    return _page(sensors, parts, question)


def observations_of(person: Person, sensor: int, question: Question, now: datetime) -> Page:
    """A page of the Observations of one Datastream."""
    sensors = readable_sensors(person, [sensor])
    return _page(sensors, _own_parts(question, now), question)


def newest_behind(person: Person, sensors: Sequence[int], question: Question, now: datetime) -> dict[int, Page]:
    """By sensor a page of its Observations; sensors whose newest readings are of the same day are read together."""
    parts = _own_parts(question, now)
    readable = readable_sensors(person, sensors)
    pages = {sensor: Page([], 0 if question.counted else None) for sensor in sensors}
    if question.counted or not _is_backwards(question):
        for sensor in readable:
            pages[sensor] = _page({sensor: readable[sensor]}, parts, question)
        return pages
    by_day: dict[int, dict[int, int | None]] = {}
    for sensor, ts in readable.items():
        if ts is not None:
            by_day.setdefault(ts // DAY_MS, {})[sensor] = ts
    for group in by_day.values():
        pages |= _together(group, parts, question)
    return pages


def _own_parts(question: Question, now: datetime) -> Parted:
    parts = parted(None if question.condition is None else folded(question.condition, now))
    if parts.datastreams or parts.features:
        raise InvalidInput("The Datastream of these Observations is known; ask of the Observations alone.")
    return parts


def _is_backwards(question: Question) -> bool:
    return bool(question.orders) and question.orders[0].name in MOMENTS and question.orders[0].descending


def _together(sensors: Mapping[int, int | None], parts: Parted, question: Question) -> dict[int, Page]:
    """The newest Observations of several sensors, each its own page."""
    pages: dict[int, Page] = {}
    open_ones = dict(sensors)
    table, most = history(), question.skip + question.page + 1
    walk = _walk(table, sensors, parts, question)
    found: dict[int, list[pl.DataFrame]] = {sensor: [] for sensor in sensors}
    for piece in walk.pieces()[: _days_allowed(1)]:
        rows = _sorted(_frame(table, tuple(open_ones), piece).filter(walk.wanted), question.orders)
        for (sensor,), part in rows.partition_by("sensor", as_dict=True).items():
            found[int(sensor)].append(part.head(most))
            if sum(one.height for one in found[int(sensor)]) >= most:
                del open_ones[int(sensor)]
        if not open_ones:
            break
    for sensor in sensors:
        rows = pl.concat(found[sensor]) if found[sensor] else _empty()
        pages[sensor] = _cut(rows, question, None)
    return pages


def _page(sensors: Mapping[int, int | None], parts: Parted, question: Question) -> Page:
    if not sensors or (question.page == 0 and not question.counted):
        return Page([], 0 if question.counted else None)
    table = history()
    walk = _walk(table, sensors, parts, question)
    allowed = _days_allowed(len(sensors))
    count = _count(table, walk, allowed) if question.counted else None
    if question.page == 0:
        return Page([], count)
    if not walk.by_time:
        return _sorted_page(table, walk, question, allowed, count)
    after = _after(question)
    kept: list[pl.DataFrame] = []
    height, most, days = 0, question.skip + question.page + 1, 0
    for piece in walk.pieces():
        if after is not None and _is_past(walk, piece, after):
            continue
        if days >= allowed:
            return _cut(_joined(kept), question, count, stopped=piece, backwards=walk.backwards)
        days += max(1, -(-(piece.to_ms - piece.from_ms) // DAY_MS))
        rows = _frame(table, walk.sensors, piece).filter(walk.wanted)
        rows = _sorted(_behind(rows, question), question.orders).head(most - height)
        kept.append(rows)
        height += rows.height
        if height >= most:
            break
    return _cut(_joined(kept), question, count)


def _sorted_page(table: History, walk: _Walk, question: Question, allowed: int, count: int | None) -> Page:
    """By another order than that of time: all of the span is read, the first ones are kept."""
    _require_few(walk, allowed)
    most = question.skip + question.page + 1
    kept = _empty()
    for piece in walk.pieces():
        rows = _behind(_frame(table, walk.sensors, piece).filter(walk.wanted), question)
        kept = _sorted(pl.concat([kept, rows]), question.orders).head(most)
    return _cut(kept, question, count)


def _count(table: History, walk: _Walk, allowed: int) -> int:
    _require_few(walk, allowed)
    return sum(_frame(table, walk.sensors, piece).filter(walk.wanted).height for piece in walk.pieces())


def _require_few(walk: _Walk, allowed: int) -> None:
    if len(walk.days) > allowed:
        raise InvalidInput(
            "Counting and sorting by another property than the time look through %(most)d days at most, not %(days)d:"
            " name a time, as in phenomenonTime ge 2026-11-01T00:00:00Z.",
            most=allowed,
            days=len(walk.days),
        )


def _days_allowed(sensors: int) -> int:
    return max(1, BUDGETS.current().span.history_days // sensors)


def _walk(table: History, sensors: Mapping[int, int | None], parts: Parted, question: Question) -> _Walk:
    indexes = tuple(sorted(sensors))
    newest = max((ts for ts in sensors.values() if ts is not None), default=-1)
    days = table.days_of(indexes[0], indexes[-1])
    first, last = parts.span.from_ms // DAY_MS, (parts.span.to_ms - 1) // DAY_MS
    if newest >= 0:
        last = min(last, newest // DAY_MS + 1)  # what came since the registry was written
    days = days[(days >= first) & (days <= last)]
    wanted = pl.lit(True) if parts.own is None else selection_of(parts.own)
    return _Walk(indexes, tuple(int(day) for day in days), parts.span, wanted, question.orders)


def _frame(table: History, sensors: Sequence[int], span: Span) -> pl.DataFrame:
    readings = as_marked(table.read(list(sensors), span.from_ms, span.to_ms), span.from_ms, span.to_ms)
    columns = {"sensor": readings.sensor, "ts": readings.ts, "value": readings.value, "quality": readings.quality}
    return pl.DataFrame(columns).with_columns(pl.col("value").fill_nan(None))


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"sensor": pl.Int32, "ts": pl.Int64, "value": pl.Float64, "quality": pl.UInt8})


def _joined(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([_empty(), *parts])


def _sorted(rows: pl.DataFrame, orders: tuple[Order, ...]) -> pl.DataFrame:
    by = [*(COLUMNS[one.name] for one in orders), pl.col("ts"), pl.col("sensor")]
    descending = [*(one.descending for one in orders), False, False]
    return rows.sort(by, descending=descending, nulls_last=True) if rows.height else rows


def _after(question: Question) -> tuple[int, int] | None:
    """Sensor and time of the Observation at which the page before ended."""
    if not question.after:
        return None
    named = read_reading_key(str(question.after[-1]))
    if named is None:
        raise InvalidInput("$skiptoken comes from the address of a next page, unchanged.")
    return named


def _is_past(walk: _Walk, piece: Span, after: tuple[int, int]) -> bool:
    """Whether all of the piece lies before the place where the page begins; an edge is that of a piece."""
    sensor, ts = after
    if walk.backwards:
        return piece.from_ms > ts or (sensor == EDGE and piece.from_ms == ts)
    return piece.to_ms <= ts or (sensor == EDGE and piece.to_ms == ts + 1)


def _behind(rows: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Those that come after the one at which the page before ended."""
    after = _after(question)
    if after is None or rows.is_empty():
        return rows
    sensor, ts = after
    found = (pl.col("ts") > ts) | ((pl.col("ts") == ts) & (pl.col("sensor") > sensor))
    for order, given in zip(reversed(question.orders), reversed(question.after[:-1]), strict=True):
        column = COLUMNS[order.name]
        if given is None:
            found = column.is_null() & found
            continue
        if isinstance(given, str) is not (order.name in ("@iot.id", "resultQuality")):
            raise InvalidInput("$skiptoken comes from the address of a next page, unchanged.")
        beyond = column < given if order.descending else column > given
        found = beyond | column.is_null() | ((column == given) & found)
    return rows.filter(found)


def _cut(
    rows: pl.DataFrame, question: Question, count: int | None, *, stopped: Span | None = None, backwards: bool = False
) -> Page:
    """The page of what was found; `stopped`: the piece that was not read any more."""
    left = max(0, question.skip - rows.height)
    rows = rows.slice(question.skip)
    part = rows.head(question.page)
    page = Page(_told(part), count)
    if rows.height > question.page:
        page.token = _token(part, question)
    elif stopped is not None:
        ts = stopped.to_ms if backwards else stopped.from_ms - 1
        edge = pl.DataFrame({"sensor": [EDGE], "ts": [max(0, ts)], "value": [None], "quality": [0]}, schema=_empty().schema)
        page.token, page.skip = _token(edge, question), left
    return page


def _token(rows: pl.DataFrame, question: Question) -> str:
    last = rows.tail(1)
    values = [last.select(COLUMNS[one.name].alias("one")).item() for one in question.orders]
    return written_token([*values, reading_key(last["sensor"].item(), last["ts"].item())])


def _told(rows: pl.DataFrame) -> list[Row]:
    found: list[Row] = []
    for sensor, ts, value, quality in rows.select("sensor", "ts", "value", "quality").iter_rows():
        at = datetime_from_ms(ts)
        found.append(
            {
                "@iot.id": reading_key(sensor, ts),
                "phenomenonTime": at,
                "resultTime": at,
                "result": value,
                "resultQuality": QUALITIES.get(quality, "bad"),
                "_fields": {"index": sensor},
                "_sorted": [],
            }
        )
    return found
