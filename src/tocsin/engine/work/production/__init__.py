"""Production that should not be: under a stop order, at night in a plant of the day, before a stop was said to be over."""

from tocsin.engine.work.production.episodes import production_episodes
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.signs import Signs, other_signs

__all__ = ["ProductionFigures", "Signs", "other_signs", "production_episodes"]
