"""The loops that find early signs that have become an alarm, and what became of all of them."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.warning.early_signs.policy import WATCH
from tocsin.warning.early_signs.services.budget import reckon_budgets
from tocsin.warning.early_signs.services.signs import join_alarms


def join(*, now: datetime) -> int:
    """Early signs at whose sensor, or near which, an alarm was raised since."""
    return join_alarms(near_m=WATCH.current().gather_m)


def reckon(*, now: datetime) -> int:
    """Early signs whose outcome became known, counted against the budget of their region."""
    return reckon_budgets(now=now, figures=WATCH.current().budget)


LOOPS = (
    Loop(name="join-early-signs", work=join, period_s=5.0),
    Loop(name="reckon-early-signs", work=reckon, period_s=600.0),
)
