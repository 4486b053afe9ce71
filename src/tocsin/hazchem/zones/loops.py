"""The loops that judge positions and zones. They may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.hazchem.zones.services.crossing import judge_positions
from tocsin.hazchem.zones.services.judging import judge_zones

LOOPS = (
    Loop(name="judge-positions", work=judge_positions, period_s=2.0, lease_s=30.0, wakes_on=("hazchem.TrackPoint",)),
    Loop(name="judge-zones", work=judge_zones, period_s=5.0, lease_s=30.0),
)
