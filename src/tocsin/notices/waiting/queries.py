"""What waits for a user, gathered from every subject."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.waiting import Waiting, WaitingKind, by_urgency, count_of, rows_of, waiting_kinds

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission
    from tocsin.screens.request import Actor


def kinds_for(user: "Actor") -> list[WaitingKind]:
    """The kinds that can wait for whoever holds these roles."""
    return [kind for kind in waiting_kinds() if any(may_anywhere(user, cast("Permission", one)) for one in kind.permissions)]


def waiting_for(user: "Actor", *, now: datetime, kind: str = "") -> list[tuple[WaitingKind, Waiting]]:
    """What waits for the user, the longest overdue first; of one kind where its code is given."""
    chosen = [one for one in kinds_for(user) if kind in ("", one.code)]
    return by_urgency(((one, row) for one in chosen for row in rows_of(one, user, now)), now)


def counts_for(user: "Actor", *, now: datetime) -> list[tuple[WaitingKind, int]]:
    """How many of each kind wait, without the kinds of which nothing does."""
    counted = [(kind, count_of(kind, user, now)) for kind in kinds_for(user)]
    return [(kind, number) for kind, number in counted if number]
