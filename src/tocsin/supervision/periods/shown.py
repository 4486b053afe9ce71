"""Special periods as people and programs read them, and what firms are told of them."""

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.notices.messages.rules.fates import HEARD
from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.objects.queries.register import region_name
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.periods.queries import firms_concerned, notices_of
from tocsin.supervision.periods.rules import CONCERNED, SPECIAL_PERIOD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice
    from tocsin.supervision.periods.models import SpecialPeriod


class SpecialPeriodOut(Schema):
    """Days for which an authority asks more of firms."""

    id: UUID
    name: str
    region_code: str
    trades: list[str] = Field(description="keys of trades; none: all")
    first: date
    last: date
    reason: str
    named_at: datetime
    named_by: str = Field(description="the body, and who did it")
    ended_at: datetime | None
    state: str = Field(description="ahead, running, over or ended")
    state_name: str

    @property
    def region_name(self) -> str:
        """The region in words."""
        return region_name(self.region_code)

    @property
    def trade_names(self) -> list[str]:
        """The trades in words; none: all."""
        return [trade_name(one) for one in self.trades]

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return {"running": "red", "ahead": "yellow"}.get(self.state, "")


class Telling(Schema):
    """Whom a period concerns, and how many of them have been told."""

    firms: int
    without_account: int = Field(description="no notice reaches them: they are called or visited")
    told: int
    reached: int = Field(description="read, signed or shown on a screen of theirs")


STATE_NAMES: Final = {
    "ahead": pgettext_lazy("special period", "to come"),
    "running": pgettext_lazy("special period", "running"),
    "over": pgettext_lazy("special period", "over"),
    "ended": pgettext_lazy("special period", "ended early"),
}


def describe_period(period: "SpecialPeriod", now: datetime) -> SpecialPeriodOut:
    """One period; who named it, and their body, are loaded."""
    today = timezone.localdate(now)
    state = "ahead" if today < period.first else "over" if today > period.last else "running"
    state = "ended" if period.ended_at is not None else state
    body = "" if period.body is None else str(period.body)
    return SpecialPeriodOut(
        id=period.pk,
        name=period.name,
        region_code=period.region_code,
        trades=period.trades,
        first=period.first,
        last=period.last,
        reason=period.reason,
        named_at=period.named_at,
        named_by=" ".join(part for part in (body, str(period.named_by)) if part),
        ended_at=period.ended_at,
        state=state,
        state_name=str(STATE_NAMES[state]),
    )


def describe_telling(period: "SpecialPeriod") -> Telling:
    """How far the firms concerned have been told."""
    firms = firms_concerned(period)
    fates = Counter(notices_of(period).order_by().values_list("fate", flat=True))
    return Telling(
        firms=firms.count(),
        without_account=firms.filter(organisation__isnull=True).count(),
        told=sum(fates.values()),
        reached=sum(count for fate, count in fates.items() if fate in HEARD),
    )


def period_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a firm reads."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def period_words(evidence: "Mapping[str, object]") -> str:
    """What a task before a special period is about."""
    return str(evidence["special_period"])


def _lines(figures: "Mapping[str, object]") -> list[str]:
    words = {name: figures[name] for name in ("period", "first", "last", "firm", "reason")}
    if figures["ended"]:
        return [_("The special period “%(period)s” (%(first)s to %(last)s) has been ended early.") % words]
    return [
        _("Special period “%(period)s”, %(first)s to %(last)s: %(reason)s.") % words,
        _("%(firm)s: plan a leader on duty around the clock on these days, and enter the shifts.") % words,
    ]


def _page(notice: "Notice") -> str:
    return reverse("presence_of_firm", args=[notice.figures["object"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            SPECIAL_PERIOD,
            pgettext_lazy("purpose of a notice", "special period"),
            texts=period_texts,
            acted_on=_page,
            permissions=(rights.OWN, rights.LEAD),
        ),
    ),
    reasons={CONCERNED: pgettext_lazy("told as", "concerned by it")},
)
