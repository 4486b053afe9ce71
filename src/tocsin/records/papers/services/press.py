"""The press: papers are made a few at once, one for each person, from bounded values, in bounded time.

A paper that takes too long is given up by its request and still holds its place until it is done: what runs stays bounded.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.records.papers.policy import PRESS, PressPolicy


class Press:
    """One for each web process."""

    def __init__(self, policy: PressPolicy) -> None:
        self.policy = policy  # its own as long as it stands: threads are as many as it began with
        self._pool = ThreadPoolExecutor(policy.at_once, thread_name_prefix="press")
        self._free = threading.Condition()
        self._held: list[object] = []  # for whom a paper is being made

    def make(self, work: Callable[[], bytes], *, size: int, owner: object) -> bytes:
        """What `work` makes; `owner` gets one at a time. `size`: bytes of the values.

        InvalidInput for too much, Unavailable where the turn does not come or the paper takes too long.
        """
        if size > self.policy.largest_megabytes * 1e6:
            raise InvalidInput(
                _("This paper would hold more than %(megabytes)g MB.") % {"megabytes": self.policy.largest_megabytes}
            )
        with self._free:
            if not self._free.wait_for(lambda: self._has_room(owner), self.policy.wait_s):
                raise Unavailable(_("Many papers are being made just now: try again in a moment."))
            self._held.append(owner)
        try:
            future = self._pool.submit(work)
        except BaseException:
            self._release(owner)
            raise
        future.add_done_callback(lambda _done: self._release(owner))
        try:
            return future.result(self.policy.longest_s)
        except TimeoutError:
            raise Unavailable(_("This paper takes too long to make: try again later, or ask for less.")) from None

    def _has_room(self, owner: object) -> bool:
        return len(self._held) < self.policy.at_once and owner not in self._held

    def _release(self, owner: object) -> None:
        with self._free:
            self._held.remove(owner)
            self._free.notify_all()


@cache
def press() -> Press:
    """The press of this process; a changed policy of printing holds from its next start."""
    return Press(PRESS.current())
