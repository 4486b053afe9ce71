"""How strange is a reading, and how long does it last? Two figures between 0 and 1 for any series without limits; and which
part of a network is at fault.
"""

from tocsin.engine.anomaly.blame import Suspect, rank_components
from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.scorer import Judged, Scorer, judge_series, score_series
from tocsin.engine.anomaly.state import Stream
from tocsin.engine.anomaly.views import View

__all__ = ["Judged", "Scorer", "Stream", "Suspect", "Turn", "View", "judge_series", "rank_components", "score_series"]
