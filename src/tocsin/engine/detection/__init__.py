"""Detection over columns of readings: profiles, state, one pass."""

from tocsin.engine.detection.detections import FIGURES, KINDS, Detections
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import RULE_NAMES, Profile
from tocsin.engine.detection.rule import Edge

RULES = RULE_NAMES

__all__ = ["FIGURES", "KINDS", "RULES", "Detections", "Detector", "Edge", "Profile"]
