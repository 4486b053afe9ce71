"""The loop over tasks: made by rule, ticked off by records, run out by the clock; signs of gaming are looked for."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.inspections.services.gaming import look_for_gaming
from tocsin.supervision.inspections.services.tasks import match_tasks
from tocsin.supervision.tasks.services.assignment import make_tasks, run_task_clocks


def keep_tasks(*, now: datetime) -> bool:
    """Makes tasks, part by part; when all are made, matches and ends them. Each step may be done again without any effect."""
    if make_tasks(now=now):
        return True
    match_tasks(now=now)
    run_task_clocks(now=now)
    look_for_gaming(now=now)
    return False


LOOPS = (Loop(name="keep-tasks", work=keep_tasks, period_s=300.0, by_clock=True),)
