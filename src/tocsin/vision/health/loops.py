"""The loop that notices cameras from which nothing comes."""

from tocsin.bus.loops.rows import Loop
from tocsin.vision.health.services.frames import find_silent

LOOPS = (Loop(name="find-silent-cameras", work=find_silent, period_s=30.0, by_clock=True, lease_s=60.0),)
