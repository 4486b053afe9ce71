"""The figures of the closing rule."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class ClosingFigures:
    """The policy's figures."""

    calm_for: timedelta
    least_samples: int
    within_c: float
    silent_after: float  # of its own intervals
