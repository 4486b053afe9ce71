"""Major hazards of hazardous chemicals by GB 18218-2018: units cut, substances weighed, S, R and the grade, line by line."""

from tocsin.engine.major_hazard.assessment import Assessment, Grading, Line, assess
from tocsin.engine.major_hazard.held import Held, Mixture, Unit, UnitKind
from tocsin.engine.major_hazard.tables import Alpha, Grade, HazardClass, Substance, Tables
from tocsin.engine.major_hazard.units import Cut, Equipment, Joint, cut_units
from tocsin.engine.major_hazard.weights import Note, Weight

__all__ = [
    "Alpha",
    "Assessment",
    "Cut",
    "Equipment",
    "Grade",
    "Grading",
    "HazardClass",
    "Held",
    "Joint",
    "Line",
    "Mixture",
    "Note",
    "Substance",
    "Tables",
    "Unit",
    "UnitKind",
    "Weight",
    "assess",
    "cut_units",
]
