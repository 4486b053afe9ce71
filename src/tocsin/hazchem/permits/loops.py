"""The loops of permits: an alarm beside work stops it, and time ends permits."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.permits.services.clocks import follow_permits
from tocsin.hazchem.permits.services.sightings import look_for_permits, stop_at_sightings
from tocsin.hazchem.permits.services.stopping import stop_beside_alarms

LOOPS = (
    Loop(name="stop-permits", work=stop_beside_alarms, period_s=5.0, lease_s=15.0, wakes_on=("warning.Alarm",), urgent=True),
    Loop(name="stop-permits-at-sightings", work=stop_at_sightings, period_s=5.0, lease_s=15.0, wakes_on=("vision.Sighting",)),
    Loop(name="look-for-permits", work=look_for_permits, period_s=5.0, lease_s=15.0, wakes_on=("vision.Sighting",)),
    Loop(name="follow-permits", work=follow_permits, period_s=30.0, lease_s=60.0),
)
