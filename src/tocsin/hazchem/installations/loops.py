"""The loop that follows the levels of tanks."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.installations.services.grading import follow_levels

LOOPS = (Loop(name="follow-tank-levels", work=follow_levels, period_s=30.0, lease_s=120.0),)
