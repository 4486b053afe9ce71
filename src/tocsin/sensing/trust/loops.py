"""Looks once an hour which calibrations are due; each is told once a week."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.trust.services import tell_calibrations

LOOPS = (Loop(name="tell-calibrations", work=tell_calibrations, period_s=3600.0, lease_s=120.0),)
