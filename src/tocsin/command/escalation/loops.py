"""The loop that fires the clocks of cases. It may die at any moment."""

from tocsin.bus.loops.rows import Loop, seconds_until
from tocsin.command.escalation.queries import next_clock_at
from tocsin.command.escalation.services.stages import run_clocks


def clock_due() -> float | None:
    """When the next clock of any case fires."""
    return seconds_until(next_clock_at())


CASE_CLOCKS = Loop(name="run-case-clocks", work=run_clocks, due=clock_due, period_s=5.0, wakes_on=("command.Clock",))
LOOPS = (CASE_CLOCKS,)
