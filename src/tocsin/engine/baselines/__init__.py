"""Baselines: what a sensor should read at an hour, given the day, the weather and its own past; and within what band.

`fit` learns from what is before, `Baselines.expect` tells what comes under given circumstances. `classic` holds the medians that
practice asks for by name.
"""

from tocsin.engine.baselines.baseline import Baselines, Expected, Knowledge, fit
from tocsin.engine.baselines.circumstances import Circumstances
from tocsin.engine.baselines.hours import Hours, hours_of_bins, lay_on_hours

__all__ = ["Baselines", "Circumstances", "Expected", "Hours", "Knowledge", "fit", "hours_of_bins", "lay_on_hours"]
