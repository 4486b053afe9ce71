"""The loop that rings where a commitment is missing."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.commitments.services.ringing import ring_missing_commitments

LOOPS = (Loop(name="ring-missing-commitments", work=ring_missing_commitments, period_s=60.0, by_clock=True, lease_s=120.0),)
