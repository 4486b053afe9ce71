"""The loop that looks for signs of gaming in what was ticked off."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.inspections.services.gaming import look_for_gaming

LOOPS = (Loop(name="look-for-gaming", work=look_for_gaming, period_s=300.0, by_clock=True),)
