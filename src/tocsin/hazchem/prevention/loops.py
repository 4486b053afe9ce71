"""The loops of dual prevention: checks ring, closed dangers mend measures, dynamic risks are judged, points are kept."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.prevention.services.evaluation import keep_evaluations
from tocsin.hazchem.prevention.services.following import mend_measures, ring_overdue_checks
from tocsin.hazchem.prevention.services.judging import judge_all

LOOPS = (
    Loop(name="ring-overdue-checks", work=ring_overdue_checks, period_s=60.0, lease_s=120.0),
    Loop(name="mend-measures", work=mend_measures, period_s=30.0, lease_s=60.0, wakes_on=("supervision.Finding",)),
    Loop(name="judge-dynamic-risk", work=judge_all, period_s=60.0, lease_s=300.0),
    Loop(name="keep-evaluations", work=keep_evaluations, period_s=600.0, lease_s=300.0),
)
