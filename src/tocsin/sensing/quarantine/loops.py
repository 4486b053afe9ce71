"""Looks whether a device needs somebody to look after it."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.quarantine.services import tell_keepers

LOOPS = (Loop(name="tell-keepers-of-devices", work=tell_keepers, period_s=300.0, lease_s=60.0),)
