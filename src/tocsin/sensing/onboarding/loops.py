"""Looks every five minutes which keys for enrolment closed while devices are missing."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.onboarding.services.telling import tell_closed_keys

LOOPS = (Loop(name="tell-closed-keys", work=tell_closed_keys, period_s=300.0, lease_s=60.0),)
