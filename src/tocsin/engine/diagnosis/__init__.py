"""Why does it ring? Causes and places weighed by what neighbouring sensors show: arrays in, ranked hypotheses with
evidence out.
"""

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import UNKNOWN, diagnose
from tocsin.engine.diagnosis.model import Body, Diagnosis, Evidence, Hypothesis, SensorColumns
from tocsin.engine.diagnosis.scene import sensors_around
from tocsin.engine.diagnosis.templates import Template, Templates, Weight

__all__ = [
    "UNKNOWN",
    "Body",
    "Diagnosis",
    "Evidence",
    "Grid",
    "Hypothesis",
    "SensorColumns",
    "Template",
    "Templates",
    "Weight",
    "diagnose",
    "sensors_around",
]
