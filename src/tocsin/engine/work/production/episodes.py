"""All episodes of production that should not be."""

from tocsin.engine.work.firm import Episode, Firm
from tocsin.engine.work.load.model import Load
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.hidden import hidden_production
from tocsin.engine.work.production.night import night_production
from tocsin.engine.work.production.restart import unannounced_restarts
from tocsin.engine.work.production.signs import Signs


def production_episodes(firm: Firm, load: Load, figures: ProductionFigures, signs: Signs | None = None) -> list[Episode]:
    """Hidden production, whole and partial, work at night and unannounced restarts, by their begin. `signs`: what else speaks of
    the days (`other_signs`); without, only curves do.
    """
    found = (
        hidden_production(firm, load, signs, figures)
        + night_production(firm, load, figures)
        + unannounced_restarts(firm, load, figures)
    )
    return sorted(found, key=lambda episode: (episode.start_ms, episode.kind))
