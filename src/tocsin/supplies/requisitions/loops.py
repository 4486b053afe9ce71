"""The loop that runs the clocks of requisitions."""

from tocsin.bus.loops.rows import Loop
from tocsin.supplies.requisitions.services.clocks import run_requisition_clocks

LOOPS = (Loop(name="run-requisition-clocks", work=run_requisition_clocks, period_s=30.0, by_clock=True),)
