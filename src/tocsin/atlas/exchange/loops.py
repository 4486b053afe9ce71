"""The loops that end agreements after their last day, and tell their readers how the rows stand."""

from tocsin.atlas.exchange.services.agreements import lapse_agreements
from tocsin.atlas.exchange.services.standing import tell_readers
from tocsin.bus.loops.rows import Loop

LOOPS = (
    Loop(name="lapse-agreements", work=lapse_agreements, period_s=600.0, lease_s=300.0, by_clock=True),
    Loop(name="tell-readers", work=tell_readers, period_s=60.0, lease_s=120.0, by_clock=True),
)
