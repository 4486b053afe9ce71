"""Loops of public warnings: they end by the clock, get their rows, leave, and silent towns are looked for."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.public_warnings.services.delivering import send_deliveries
from tocsin.mobilisation.public_warnings.services.issuing import expire_warnings
from tocsin.mobilisation.public_warnings.services.queueing import queue_deliveries
from tocsin.mobilisation.public_warnings.services.rounds import find_silent_towns
from tocsin.mobilisation.public_warnings.services.signing_up import send_codes

LOOPS = (
    Loop(name="end-public-warnings", work=expire_warnings, period_s=20.0, by_clock=True),
    Loop(
        name="queue-public-warnings", work=queue_deliveries, period_s=5.0, lease_s=60.0, wakes_on=("mobilisation.PublicWarning",)
    ),
    Loop(
        name="send-public-warnings",
        work=send_deliveries,
        period_s=5.0,
        rest_s=0.1,
        wakes_on=("mobilisation.WarningDelivery",),
    ),
    Loop(name="send-warning-codes", work=send_codes, period_s=5.0, lease_s=60.0, wakes_on=("mobilisation.WarningSignUp",)),
    Loop(name="find-silent-towns", work=find_silent_towns, period_s=30.0, by_clock=True),
)
