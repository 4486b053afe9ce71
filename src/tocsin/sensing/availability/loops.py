"""Judges the day before, every night, part after part."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.availability.services import judge_availability

LOOPS = (Loop(name="judge-availability", work=judge_availability, period_s=300.0, by_clock=True, lease_s=120.0, rest_s=0.2),)
