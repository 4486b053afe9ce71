"""The screen: the inbox of whoever signs in. It shows the row itself; the live stream has been told when it was written."""

from typing import Any, ClassVar, Self

from tocsin.command.notify.letters import Answer, Letter
from tocsin.command.rules.notices import Verdict


class ScreenChannel:
    """Nothing to hand over: an open page rings by itself until the notice is read."""

    kind: ClassVar[str] = "screen"

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """It has no settings; ValueError where some are given."""
        if table:
            raise ValueError(f"{next(iter(table))!r} is unknown: the screen has no settings")
        return cls()

    def send(self, letter: Letter) -> Answer:
        """In the inbox."""
        return Answer(Verdict.TAKEN)

    def close(self) -> None:
        """Nothing is held."""
