"""Purposes of notices about checks and measures."""

from typing import Final

OVERDUE: Final = "risk_check_overdue"
MENDED: Final = "risk_measure_mended"
