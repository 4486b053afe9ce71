"""The loop that publishes figures."""

from tocsin.bus.loops.rows import Loop
from tocsin.mobilisation.figures.services.publishing import publish_figures

LOOPS = (
    Loop(
        name="publish-figures",
        work=publish_figures,
        period_s=3600.0,
        by_clock=True,
        wakes_on=("mobilisation.FigureEdition",),
        lease_s=60.0,
    ),
)
