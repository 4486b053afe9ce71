"""The loop that watches the levels of supplies."""

from tocsin.bus.loops.rows import Loop
from tocsin.supplies.levels.services.people import watch_levels

LOOPS = (Loop(name="watch-supply-levels", work=watch_levels, period_s=900.0, by_clock=True, lease_s=300.0),)
