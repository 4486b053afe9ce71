"""The loop that pushes risk warnings and lets them climb."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.risk_warnings.services.pushing import push_warnings

LOOPS = (
    Loop(
        name="push-risk-warnings",
        work=push_warnings,
        period_s=15.0,
        lease_s=60.0,
        wakes_on=("warning.Alarm",),
        rest_s=1.0,
        urgent=True,
    ),
)
