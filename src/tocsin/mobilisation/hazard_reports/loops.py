"""The loops of reports: bodies are told of new ones, and their clocks are kept."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.hazard_reports.services.telling import announce_received
from tocsin.mobilisation.hazard_reports.services.watching import watch_clocks

LOOPS = (
    Loop(
        name="announce-hazard-reports",
        work=announce_received,
        period_s=60.0,
        wakes_on=("mobilisation.HazardReport",),
        rest_s=0.5,
        lease_s=30.0,
    ),
    Loop(name="watch-hazard-reports", work=watch_clocks, period_s=60.0, by_clock=True, lease_s=30.0),
)
