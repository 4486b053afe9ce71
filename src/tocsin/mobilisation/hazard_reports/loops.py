"""The loop that keeps the clocks of reports."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.hazard_reports.services.watching import watch_clocks

LOOPS = (Loop(name="watch-hazard-reports", work=watch_clocks, period_s=60.0, by_clock=True, lease_s=30.0),)
