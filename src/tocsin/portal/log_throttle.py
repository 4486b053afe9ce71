"""Lines of the log that a stranger can cause at will: of each cause a few in a minute, and of all together a bounded number."""

from collections import OrderedDict
from typing import Final

WINDOW_S: Final = 60.0
MOST: Final = 5000
"""Causes that are remembered; where there are more, the first are forgotten, and the bound for all still holds."""


class Throttle:
    """Pure: times are arguments.

    >>> throttle = Throttle(of_one=2, of_all=3)
    >>> [throttle.tell("a", now_s) for now_s in (0.0, 1.0, 2.0, 3.0, 61.0)]
    [0, 0, None, None, 2]
    """

    def __init__(self, *, of_one: int, of_all: int) -> None:
        self._of_one, self._of_all = of_one, of_all
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()  # cause -> begin of its minute, times in it
        self._minute = (0.0, 0)

    def forget(self) -> None:
        """Nothing was told yet (tests)."""
        self._seen.clear()
        self._minute = (0.0, 0)

    def tell(self, cause: str, now_s: float) -> int | None:
        """None to be silent; else how many of this cause were kept silent in the minute before."""
        began, times = self._seen.pop(cause, (now_s, 0))
        silent = 0
        if now_s - began >= WINDOW_S:
            silent, began, times = max(0, times - self._of_one), now_s, 0
        self._seen[cause] = began, times + 1
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)
        if times >= self._of_one:
            return None
        minute, told = self._minute
        if now_s - minute >= WINDOW_S:
            minute, told = now_s, 0
        self._minute = minute, told + 1
        return silent if told < self._of_all else None
