"""The loops over tasks: made by rule, ticked off by records, run out by the clock. Each may be done again without any effect."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.tasks.services.assignment import make_tasks, run_task_clocks
from tocsin.supervision.tasks.services.matching import match_tasks
from tocsin.supervision.tasks.services.telling import tell_tasks

LOOPS = (
    Loop(
        name="make-tasks", work=make_tasks, period_s=300.0, by_clock=True, wakes_on=("supervision.SupervisedObject",), rest_s=2.0
    ),
    Loop(name="match-tasks", work=match_tasks, period_s=300.0, by_clock=True),
    Loop(name="tell-tasks", work=tell_tasks, period_s=60.0, by_clock=True),
    Loop(name="run-task-clocks", work=run_task_clocks, period_s=300.0, by_clock=True),
)
