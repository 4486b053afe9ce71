"""The loop that ends agreements after their last day."""

from tocsin.atlas.exchange.services.agreements import lapse_agreements
from tocsin.bus.loops.rows import Loop

LOOPS = (Loop(name="lapse-agreements", work=lapse_agreements, period_s=600.0, lease_s=300.0, by_clock=True),)
