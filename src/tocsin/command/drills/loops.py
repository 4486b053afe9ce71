"""The loop that runs what scripts of drills have due. It may die at any moment."""

from tocsin.bus.loops.rows import Loop, seconds_until
from tocsin.command.drills.queries import next_act_at
from tocsin.command.drills.services import run_due_acts


def act_due() -> float | None:
    """When the next act of a running drill is due."""
    return seconds_until(next_act_at())


DRILLS = Loop(name="run-drills", work=run_due_acts, due=act_due, period_s=5.0, wakes_on=("command.DrillAct", "command.Drill"))
LOOPS = (DRILLS,)
