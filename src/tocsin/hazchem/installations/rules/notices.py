"""Purposes of notices about plants, and as what a body is told."""

from typing import Final

GRADE: Final = "major_hazard_grade"
ASSESSMENT: Final = "hazard_assessment"
OWN_FIRM: Final = "own_firm"
SUPERVISES: Final = "supervises"
