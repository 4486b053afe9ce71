"""Looks once a minute which devices that are asked do not answer."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.silence.services import tell_silent_units

LOOPS = (Loop(name="tell-silent-units", work=tell_silent_units, period_s=60.0, lease_s=60.0),)
