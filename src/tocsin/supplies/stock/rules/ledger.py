"""The ledger's grammar: states that goods are in, and what moves them from one to another.

Every line takes an amount out of one state of a holding and puts it into another; OUTSIDE is whatever lies beyond the store. So
a balance is the sum of lines by construction, and nothing appears or vanishes within a store.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple


class State(IntEnum):
    """Where an amount of a holding is. Numbers are stored: never renumber."""

    OUTSIDE = 0
    FREE = 1
    RESERVED = 2
    IN_TRANSIT = 3
    RETURNED = 4
    IN_REPAIR = 5
    EXPIRED = 6
    OVERDUE = 7  # gear whose upkeep was not done: nobody is promised it


INSIDE: Final = tuple(one for one in State if one is not State.OUTSIDE)


class Kind(IntEnum):
    """Why a line was written. Numbers are stored: never renumber."""

    RECEIPT = 1
    ISSUE = 2
    SEND = 3  # a transfer leaves
    DISPATCH = 4  # and is on its way to the other store
    ARRIVAL = 5
    RESERVE = 6
    RELEASE = 7
    ISSUE_RESERVED = 8
    SURPLUS = 9  # found more than the ledger said
    LOSS = 10  # found less
    EXPIRY = 11
    SCRAP = 12
    RETURN = 13
    ACCEPT = 14  # what came back is fit for use
    REPAIR = 15
    MENDED = 16
    REVIVE = 17  # an expiry was entered wrongly, or the life was prolonged by a test
    LAPSE = 18  # the upkeep of gear is overdue
    UPKEPT = 19  # and was done
    TAKE_OVER = 20  # a requisition takes it out of its owner's lot
    HAND_BACK = 21  # what was requisitioned goes back to its owner


MOVES: Final[dict[Kind, frozenset[tuple[State, State]]]] = {
    Kind.RECEIPT: frozenset({(State.OUTSIDE, State.FREE)}),
    Kind.ISSUE: frozenset({(State.FREE, State.OUTSIDE)}),
    Kind.SEND: frozenset({(State.FREE, State.OUTSIDE)}),
    Kind.DISPATCH: frozenset({(State.OUTSIDE, State.IN_TRANSIT)}),
    Kind.ARRIVAL: frozenset({(State.IN_TRANSIT, State.FREE)}),
    Kind.RESERVE: frozenset({(State.FREE, State.RESERVED)}),
    Kind.RELEASE: frozenset({(State.RESERVED, State.FREE)}),
    Kind.ISSUE_RESERVED: frozenset({(State.RESERVED, State.OUTSIDE)}),
    Kind.SURPLUS: frozenset({(State.OUTSIDE, State.FREE)}),
    Kind.LOSS: frozenset((one, State.OUTSIDE) for one in INSIDE if one is not State.RESERVED),
    Kind.EXPIRY: frozenset({(State.FREE, State.EXPIRED)}),
    Kind.SCRAP: frozenset(
        (one, State.OUTSIDE) for one in (State.FREE, State.RETURNED, State.IN_REPAIR, State.EXPIRED, State.OVERDUE)
    ),
    Kind.RETURN: frozenset({(State.OUTSIDE, State.RETURNED)}),
    Kind.ACCEPT: frozenset({(State.RETURNED, State.FREE)}),
    Kind.REPAIR: frozenset((one, State.IN_REPAIR) for one in (State.FREE, State.RETURNED, State.OVERDUE)),
    Kind.MENDED: frozenset({(State.IN_REPAIR, State.FREE)}),
    Kind.REVIVE: frozenset({(State.EXPIRED, State.FREE)}),
    Kind.LAPSE: frozenset({(State.FREE, State.OVERDUE)}),
    Kind.UPKEPT: frozenset({(State.OVERDUE, State.FREE)}),
    Kind.TAKE_OVER: frozenset({(State.FREE, State.OUTSIDE)}),
    Kind.HAND_BACK: frozenset((one, State.OUTSIDE) for one in INSIDE if one not in (State.RESERVED, State.IN_TRANSIT)),
}
"""Which moves each kind of line makes."""

GIVES_OUT: Final = frozenset((Kind.ISSUE, Kind.SEND, Kind.RESERVE, Kind.ISSUE_RESERVED, Kind.TAKE_OVER))
"""What promises goods or hands them over: refused for a lot that is recalled."""

NEEDS_REASON: Final = frozenset((Kind.SURPLUS, Kind.LOSS, Kind.SCRAP, Kind.REVIVE, Kind.REPAIR))
"""Acts that nobody else asked for: the reason is part of the line."""


class Move(NamedTuple):
    """An amount (thousandths of the unit) of one holding out of one state and into another."""

    holding_id: int
    kind: Kind
    source: State
    target: State
    amount: int


def move(holding_id: int, kind: Kind, amount: int, source: State | None = None) -> Move:
    """The move that a kind of line makes; `source` where the kind can take from several states. ValueError for one it can't.

    >>> move(7, Kind.RESERVE, 2000)
    Move(holding_id=7, kind=<Kind.RESERVE: 6>, source=<State.FREE: 1>, target=<State.RESERVED: 2>, amount=2000)
    """
    fitting = [pair for pair in MOVES[kind] if source is None or pair[0] is source]
    if len(fitting) != 1 or amount <= 0:
        raise ValueError(f"{kind.name} takes {amount} from {source!r}: no such move")
    return Move(holding_id, kind, *fitting[0], amount)


def balance(lines: Iterable[Move]) -> dict[State, int]:
    """What a holding has in each state after these lines, from nothing.

    >>> balance([move(7, Kind.RECEIPT, 5000), move(7, Kind.RESERVE, 2000)])[State.FREE]
    3000
    """
    found: dict[State, int] = dict.fromkeys(INSIDE, 0)
    for line in lines:
        if line.source is not State.OUTSIDE:
            found[line.source] -= line.amount
        if line.target is not State.OUTSIDE:
            found[line.target] += line.amount
    return found
