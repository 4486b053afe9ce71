"""Events that come late are put into their order before they are judged: a sighting does not depend on which line was faster."""

from collections.abc import Callable, Sequence


def ripe[T](waiting: Sequence[T], *, at: Callable[[T], int], received: Callable[[T], int], now: int, lateness: int) -> list[T]:
    """What of the events of one camera and kind may be judged now, by their own time (equal ones as they stand). Times in ms.

    One that came `lateness` ago or longer is ripe, and with it all that happened before: whatever is up to `lateness` later than
    a newer one finds its place.

    >>> ripe([(5, 0), (4, 3), (6, 3)], at=lambda one: one[0], received=lambda one: one[1], now=3, lateness=3)
    [(4, 3), (5, 0)]
    """
    newest = max((at(one) for one in waiting if received(one) <= now - lateness), default=None)
    if newest is None:
        return []
    return sorted((one for one in waiting if at(one) <= newest), key=at)
