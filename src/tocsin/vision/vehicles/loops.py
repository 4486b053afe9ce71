"""The loops that follow loading orders and forget plates. They may die anytime."""

from tocsin.bus.loops.rows import Loop
from tocsin.vision.vehicles.services.orders import miss_orders, stop_at_sightings
from tocsin.vision.vehicles.services.readings import forget_plates

LOOPS = (
    Loop(name="miss-loading-orders", work=miss_orders, period_s=30.0, by_clock=True, lease_s=60.0),
    Loop(name="stop-loading-at-sightings", work=stop_at_sightings, period_s=5.0, wakes_on=("vision.Sighting",), lease_s=60.0),
    Loop(name="forget-plates", work=forget_plates, period_s=3600.0, by_clock=True, lease_s=300.0),
)
