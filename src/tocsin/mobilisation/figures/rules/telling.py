"""Names under which notices about editions are kept."""

from typing import Final

FIGURES: Final = "hazard_figures"
"""The purpose of notices."""
PUBLISHES: Final = "publishes_figures"
"""As what somebody is told."""
