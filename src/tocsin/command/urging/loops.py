"""The loop that tells of supervision orders that nobody answered in time."""

from tocsin.bus.loops.rows import Loop
from tocsin.command.urging.services import tell_unanswered

LOOPS = (Loop(name="watch-supervision-orders", work=tell_unanswered, period_s=20.0, by_clock=True),)
