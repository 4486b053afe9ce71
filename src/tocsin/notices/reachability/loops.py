"""The loop that begins the monthly reachability drill. It may die at any moment."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.notices.reachability.services import begin_when_due


def begin_drill(*, now: datetime) -> None:
    """Begins the monthly reachability drill on its day."""
    begin_when_due(now=now)


LOOPS = (Loop(name="hold-reachability-drill", work=begin_drill, period_s=60.0),)
