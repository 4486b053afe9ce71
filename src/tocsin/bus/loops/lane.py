"""What is urgent goes first in one interpreter: a commit that raises an alarm wakes a dozen loops at once, and the one that takes
the news to screens would share the interpreter with all of them.
"""

import asyncio
import contextlib
from collections.abc import Iterator

LONGEST_S = 0.05  # that what is urgent never ends holds nobody up for longer


class Lane:
    """Of the loops of one event loop: whether a round of an urgent one is under way."""

    def __init__(self) -> None:
        self._rounds = 0
        self._free = asyncio.Event()
        self._free.set()

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """An urgent round is under way until the block ends."""
        self._rounds += 1
        self._free.clear()
        try:
            yield
        finally:
            self._rounds -= 1
            if not self._rounds:
                self._free.set()

    async def free(self) -> None:
        """Returns when none is under way, or after `LONGEST_S`. Who was woken with one lets it begin first."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if not self._free.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_S):
                    await self._free.wait()
