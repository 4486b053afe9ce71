"""The watch: every sensor looked at all the time, and what is likely to become an alarm told before a limit is crossed."""

from tocsin.engine.watch.gathering import Gathering, Opinion, Round, Spot
from tocsin.engine.watch.model import EarlySign, SignRule, Telling, WatchFigures
from tocsin.engine.watch.watch import Watch, early_signs

__all__ = [
    "EarlySign",
    "Gathering",
    "Opinion",
    "Round",
    "SignRule",
    "Spot",
    "Telling",
    "Watch",
    "WatchFigures",
    "early_signs",
]
