"""The loop that runs the clocks of calls and needs."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.volunteers.services.clocks import run_clocks

LOOPS = (Loop(name="run-volunteer-clocks", work=run_clocks, period_s=10.0, by_clock=True),)
