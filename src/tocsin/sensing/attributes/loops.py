"""Judges batteries as devices speak of them."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.attributes.services.batteries import judge_batteries

LOOPS = (Loop(name="judge-batteries", work=judge_batteries, period_s=300.0, lease_s=120.0),)
