"""Token buckets by name, in bounded memory. Pure: times are arguments."""

from collections import OrderedDict
from typing import Final

import msgspec

MOST: Final = 20_000
"""Names that are kept apart; only a name whose bucket is full again is forgotten, so that nobody gets free by many names."""

OTHERS: Final = "others"
"""The one bucket of all names that come while that many are kept."""


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So much a second for ever, and so much at once after a rest."""

    per_s: float
    burst: float


class Buckets:
    """One bucket for each name, full at first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = (
            OrderedDict()
        )  # name -> what was left, and when; the longest untouched first

    def wait_s(self, name: str, rate: Rate, now_s: float) -> float:
        """In how many seconds `name` may take something again; 0 where it may now.

        >>> buckets, slow = Buckets(), Rate(per_s=1.0, burst=2.0)
        >>> [buckets.take("a", 1.0, slow, 0.0) for _ in range(3)]
        [0.0, 0.0, 1.0]
        >>> buckets.wait_s("a", slow, 0.5), buckets.wait_s("b", slow, 0.5)
        (0.5, 0.0)
        """
        left = self._at(name, rate, now_s)[1]
        return 0.0 if left >= 1.0 else (1.0 - left) / rate.per_s

    def take(self, name: str, much: float, rate: Rate, now_s: float) -> float:
        """Takes it and answers 0, or takes nothing and answers in how many seconds one more may be taken."""
        wait = self.wait_s(name, rate, now_s)
        if not wait:
            self.charge(name, much, rate, now_s)
        return wait

    def charge(self, name: str, much: float, rate: Rate, now_s: float) -> None:
        """Takes it in any case: what is owed must be waited for."""
        key, left = self._at(name, rate, now_s)
        self._left[key] = (max(left - much, -rate.burst), now_s)
        self._left.move_to_end(key)

    def clear(self) -> None:
        """All are full again."""
        self._left.clear()

    def _at(self, name: str, rate: Rate, now_s: float) -> tuple[str, float]:
        if name not in self._left and len(self._left) >= self._most:
            self._forget(rate, now_s)
            if len(self._left) >= self._most:
                name = OTHERS
        left, at = self._left.get(name, (rate.burst, now_s))
        return name, min(rate.burst, left + (now_s - at) * rate.per_s)

    def _forget(self, rate: Rate, now_s: float) -> None:
        """Drops the longest untouched as far as they are full: a name that is kept and one that is new are then the same."""
        for name, (left, at) in list(self._left.items())[:1000]:
            if left + (now_s - at) * rate.per_s >= rate.burst:
                del self._left[name]
