"""The loop that asks the sources of resources."""

from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.bus.loops.rows import Loop

LOOPS = (
    Loop(
        name="fetch-resources",
        work=fetch_due,
        period_s=15.0,
        by_clock=True,
        wakes_on=("atlas.ResourceConnector",),
        rest_s=1.0,
        lease_s=60.0,
    ),
)
