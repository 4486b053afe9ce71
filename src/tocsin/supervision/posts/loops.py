"""The loops over people on post. Each may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.posts.services.calls import run_calls
from tocsin.supervision.posts.services.judging import judge_due_duty
from tocsin.supervision.posts.services.signs import forget_old_signs

LOOPS = (
    Loop(name="judge-posts", work=judge_due_duty, period_s=5.0),
    Loop(name="run-roll-calls", work=run_calls, period_s=1.0),
    Loop(name="forget-signs", work=forget_old_signs, period_s=3600.0),
)
