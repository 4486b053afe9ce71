"""The loop that compares new lots."""

from tocsin.bus.loops.rows import Loop
from tocsin.supplies.same_goods.services.judging import compare_new_lots

LOOPS = (Loop(name="compare-supply-lots", work=compare_new_lots, period_s=20.0, lease_s=60.0),)
