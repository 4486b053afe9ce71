"""The loop that lets go what is old. It may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.records.retention.services.forgetting import forget_what_is_old

LOOPS = (Loop(name="forget-what-is-old", work=forget_what_is_old, period_s=3600.0, lease_s=60.0),)
