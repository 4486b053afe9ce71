"""The loop that deletes old records of platforms."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.evidence.services import forget_old_evidence

LOOPS = (Loop(name="forget-evidence", work=forget_old_evidence, period_s=3600.0),)
