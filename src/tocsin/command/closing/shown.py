"""What closing still lacks, and what the points say since the case is mended, in words."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

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


def describe_recheck(recheck: "Recheck | None") -> dict[str, Any] | None:
    """How the readings stand against the closing rule, for the crew and the desk."""
    if recheck is None:
        return None
    minutes = None if recheck.to_go is None else -(-int(recheck.to_go.total_seconds()) // 60)
    return {
        "calm_since": recheck.calm_since,
        "minutes_to_go": minutes,
        "hours": None if minutes is None else minutes // 60,
        "minutes": None if minutes is None else minutes % 60,
        "lacks": [recheck.error] if recheck.error else [str(NEED_NAMES[need]) for need in recheck.lacks],
    }
