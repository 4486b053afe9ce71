"""Moments of local days."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def local_midnight(day: date) -> datetime:
    """When a local day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def moment_of(day: date, minute: int) -> datetime:
    """A minute of a local day; 1440 is the midnight that ends it."""
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(minutes=minute)
