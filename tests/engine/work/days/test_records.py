"""Which day a record speaks of."""

import numpy as np
import pytest

from tests.engine.work.days.drawing import Record, Workshop, at
from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.records import channels, happenings
from tocsin.engine.work.firm import Source

GAS, HEADS, VIDEO, VISIT = Source.GAS_USE, Source.GATE_HEADCOUNT, Source.VIDEO, Source.INSPECTOR_VISIT


def totals(*stamps: tuple[int, float]) -> dict[int, tuple[float, ...]]:
    """Days and the values they may have, of records whose value is their place in the row."""
    records = tuple((GAS, "city", at(day, hour), float(n)) for n, (day, hour) in enumerate(stamps))
    (channel,) = channels(Workshop("F" * 9, records).firm(), DayFigures())
    return {int(d): tuple(v for v in channel.value[d] if np.isfinite(v)) for d in np.flatnonzero(channel.ts)}


@pytest.mark.parametrize(
    ("stamps", "found"),
    [
        ([(2, 3.0)], {1: (0.0,)}),  # the night after
        ([(2, 3.0), (3, 4.0)], {1: (0.0,), 2: (1.0,)}),
        ([(2, 16.0)], {1: (0.0,)}),  # half a day late
        ([(2, 3.0), (2, 16.0)], {1: (0.0,), 0: (1.0,)}),  # one is of the day before
        ([(2, 10.0)], {0: (0.0,)}),  # too late for the night, too early for a late one of the last day
        ([(10, 3.0)], {8: (0.0,)}),  # its night lies behind the days that are judged
        ([(3, 2.0), (3, 5.0)], {2: (0.0, 1.0), 1: (1.0, 0.0)}),  # which is which stays open
    ],
)
def test_totals(stamps: list[tuple[int, float]], found: dict[int, tuple[float, ...]]) -> None:
    assert totals(*stamps) == found


@pytest.mark.parametrize(
    ("source", "day", "hour", "found"),
    [
        (HEADS, 3, 14.0, (3, 0)),
        (HEADS, 3, 2.0, (2, 1)),
        (HEADS, 3, 17.5, (3, 0)),  # a copy alone
        (VIDEO, 3, 0.0, (2, 3)),  # the last six hours of the day before
        (VIDEO, 3, 6.4, (3, 0)),
        (Source.EMISSION_MONITOR, 3, 18.6, (3, 2)),
        (Source.PERMITS, 3, 10.0, (3, 0)),
    ],
)
def test_stamps(source: Source, day: int, hour: float, found: tuple[int, int]) -> None:
    (channel,) = channels(Workshop("F" * 9, ((source, "county", at(day, hour), 7.0),)).firm(), DayFigures())
    assert (int(np.flatnonzero(channel.ts)[0]), channel.slot) == found


def test_a_visit_passed_on_is_one_visit() -> None:
    records: tuple[Record, ...] = (
        (VISIT, "county", at(2, 10), 1.0),
        (VISIT, "city", at(2, 21), 1.0),
        (VISIT, "county", at(6, 10), 0.0),
        (VISIT, "province", at(6, 12), 1.0),  # says otherwise: somebody else was there
    )
    found = happenings(Workshop("F" * 9, records).firm(), DayFigures().copy_hours)
    assert sorted((one.day, one.value, one.copies) for one in found) == [(2, 1.0, 1), (6, 0.0, 0), (6, 1.0, 0)]
