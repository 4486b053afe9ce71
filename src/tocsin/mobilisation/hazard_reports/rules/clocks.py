"""Until when a report must be accepted, checked and answered. Values in, moments out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol

import msgspec


class WorkingDays(Protocol):
    """The calendar of working days."""

    def after(self, day: date, working_days: int) -> date: ...


class ClockFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long each step may take."""

    accept_working_days: int
    accept_danger_h: float
    transfer_working_days: int
    transfer_danger_h: float
    check_days: int
    check_danger_h: float
    extension_days: int
    answer_days: int
    soon_share: float
    """What of its time is left when a clock is told to run out."""


@dataclass(frozen=True)
class Due:
    """The ends of the clocks that run."""

    accept: datetime | None = None
    check: datetime | None = None
    answer: datetime | None = None


def accept_due(received_at: datetime, figures: ClockFigures, calendar: WorkingDays, zone: tzinfo, *, danger: bool) -> datetime:
    """Danger to life by the hour; else the end of the last working day, the day of the receipt not counted."""
    if danger:
        return received_at + timedelta(hours=figures.accept_danger_h)
    local = received_at.astimezone(zone)
    return _end_of(calendar.after(local.date(), figures.accept_working_days), zone)


def check_due(
    received_at: datetime, accepted_at: datetime, figures: ClockFigures, zone: tzinfo, *, danger: bool, extended: bool = False
) -> datetime:
    """Days of the calendar from acceptance on; danger to life is looked at first within hours of its receipt."""
    if danger:
        return received_at + timedelta(hours=figures.check_danger_h)
    days = figures.check_days + (figures.extension_days if extended else 0)
    return _end_of(accepted_at.astimezone(zone).date() + timedelta(days=days), zone)


def handed_due(given_at: datetime, figures: ClockFigures, calendar: WorkingDays, zone: tzinfo, *, danger: bool) -> datetime:
    """Until when the body to which a report was given takes it over or gives it back: the report's own clocks go on beside it."""
    if danger:
        return given_at + timedelta(hours=figures.transfer_danger_h)
    return _end_of(calendar.after(given_at.astimezone(zone).date(), figures.transfer_working_days), zone)


def answer_due(checked_at: datetime, figures: ClockFigures, zone: tzinfo) -> datetime:
    """The reporter hears what was found within so many days after the check."""
    return _end_of(checked_at.astimezone(zone).date() + timedelta(days=figures.answer_days), zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
