"""What closing still lacks, and what the points say since the case is mended, in words."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from tocsin.command.closing.rules import ClosingNeed
from tocsin.screens.words import figure, listed, measured, quantity_name, short_moment

if TYPE_CHECKING:
    from tocsin.command.closing.queries import Lack, Recheck
    from tocsin.command.closing.rules import PointReadings


NEED_NAMES = {
    ClosingNeed.READINGS_HIGH: gettext_lazy("a reading is not low enough"),
    ClosingNeed.READINGS_FEW: gettext_lazy("readings have not been low for long enough"),
    ClosingNeed.READINGS_SILENT: gettext_lazy("a point is silent: its newest value says nothing of now"),
    ClosingNeed.WARMTH: gettext_lazy("a temperature is still away from its usual value"),
    ClosingNeed.PROOF: gettext_lazy("no photo or document"),
    ClosingNeed.UNIT_SIGNATURE: gettext_lazy("the lead unit has not signed that it is mended"),
    ClosingNeed.FINDING: gettext_lazy("no finding: what was it really?"),
}


_OF_POINTS = {
    ClosingNeed.READINGS_HIGH: gettext_lazy("%(point)s: %(value)s at %(at)s, has to be %(band)s"),
    ClosingNeed.READINGS_FEW: gettext_lazy("%(point)s: low enough since %(since)s, has to stay so until %(until)s"),
    ClosingNeed.READINGS_SILENT: gettext_lazy("%(point)s: silent, its newest value is of %(at)s"),
    ClosingNeed.WARMTH: gettext_lazy("%(point)s: %(value)s, still %(off)s °C away from its usual value"),
}


_SEEN_TO = {ClosingNeed.PROOF: "papers", ClosingNeed.UNIT_SIGNATURE: "orders", ClosingNeed.FINDING: "orders"}


def lack_words(lack: "Lack") -> str:
    """What is lacking: at which point, with its value and what it has to be, or until when."""
    point = lack.point
    if point is None or not point.place:
        return str(NEED_NAMES[lack.need])
    return str(_OF_POINTS[lack.need]) % {
        "point": _("%(place)s, %(quantity)s") % {"place": point.place, "quantity": quantity_name(point.quantity)},
        "value": measured(point.newest, point.quantity),
        "at": short_moment(point.newest_at) if point.newest_at else "–",
        "since": short_moment(point.calm_since) if point.calm_since else "–",
        "until": short_moment(lack.calm_from) if lack.calm_from else "–",
        "off": figure(abs(point.off_baseline_c or 0.0)),
        "band": _band(point),
    }


class LackOut(Schema):
    """One thing that closing lacks, and the part of the case's page where it is seen to."""

    words: str
    place: str = Field(description="orders, papers or alarms")


def describe_lack(lack: "Lack") -> LackOut:
    """What is lacking, with where it is seen to: readings among the alarms."""
    return LackOut(words=lack_words(lack), place=_SEEN_TO.get(lack.need, "alarms"))


def _band(point: "PointReadings") -> str:
    sides = []
    if point.below is not None:
        sides.append(_("below %(limit)s") % {"limit": measured(point.below, point.quantity)})
    if point.above is not None:
        sides.append(_("above %(limit)s") % {"limit": measured(point.above, point.quantity)})
    return listed(*sides)


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
        lacks=[recheck.error] if recheck.error else [lack_words(one) for one in recheck.lacks],
    )
