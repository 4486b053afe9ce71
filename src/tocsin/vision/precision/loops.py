"""The loop that mutes poor recognisers."""

from tocsin.bus.loops.rows import Loop
from tocsin.vision.precision.services import mute_poor

LOOPS = (Loop(name="mute-poor-recognisers", work=mute_poor, period_s=300.0, by_clock=True, lease_s=300.0),)
