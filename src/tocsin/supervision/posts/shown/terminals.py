"""Terminals and gates of a firm as people and programs read them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.engine.duty.shift import Sign
from tocsin.supervision.posts.shown.names import VOTE_NAMES

if TYPE_CHECKING:
    from tocsin.supervision.posts.models import PresenceTerminal


class TerminalOut(Schema):
    """One token that speaks for a terminal or gate of the firm."""

    token_id: UUID
    object_id: UUID
    sources: list[str] = Field(description=f"of {', '.join(Sign)}; roll_call: it answers calls")
    made_at: datetime
    made_by: str

    @property
    def source_names(self) -> list[str]:
        """What it sends, in words."""
        return [str(VOTE_NAMES.get(one, one)) for one in self.sources]


def describe_terminal(row: "PresenceTerminal") -> TerminalOut:
    """One bound token."""
    return TerminalOut(
        token_id=row.token_id, object_id=row.object_id, sources=row.sources, made_at=row.made_at, made_by=str(row.made_by)
    )
