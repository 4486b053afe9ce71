"""Looks once an hour which certificates end soon."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.certificates.services.telling import tell_ending_certificates

LOOPS = (Loop(name="tell-ending-certificates", work=tell_ending_certificates, period_s=3600.0, lease_s=120.0),)
