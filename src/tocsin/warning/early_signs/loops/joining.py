"""The loop that finds early signs that have become an alarm."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.warning.early_signs.policy import WATCH
from tocsin.warning.early_signs.services import join_alarms


def join(*, now: datetime) -> int:
    """Early signs at whose sensor, or near which, an alarm was raised since."""
    return join_alarms(near_m=WATCH.current().gather_m)


LOOPS = (Loop(name="join-early-signs", work=join, period_s=5.0),)
