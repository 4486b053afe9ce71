"""The loop that watches the readings of mended cases. It may die at any moment."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.command.closing import services


def watch_mended(*, now: datetime) -> None:
    """Watches the readings of mended cases by the closing rule."""
    services.watch_mended_cases(now=now)


LOOPS = (Loop(name="watch-mended-cases", work=watch_mended, period_s=20.0, by_clock=True),)
