"""What each source said of a firm's work, as a bar on either side of a middle."""

from datetime import datetime
from typing import Final, TypedDict

from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms
from tocsin.supervision.evidence.shown import level_name, source_name

BAR: Final = 5.0  # log-odds


class WorkVoteOut(Schema):
    source: str
    source_name: str
    level: str = Field(description="of the platform")
    at: datetime | None = Field(description="its stamp")
    log_odds: float = Field(description="what it adds to the log-odds of working, already by its weight")
    weight: float = Field(description="falls with age")
    origin: str = Field(description="votes of one origin are not independent")
    copies: int = Field(description="records of higher platforms that count as the same")

    @property
    def level_name(self) -> str:
        """The level of the platform in words."""
        return level_name(self.level)

    @property
    def side(self) -> str:
        """On which side of the middle its bar lies."""
        return "for" if self.log_odds > 0 else "against"

    @property
    def x(self) -> float:
        """Where its bar begins: the middle is 0, five is the most on either side."""
        return min(0.0, max(-BAR, self.log_odds))

    @property
    def width(self) -> float:
        """How long its bar is."""
        return min(BAR, abs(self.log_odds))


class KeptVote(TypedDict):
    """One vote as a verdict keeps it (`WorkVerdict.votes`); `ts`: Unix milliseconds of its stamp, 0 where it has none."""

    source: str
    level: str
    ts: int
    log_odds: float
    weight: float
    origin: str
    copies: int


def describe_vote(kept_vote: KeptVote) -> WorkVoteOut:
    """One vote as it is read."""
    return WorkVoteOut(
        source=kept_vote["source"],
        source_name=source_name(kept_vote["source"]),
        level=kept_vote["level"],
        at=datetime_from_ms(kept_vote["ts"]) if kept_vote["ts"] else None,
        log_odds=kept_vote["log_odds"],
        weight=kept_vote["weight"],
        origin=kept_vote["origin"],
        copies=kept_vote["copies"],
    )
