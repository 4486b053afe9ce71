"""The loops over people on post. Each may die at any moment."""

from tocsin.bus.loops.rows import Loop, seconds_until
from tocsin.supervision.posts.queries.calls import next_call_at
from tocsin.supervision.posts.services.calls import run_calls
from tocsin.supervision.posts.services.judging import judge_due_duty
from tocsin.supervision.posts.services.telling import watch_posts


def call_due() -> float | None:
    """When the next roll call is to go on."""
    return seconds_until(next_call_at())


LOOPS = (
    Loop(name="judge-posts", work=judge_due_duty, period_s=5.0),
    Loop(name="run-roll-calls", work=run_calls, due=call_due, period_s=5.0, wakes_on=("supervision.RollCall",)),
    Loop(name="watch-posts", work=watch_posts, period_s=20.0, by_clock=True),
)
