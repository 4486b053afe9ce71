"""The loops that work out plans and run the clocks of requests and deliveries."""

from tocsin.bus.loops.rows import Loop
from tocsin.supplies.requests.services.clocks import run_request_clocks
from tocsin.supplies.requests.services.closed_roads import look_at_closed_roads
from tocsin.supplies.requests.services.plans import work_out_plans

LOOPS = (
    Loop(
        name="work-out-supply-plans",
        work=work_out_plans,
        period_s=30.0,
        by_clock=True,
        wakes_on=("supplies.Plan",),
        lease_s=150.0,
    ),
    Loop(
        name="look-at-closed-roads",
        work=look_at_closed_roads,
        period_s=15.0,
        by_clock=True,
        wakes_on=("supplies.ClosedRoad",),
    ),
    Loop(name="run-supply-request-clocks", work=run_request_clocks, period_s=15.0, by_clock=True),
)
