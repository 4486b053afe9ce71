"""The loop that keeps the newest values."""

from tocsin.bus.loops.rows import BusLoop
from tocsin.sensing.history.loops import keeping_latest_values

LOOPS = (BusLoop(name="keep-latest-values", opens=keeping_latest_values, period_s=5.0, lease_s=15.0),)
