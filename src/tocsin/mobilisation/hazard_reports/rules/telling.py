"""Names under which notices about reports are kept."""

from typing import Final

HAZARD_REPORT: Final = "hazard_report"
"""The purpose of notices."""
HANDLES: Final = "handles_report"
CHECKER: Final = "report_checker"
"""As what somebody is told."""
IDENTITY: Final = "identity"
"""The purpose of notices about openings."""
KEEPER: Final = "identity_keeper"
SECRECY: Final = "watches_secrecy"
