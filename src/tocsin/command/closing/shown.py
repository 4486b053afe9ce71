"""What closing still lacks, and what the points say since the case is mended, in words."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from tocsin.command.closing.rules import ClosingNeed

if TYPE_CHECKING:
    from tocsin.command.closing.queries import Recheck


NEED_NAMES = {
    ClosingNeed.READINGS_HIGH: gettext_lazy("a reading is not low enough"),
    ClosingNeed.READINGS_FEW: gettext_lazy("readings have not been low for long enough"),
    ClosingNeed.READINGS_SILENT: gettext_lazy("a point is silent: its newest value says nothing of now"),
    ClosingNeed.WARMTH: gettext_lazy("a temperature is still away from its usual value"),
    ClosingNeed.PROOF: gettext_lazy("no photo or document"),
    ClosingNeed.UNIT_SIGNATURE: gettext_lazy("the lead unit has not signed that it is mended"),
    ClosingNeed.FINDING: gettext_lazy("no finding: what was it really?"),
}


class RecheckOut(Schema):
    """How the readings stand against the closing rule since the place was mended."""

    calm_since: datetime | None
    minutes_to_go: int | None = Field(description="none while a reading is not calm")
    lacks: list[str]

    @property
    def hours(self) -> int | None:
        """Whole hours to go."""
        return None if self.minutes_to_go is None else self.minutes_to_go // 60

    @property
    def minutes(self) -> int | None:
        """Minutes to go beyond the whole hours."""
        return None if self.minutes_to_go is None else self.minutes_to_go % 60


def describe_recheck(recheck: "Recheck | None") -> RecheckOut | None:
    """How the readings stand against the closing rule, for the crew and the desk."""
    if recheck is None:
        return None
    minutes = None if recheck.to_go is None else -(-int(recheck.to_go.total_seconds()) // 60)
    return RecheckOut(
        calm_since=recheck.calm_since,
        minutes_to_go=minutes,
        lacks=[recheck.error] if recheck.error else [str(NEED_NAMES[need]) for need in recheck.lacks],
    )
