"""The loop that tells firms of special periods."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.periods.services import tell_firms

LOOPS = (
    Loop(
        name="tell-special-periods",
        work=tell_firms,
        period_s=60.0,
        wakes_on=("supervision.SpecialPeriod",),
        rest_s=0.2,
        lease_s=30.0,
    ),
)
