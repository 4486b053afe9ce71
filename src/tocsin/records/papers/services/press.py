"""The press: papers are made a few at once, one for each person, from bounded values, in bounded time.

A paper that takes too long is given up by its request and still holds its place until it is done: what runs stays bounded.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.gate import Gate
from tocsin.records.papers.policy import PRESS, PressPolicy

_BUSY = Unavailable("Many papers are being made just now: try again in a moment.")


class Press:
    """One for each web process."""

    def __init__(self, policy: PressPolicy) -> None:
        self.policy = policy  # its own as long as it stands: threads are as many as it began with
        self._pool = ThreadPoolExecutor(policy.at_once, thread_name_prefix="press")
        self._gate = Gate(policy.at_once, policy.wait_s, _BUSY)

    def make(self, work: Callable[[], bytes], *, size: int, owner: object) -> bytes:
        """What `work` makes; `owner` gets one at a time. `size`: bytes of the values.

        InvalidInput for too much, Unavailable where the turn does not come or the paper takes too long.
        """
        if size > self.policy.largest_megabytes * 1e6:
            raise InvalidInput(
                _("This paper would hold more than %(megabytes)g MB.") % {"megabytes": self.policy.largest_megabytes}
            )
        self._gate.enter(owner)
        try:
            future = self._pool.submit(work)
        except BaseException:
            self._gate.leave(owner)
            raise
        future.add_done_callback(lambda _done: self._gate.leave(owner))
        try:
            return future.result(self.policy.longest_s)
        except TimeoutError:
            raise Unavailable(_("This paper takes too long to make: try again later, or ask for less.")) from None


@cache
def press() -> Press:
    """The press of this process; a changed policy of printing holds from its next start."""
    return Press(PRESS.current())
