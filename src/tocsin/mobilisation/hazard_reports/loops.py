"""The loops of reports: bodies are told of new ones, their clocks are kept, and their photos are looked at."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.hazard_reports.services.blurring import look_at_photos
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
    Loop(
        name="look-at-report-photos",
        work=look_at_photos,
        period_s=60.0,
        wakes_on=("mobilisation.ReportPhoto",),
        rest_s=1.0,
        lease_s=120.0,
    ),
    Loop(name="watch-hazard-reports", work=watch_clocks, period_s=60.0, by_clock=True, lease_s=30.0),
)
