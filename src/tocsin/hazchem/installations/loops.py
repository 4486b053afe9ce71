"""Loops over units: levels are followed, grades told, assessments watched."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.installations.services.grading import follow_levels, tell_grades
from tocsin.hazchem.installations.services.registration import follow_assessments

LOOPS = (
    Loop(name="follow-tank-levels", work=follow_levels, period_s=30.0, lease_s=120.0),
    Loop(name="tell-major-hazard-grades", work=tell_grades, period_s=30.0, lease_s=120.0),
    Loop(name="follow-hazard-assessments", work=follow_assessments, period_s=3600.0, lease_s=600.0),
)
