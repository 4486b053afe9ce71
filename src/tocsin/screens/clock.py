"""The time that the city's clock shows: that of the world, or a demo's, which runs faster."""

from datetime import datetime

from django.conf import settings


def current_time() -> datetime:
    """The time of the configured clock, aware."""
    now: datetime = settings.CONFIGURATION.clock.now()
    return now
