"""The loops over points: of the day before, and drafts tried on history."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.points.services.following import close_by_records, follow_colours
from tocsin.supervision.points.services.night import assign_due_points
from tocsin.supervision.points.services.trial import work_on_next_trial


def keep_trials(*, now: datetime) -> bool:
    """Tries a draft of the points policy on history, stretch after stretch; trials are due by the machine's clock."""
    return work_on_next_trial()


LOOPS = (
    Loop(name="assign-points", work=assign_due_points, period_s=30.0, by_clock=True),
    Loop(name="follow-colours", work=follow_colours, period_s=30.0, by_clock=True),
    Loop(name="close-consequences", work=close_by_records, period_s=300.0, by_clock=True),
    Loop(name="try-points-policy", work=keep_trials, period_s=15.0, wakes_on=("supervision.PolicyTrial",)),
)
