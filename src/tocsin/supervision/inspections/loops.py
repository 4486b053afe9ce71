"""The loops of inspections: those that episodes demand, limits of hidden dangers, and signs of gaming in what was ticked off."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.inspections.services.demands import plan_demanded_inspections, watch_demanded_inspections
from tocsin.supervision.inspections.services.gaming import look_for_gaming
from tocsin.supervision.inspections.services.watching import watch_dangers

LOOPS = (
    Loop(name="plan-demanded-inspections", work=plan_demanded_inspections, period_s=5.0, wakes_on=("supervision.Episode",)),
    Loop(name="watch-demanded-inspections", work=watch_demanded_inspections, period_s=60.0, by_clock=True),
    Loop(name="watch-dangers", work=watch_dangers, period_s=300.0, by_clock=True),
    Loop(name="look-for-gaming", work=look_for_gaming, period_s=300.0, by_clock=True),
)
