"""The figures of the engine's judgement of work, as frozen values."""

from functools import cache

from tocsin.engine.work import WorkFigures


@cache
def work_figures() -> WorkFigures:
    """The shipped figures."""
    return WorkFigures()
