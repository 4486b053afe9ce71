"""How strange is a reading? A score between 0 and 1 for any series without limits; and which part of a network is at
fault.
"""

from tocsin.engine.anomaly.blame import Suspect, rank_components
from tocsin.engine.anomaly.scorer import Scorer, score_series
from tocsin.engine.anomaly.views import View

__all__ = ["Scorer", "Suspect", "View", "rank_components", "score_series"]
