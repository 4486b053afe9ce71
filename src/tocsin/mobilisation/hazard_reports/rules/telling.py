"""Names under which notices about reports are kept."""

from typing import Final

HAZARD_REPORT: Final = "hazard_report"
"""The purpose of notices."""
HANDLES: Final = "handles_report"
CHECKER: Final = "report_checker"
"""As what somebody is told."""
