"""The loop over watched places: judged by the clock, without any message."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.electrical.services.watching import watch_dangers

LOOPS = (Loop(name="watch-electrical", work=watch_dangers, period_s=5.0),)
