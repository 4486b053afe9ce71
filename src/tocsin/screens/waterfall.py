"""What speaks for and against a match, bar by bar."""

from dataclasses import dataclass
from typing import Final

_FULL_BITS: Final = 20.0  # a bar of half the width


@dataclass(frozen=True)
class Bar:
    """One bar in words: `left` and `width` are hundredths of the drawing's width, 50 is nothing; `measured` is in metres."""

    name: str
    level: str
    bits: float
    measured: float | None = None

    @property
    def width(self) -> float:
        """How long it is."""
        return round(min(abs(self.bits) / _FULL_BITS, 1.0) * 50, 1)

    @property
    def left(self) -> float:
        """Where it begins."""
        return 50.0 if self.bits >= 0 else 50.0 - self.width

    @property
    def speaks(self) -> str:
        """For which side."""
        return "for" if self.bits >= 0 else "against"
