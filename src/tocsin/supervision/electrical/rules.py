"""Purposes of notices about electrical danger."""

from typing import Final

DANGER: Final = "electrical_danger"  # to the firm, and to whoever supervises it
MENDED: Final = "electrical_mended"  # the measurement says that it is over
ANSWERED: Final = "electrical_answer"  # what the firm says that it does
