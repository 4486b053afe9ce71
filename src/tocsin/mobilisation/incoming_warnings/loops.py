"""Loops of warnings that come in: services are asked, silence is told, warnings are joined, answered and end by the clock."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.incoming_warnings.services.answers import watch_demands
from tocsin.mobilisation.incoming_warnings.services.chains import expire_incoming
from tocsin.mobilisation.incoming_warnings.services.joining import join_warnings
from tocsin.mobilisation.incoming_warnings.services.pulling import pull_services
from tocsin.mobilisation.incoming_warnings.services.telling import watch_silence

LOOPS = (
    Loop(
        name="ask-warning-services",
        work=pull_services,
        period_s=5.0,
        lease_s=120.0,
        wakes_on=("mobilisation.WarningService",),
        rest_s=2.0,
    ),
    Loop(name="end-incoming-warnings", work=expire_incoming, period_s=20.0, by_clock=True),
    Loop(
        name="join-incoming-warnings",
        work=join_warnings,
        period_s=5.0,
        lease_s=60.0,
        wakes_on=("mobilisation.IncomingWarning",),
        rest_s=0.5,
    ),
    Loop(name="watch-warning-demands", work=watch_demands, period_s=20.0, by_clock=True),
    Loop(name="watch-warning-services", work=watch_silence, period_s=60.0, by_clock=True),
)
