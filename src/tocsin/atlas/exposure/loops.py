"""The loop that puts delivered population grids in force."""

from tocsin.atlas.exposure.services.delivered_grids import take_delivered_grids
from tocsin.bus.loops.rows import Loop

LOOPS = (Loop(name="take-delivered-grids", work=take_delivered_grids, period_s=30.0, lease_s=300.0, by_clock=True),)
