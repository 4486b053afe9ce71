"""Which days are working days: by the calendar that its keeper names."""

from datetime import date

from tocsin.jurisdiction.areas.rules.hours import IsWorkingDay, monday_to_friday

_calendar: list[IsWorkingDay] = [monday_to_friday]


def use_calendar(is_working_day: IsWorkingDay) -> None:
    """Names the calendar by which working days are told apart; its keeper lives higher on the ladder and comes here."""
    _calendar[0] = is_working_day


def is_working_day(day: date) -> bool:
    """Whether offices work on that day: by the installation's calendar, by the weekday alone where none is attached."""
    return _calendar[0](day)
