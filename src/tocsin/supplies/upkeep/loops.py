"""The loop that watches the days of upkeep."""

from tocsin.bus.loops.rows import Loop
from tocsin.supplies.upkeep.services.clocks import run_upkeep_clocks

LOOPS = (Loop(name="run-upkeep-clocks", work=run_upkeep_clocks, period_s=300.0, by_clock=True),)
