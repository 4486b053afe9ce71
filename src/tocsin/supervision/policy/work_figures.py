"""The figures of the engine's judgement of work, as frozen values."""

from functools import cache

from tocsin.engine.work import WorkFigures
from tocsin.supervision.policy.work_devices import device_figures


@cache
def work_figures() -> WorkFigures:
    """The shipped figures."""
    return WorkFigures(devices=device_figures())
