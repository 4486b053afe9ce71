"""All that is said of one firm: its days, and the episodes that need a person."""

from dataclasses import dataclass, field

from tocsin.engine.work.days import DayFigures, judge_days
from tocsin.engine.work.firm import Day, Episode, Firm
from tocsin.engine.work.load import LoadFigures, production_load


@dataclass(frozen=True)
class WorkFigures:
    """The figures of all parts of the judgement."""

    load: LoadFigures = field(default_factory=LoadFigures)
    days: DayFigures = field(default_factory=DayFigures)


@dataclass(frozen=True)
class Judgement:
    """Verdicts on one firm: one a day in the order of days, and episodes by their start."""

    days: tuple[Day, ...]
    episodes: tuple[Episode, ...]


def judge(firm: Firm, figures: WorkFigures) -> Judgement:
    """Judges all days of a firm, each as it could be judged when its own records had come. Raises ValueError for a firm whose
    curves do not fit its days and meters.
    """
    load = production_load(firm, figures.load)
    return Judgement(tuple(judge_days(firm, load, figures.days)), ())
