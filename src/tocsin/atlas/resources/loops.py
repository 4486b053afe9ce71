"""The loop that takes up deliveries which a dead process left behind."""

from tocsin.atlas.resources.services.landing import take_up_arrived
from tocsin.bus.loops.rows import Loop

LOOPS = (Loop(name="take-up-deliveries", work=take_up_arrived, period_s=60.0, lease_s=600.0, by_clock=True),)
