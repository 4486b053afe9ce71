"""The loops that take up what a dead process left behind, and ring for what is late."""

from tocsin.atlas.resources.services.landing import take_up_arrived
from tocsin.atlas.resources.services.watching import run_resource_clocks
from tocsin.bus.loops.rows import Loop

LOOPS = (
    Loop(name="take-up-deliveries", work=take_up_arrived, period_s=60.0, lease_s=600.0, by_clock=True),
    Loop(name="run-resource-clocks", work=run_resource_clocks, period_s=60.0, lease_s=60.0, by_clock=True),
)
