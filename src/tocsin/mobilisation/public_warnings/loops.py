"""The loop that ends public warnings by the clock and reminds of those that end soon."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.public_warnings.services.issuing import expire_warnings

LOOPS = (Loop(name="end-public-warnings", work=expire_warnings, period_s=20.0, by_clock=True),)
