"""China's working days: the table of the notices, what follows from them, and files that contradict themselves."""

from datetime import date

import pytest

from tocsin.records.calendar.policy import read_working_days, working_days
from tocsin.records.calendar.rules import DayKind

KINDS = {
    "an ordinary Tuesday": (date(2026, 11, 24), DayKind.WEEKDAY),
    "an ordinary Sunday": (date(2026, 11, 22), DayKind.WEEKEND),
    "New Year's Day": (date(2026, 1, 1), DayKind.HOLIDAY),
    "the Friday after it is off": (date(2026, 1, 2), DayKind.HOLIDAY),
    "and worked on Sunday instead": (date(2026, 1, 4), DayKind.MAKE_UP),
    "Saturday before the Spring Festival is worked": (date(2026, 2, 14), DayKind.MAKE_UP),
    "Spring Festival begins on a Sunday": (date(2026, 2, 15), DayKind.HOLIDAY),
    "and ends on a Monday": (date(2026, 2, 23), DayKind.HOLIDAY),
    "the Tuesday after is worked": (date(2026, 2, 24), DayKind.WEEKDAY),
    "Tomb-sweeping Day": (date(2026, 4, 6), DayKind.HOLIDAY),
    "the Saturday after Labour Day": (date(2026, 5, 9), DayKind.MAKE_UP),
    "Mid-autumn Festival 2026 stands by itself": (date(2026, 9, 25), DayKind.HOLIDAY),
    "the Sunday before it is worked": (date(2026, 9, 20), DayKind.MAKE_UP),
    "National Day and Mid-autumn 2025 make eight days": (date(2025, 10, 8), DayKind.HOLIDAY),
    "Spring Festival 2025 ends": (date(2025, 2, 4), DayKind.HOLIDAY),
    "the Sunday before it is worked, too": (date(2025, 1, 26), DayKind.MAKE_UP),
    "New Year's Eve 2024 was worked": (date(2024, 2, 9), DayKind.WEEKDAY),
    "Dragon Boat 2024 falls on a Monday": (date(2024, 6, 10), DayKind.HOLIDAY),
    "a year without a notice has week-ends": (date(2031, 10, 1), DayKind.WEEKDAY),
}


@pytest.mark.parametrize(("day", "kind"), KINDS.values(), ids=KINDS)
def test_kind_of_a_day(day: date, kind: DayKind) -> None:
    assert working_days().kind(day) is kind


@pytest.mark.parametrize(("year", "off", "made_up"), [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_days_off_of_a_year(year: int, off: int, made_up: int) -> None:
    calendar = working_days()
    assert sum(day.year == year for day in calendar.holidays) == off
    assert sum(day.year == year for day in calendar.make_up_days) == made_up


CLOCKS = {
    "two days over a week-end": (date(2026, 11, 20), 2, date(2026, 11, 24)),
    "one day over the Spring Festival": (date(2026, 2, 14), 1, date(2026, 2, 24)),
    "a make-up day counts": (date(2026, 10, 9), 1, date(2026, 10, 10)),
    "five days over National Day": (date(2026, 9, 29), 5, date(2026, 10, 12)),
}


@pytest.mark.parametrize(("begin", "count", "end"), CLOCKS.values(), ids=CLOCKS)
def test_clocks_of_working_days(begin: date, count: int, end: date) -> None:
    assert working_days().after(begin, count) == end


def test_a_year_without_a_notice_counts_weekdays_and_says_so() -> None:
    calendar = working_days()
    assert calendar.is_working_day(date(2031, 10, 8))
    assert calendar.rest_days([date(2031, 10, 8), date(2031, 10, 11)]) == [False, True]
    assert calendar.is_provisional(date(2026, 12, 30), date(2031, 1, 2))
    assert not calendar.is_provisional(date(2026, 12, 1), date(2026, 12, 31))


def test_administrators_are_told_ninety_days_before() -> None:
    calendar = working_days()
    assert calendar.unknown_year(date(2026, 10, 2)) is None
    assert calendar.unknown_year(date(2026, 10, 3)) == 2027
    assert calendar.unknown_year(date(2027, 2, 1)) == 2027


YEAR = '[[years]]\nyear = 2026\nsource = "a test"\nconfidence = "C"\n'
HOLIDAY = '[[years.holiday]]\nname = "x"\nfirst = {}\nlast = {}\n'
BROKEN = {
    "an unknown key": (YEAR + "make_up_days = []\nholiday = []\nmoon = 1\n", "moon"),
    "a make-up day in the week": (YEAR + "make_up_days = [2026-02-24]\nholiday = []\n", "no Saturday or Sunday"),
    "a holiday that ends first": (YEAR + "make_up_days = []\n" + HOLIDAY.format("2026-05-02", "2026-05-01"), "before it begins"),
    "a day of another year": (YEAR + "make_up_days = []\n" + HOLIDAY.format("2025-12-31", "2026-01-01"), "another year"),
    "worked and off": (YEAR + "make_up_days = [2026-05-02]\n" + HOLIDAY.format("2026-05-01", "2026-05-03"), "day off, too"),
    "off twice": (YEAR + "make_up_days = []\n" + 2 * HOLIDAY.format("2026-05-01", "2026-05-01"), "twice"),
    "a year twice": (2 * (YEAR + "make_up_days = []\nholiday = []\n"), "twice"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_contradictions_are_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_working_days(text.encode(), "calendar.toml")
