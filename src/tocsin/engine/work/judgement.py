"""All that is said of one firm: its days, and the episodes that need a person."""

from dataclasses import dataclass, field

from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.judge import judge_days
from tocsin.engine.work.devices.episodes import device_episodes
from tocsin.engine.work.devices.figures import DeviceFigures
from tocsin.engine.work.devices.meters import meter_trouble
from tocsin.engine.work.firm import Day, Episode, Firm
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load
from tocsin.engine.work.production.episodes import production_episodes
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.signs import other_signs


@dataclass(frozen=True)
class WorkFigures:
    """The figures of all parts of the judgement."""

    load: LoadFigures = field(default_factory=LoadFigures)
    days: DayFigures = field(default_factory=DayFigures)
    production: ProductionFigures = field(default_factory=ProductionFigures)
    devices: DeviceFigures = field(default_factory=DeviceFigures)


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
    episodes = [
        *production_episodes(firm, load, figures.production, other_signs(firm, load, figures.days)),
        *device_episodes(firm, load, figures.devices),
        *meter_trouble(firm, figures.devices.meters),
    ]
    return Judgement(tuple(judge_days(firm, load, figures.days)), tuple(sorted(episodes, key=lambda episode: episode.start_ms)))
