"""Moments of local days."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput


def moment_of(day: date, minute: int) -> datetime:
    """A minute of a local day; 1440 is the midnight that ends it."""
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(minutes=minute)


def day_of(text: str) -> date:
    """A day as it was entered; InvalidInput for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(_("%(text)s is no day: write YYYY-MM-DD.") % {"text": text or "–"}) from None
