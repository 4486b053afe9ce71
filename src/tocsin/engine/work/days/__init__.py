"""How a firm worked on each day, from its curves and the evidence of platforms."""

from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.judge import judge_days

__all__ = ["DayFigures", "judge_days"]
