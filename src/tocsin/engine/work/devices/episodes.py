"""What devices tell of a firm, in one list."""

from tocsin.engine.work.devices.essential import essential_lost
from tocsin.engine.work.devices.figures import DeviceFigures
from tocsin.engine.work.devices.meters import trouble_spans
from tocsin.engine.work.devices.protective import protective_off
from tocsin.engine.work.devices.stops import sudden_stops
from tocsin.engine.work.devices.view import view_of
from tocsin.engine.work.firm import Episode, Firm
from tocsin.engine.work.load.model import Load


def device_episodes(firm: Firm, load: Load, figures: DeviceFigures) -> list[Episode]:
    """Lines that ran without their protective device, essential loads and supply lost, sudden stops; by their start.

    Every episode rests on records up to its `detected_ms` only, apart from its end.
    """
    view = view_of(firm, trouble_spans(firm, figures.meters))
    lost = essential_lost(view, load, figures.essential)
    episodes = lost + protective_off(view, figures.protective) + sudden_stops(firm, load, lost, figures.stop)
    return sorted(episodes, key=lambda episode: (episode.start_ms, episode.kind, episode.meter))
