"""The loops that watch limits of hidden dangers, and look for signs of gaming in what was ticked off."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.inspections.services.gaming import look_for_gaming
from tocsin.supervision.inspections.services.watching import watch_dangers

LOOPS = (
    Loop(name="watch-dangers", work=watch_dangers, period_s=300.0, by_clock=True),
    Loop(name="look-for-gaming", work=look_for_gaming, period_s=300.0, by_clock=True),
)
