"""Purposes of notices about checks, measures and dynamic risks, and as what a body is told."""

from typing import Final

OVERDUE: Final = "risk_check_overdue"
MENDED: Final = "risk_measure_mended"
TURNED: Final = "dynamic_risk"
OWN_FIRM: Final = "own_firm"
SUPERVISES: Final = "supervises"
"""Who is told of a risk that turned orange or red: the firm and whoever supervises it."""
