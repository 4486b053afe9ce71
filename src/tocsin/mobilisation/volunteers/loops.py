"""The loops that run the clocks of calls and needs, and tell volunteers what lies ahead."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.volunteers.services.clocks import run_clocks
from tocsin.mobilisation.volunteers.services.reminding import remind_volunteers

LOOPS = (
    Loop(name="run-volunteer-clocks", work=run_clocks, period_s=10.0, by_clock=True),
    Loop(name="remind-volunteers", work=remind_volunteers, period_s=300.0, by_clock=True, lease_s=60.0),
)
