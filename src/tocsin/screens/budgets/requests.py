"""The budgets of the request that is under way: who asks how often, and a place at the gate for what costs much.

`count` is called once a request by the portal. `costly` declares a view or an operation; `claim` stands where the work itself is
done (a history that is read, a file that is written), so that a page which forgot to declare itself is bounded all the same.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from tocsin.base.addresses import network_of, on_this_machine
from tocsin.base.errors import Refusal, Unavailable
from tocsin.screens.budgets.buckets import Buckets, Rate
from tocsin.screens.budgets.gate import Entry, Gate
from tocsin.screens.budgets.policy import BUDGETS


class TooMuch(Refusal):
    """Who asks has used up their share: the same works after `retry_after_s`."""

    code = "too_many_requests"

    def __init__(self, text: str, retry_after_s: int) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class Busy(Unavailable):
    """Others are at work: the same works in a moment."""

    retry_after_s = 5


class Turn:
    """One request: whose it is, and its place at the gate once it has one."""

    def __init__(self) -> None:
        self.owner = ""
        self.began_s: float | None = None


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)
_lock = threading.Lock()
_asked: Final = {kind: Buckets() for kind in ("address", "stranger", "person", "token")}
_worked: Final = Buckets()
_gate: Final = Gate()


@contextmanager
def under_way() -> Iterator[Turn]:
    """A request from its beginning to its answer; its place at the gate is given back at the end, and the time is charged."""
    turn = Turn()
    reset = _turn.set(turn)
    try:
        yield turn
    finally:
        _turn.reset(reset)
        if turn.began_s is not None:
            _gate.leave(turn.owner)
            now = time.monotonic()
            with _lock:
                _worked.charge(turn.owner, now - turn.began_s, BUDGETS.current().work, now)


def count(*, address: str = "", stranger: str = "", person: object = None, token: object = None) -> None:
    """Counts a request for what is given (two addresses, a person, a token); TooMuch where one of them is used up.

    Who is on this machine is no stranger and has no address: else a proxy that was not named would be taken for everybody.
    """
    policy, turn = BUDGETS.current(), _turn.get()
    if turn is not None and (person is not None or not turn.owner):
        turn.owner = f"person {person}" if person is not None else f"address {network_of(address or stranger)}"
    if address and not on_this_machine(address):
        _take("address", network_of(address), policy.address)
    if stranger and not on_this_machine(stranger):
        _take("stranger", network_of(stranger), policy.stranger)
    if person is not None:
        _take("person", str(person), policy.person)
    if token is not None:
        _take("token", str(token), policy.token)


def costly[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Declares a view or an operation of the API that costs much: the gate lets it in, and its seconds are its person's."""

    @wraps(view)
    def let_in(*args: P.args, **kwargs: P.kwargs) -> R:
        claim()
        return view(*args, **kwargs)

    let_in.costly = "gate"  # type: ignore[attr-defined]  # what `cost_of` reads
    return let_in


def charged[**P, R](view: Callable[P, R]) -> Callable[P, R]:
    """Declares one that costs something and that others must not hold up (an alarm's page): its seconds are its person's."""

    @wraps(view)
    def let_in(*args: P.args, **kwargs: P.kwargs) -> R:
        claim(waits=False)
        return view(*args, **kwargs)

    let_in.costly = "charged"  # type: ignore[attr-defined]
    return let_in


def cost_of(view: Callable[..., Any]) -> str:
    """How a view is declared: `gate`, `charged`, or nothing."""
    return str(getattr(view, "costly", ""))


def claim(*, waits: bool = True) -> None:
    """A place at the gate for the rest of this request; nothing outside a request, or where it has one.

    TooMuch where the person's seconds or own places are used up, Busy where others have all places. `waits=False` takes a place
    beyond all others.
    """
    turn = _turn.get()
    if turn is None or turn.began_s is not None:
        return
    policy, now = BUDGETS.current(), time.monotonic()
    with _lock:
        wait = _worked.wait_s(turn.owner, policy.work, now)
    if wait:
        raise too_much(wait)
    # Nobody waits with the database's write lock in hand.
    match _gate.enter(turn.owner, policy.gate, patient=waits and not connection.in_atomic_block):
        case Entry.TOO_MANY_OF_ONE:
            raise too_much(policy.gate.wait_s)
        case Entry.FULL:
            raise Busy(_("Much is being worked out just now: try again in a moment."))
        case Entry.IN:
            turn.began_s = time.monotonic()


def forget() -> None:
    """All budgets are full again (tests)."""
    with _lock:
        for buckets in (*_asked.values(), _worked):
            buckets.clear()


def _take(kind: str, name: str, rate: Rate) -> None:
    with _lock:
        wait = _asked[kind].take(name, 1.0, rate, time.monotonic())
    if wait:
        raise too_much(wait)


def too_much(wait_s: float) -> TooMuch:
    """The refusal of one whose share is used up, with when to come again."""
    seconds = max(1, math.ceil(wait_s))
    return TooMuch(_("You have asked for too much in a short time: try again in %(seconds)d s.") % {"seconds": seconds}, seconds)
