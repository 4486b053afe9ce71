"""People of a demonstration look at what they are told, and the desk dials where only a telephone is known: so that no clock of
telling runs out for want of anybody before a screen.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import cycle
from typing import Any, Final

from tocsin.base.time import Clock
from tocsin.workshop.demo.sessions import Session

READ_AFTER: Final = timedelta(minutes=1)
CALL_AFTER: Final = timedelta(minutes=2)
SIGNED: Final = ("order", "stand_by")  # the story's own acts sign these
PLAYED: Final = (
    "hazard_report",
    "reward",
    "identity",
)  # those whom whoever looks plays by hand share bodies with the story's people


class Attending:
    """The people of the story, one of them at each look. `by_hand`: what the public's officers are told waits for them."""

    def __init__(self, sessions: Mapping[str, Session], clock: Clock, *, by_hand: bool = False) -> None:
        self._sessions = cycle(sessions.values())
        self._clock = clock
        self._left = (*SIGNED, *PLAYED) if by_hand else SIGNED

    def look(self) -> None:
        """The next person reads what has waited a minute, and calls whom no machine reaches."""
        session, now = next(self._sessions), self._clock.now()
        for notice in _listed(session, "notices"):
            if notice["purpose"] not in self._left and _waited(notice, now) >= READ_AFTER:
                session.call("POST", f"notices/{notice['id']}/read")
        for notice in _listed(session, "notices/to-call"):
            if _waited(notice, now) >= CALL_AFTER:
                call = {"fate": "delivered", "said_by": "值班室", "text": "已口头通知"}
                session.call("POST", f"notices/{notice['id']}/call", body=call)


def _listed(session: Session, path: str) -> list[dict[str, Any]]:
    found = session.call("GET", path)
    return found.told if found.status == HTTPStatus.OK else []


def _waited(notice: Mapping[str, Any], now: datetime) -> timedelta:
    return now - datetime.fromisoformat(notice["written_at"])
