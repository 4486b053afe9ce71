"""The loops of dual prevention: overdue checks ring, closed dangers mend their measures."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.prevention.services.following import mend_measures, ring_overdue_checks

LOOPS = (
    Loop(name="ring-overdue-checks", work=ring_overdue_checks, period_s=60.0, lease_s=120.0),
    Loop(name="mend-measures", work=mend_measures, period_s=30.0, lease_s=60.0, wakes_on=("supervision.Finding",)),
)
