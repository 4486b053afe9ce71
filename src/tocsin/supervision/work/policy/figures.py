"""The figures of the engine's judgement of work, as frozen values."""

from tocsin.engine.work.judgement import WorkFigures
from tocsin.supervision.work.policy.days import day_figures
from tocsin.supervision.work.policy.devices import device_figures
from tocsin.supervision.work.policy.power import load_figures, production_figures


def work_figures() -> WorkFigures:
    """The figures in force."""
    return WorkFigures(load=load_figures(), days=day_figures(), production=production_figures(), devices=device_figures())
