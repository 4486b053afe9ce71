"""All episodes of production that should not be."""

from tocsin.engine.work.firm import Episode, Firm
from tocsin.engine.work.load import Load
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.hidden import hidden_production
from tocsin.engine.work.production.night import night_production
from tocsin.engine.work.production.restart import unannounced_restarts


def production_episodes(firm: Firm, load: Load, figures: ProductionFigures) -> list[Episode]:
    """Hidden production, whole and partial, work at night and unannounced restarts, by their begin."""
    found = (
        hidden_production(firm, load, figures) + night_production(firm, load, figures) + unannounced_restarts(firm, load, figures)
    )
    return sorted(found, key=lambda episode: (episode.start_ms, episode.kind))
