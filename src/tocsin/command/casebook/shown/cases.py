"""Cases and their alarms as people and programs read them, texts in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Membership
from tocsin.command.casebook.queries.cases import STATES
from tocsin.command.casebook.rules.alarm_facts import Reason
from tocsin.command.casebook.rules.cases import EPISODE, CaseState, Origin
from tocsin.command.casebook.shown.titles import title_of
from tocsin.screens.words import LEVEL_NAMES, Words
from tocsin.warning.face import AlarmWords, cause_label

STATE_NAMES = {
    CaseState.WAITING: pgettext_lazy("case state", "waiting for analysis"),
    CaseState.ANALYSING: pgettext_lazy("case state", "in analysis"),
    CaseState.DISPATCHED: pgettext_lazy("case state", "dispatched, not accepted"),
    CaseState.ACCEPTED: pgettext_lazy("case state", "accepted by the unit"),
    CaseState.CREW_LEFT: pgettext_lazy("case state", "crew has left"),
    CaseState.ON_SITE: pgettext_lazy("case state", "on site"),
    CaseState.CONTROLLED: pgettext_lazy("case state", "under control"),
    CaseState.CAUSE_FOUND: pgettext_lazy("case state", "cause found"),
    CaseState.MENDED: pgettext_lazy("case state", "mended"),
    CaseState.RECHECKING: pgettext_lazy("case state", "under re-check"),
    CaseState.CLOSED: pgettext_lazy("case state", "closed"),
    CaseState.MERGED: pgettext_lazy("case state", "merged"),
}
ORIGIN_NAMES = {
    Origin.ALARM: pgettext_lazy("origin of a case", "alarm"),
    Origin.PERSON: pgettext_lazy("origin of a case", "call or report"),
    Origin.CAPABILITY: pgettext_lazy("origin of a case", "another part of Tocsin"),
    Origin.PLATFORM: pgettext_lazy("origin of a case", "another platform"),
}
REASON_NAMES = {
    Reason.OPENED: pgettext_lazy("reason", "first alarm"),
    Reason.BY_PERSON: pgettext_lazy("reason", "by a person"),
    Reason.SAME_POINT: pgettext_lazy("reason", "same point again"),
    Reason.SHARED_STATION: pgettext_lazy("reason", "same station"),
    Reason.SHARED_GATEWAY: pgettext_lazy("reason", "same gateway"),
    Reason.SAME_PLACE: pgettext_lazy("reason", "same place"),
    Reason.SAME_SEGMENT: pgettext_lazy("reason", "same segment"),
    Reason.SAME_CAUSE: pgettext_lazy("reason", "same cause, close by"),
    Reason.DOWNSTREAM_OF: pgettext_lazy("reason", "downstream"),
    Reason.WITHIN_TRAVEL_TIME: pgettext_lazy("reason", "within travel time"),
    Reason.SAME_STORM: pgettext_lazy("reason", "same storm"),
}
_REASONS = {
    Reason.OPENED: gettext_lazy("The case began with it."),
    Reason.BY_PERSON: gettext_lazy("A person put it here."),
    Reason.SAME_POINT: gettext_lazy("The same point rang again %(days)s days after the case was closed."),
    Reason.SHARED_STATION: gettext_lazy("Explained by the loss of station %(code)s."),
    Reason.SHARED_GATEWAY: gettext_lazy("Explained by the loss or the flood of gateway %(code)s."),
    Reason.SAME_PLACE: gettext_lazy("Same place: %(metres)s m from an alarm of the case, %(after_min)s min after it."),
    Reason.SAME_SEGMENT: gettext_lazy(
        "Same segment: its own diagnosis gives %(cause)s at %(asset)s %(percent)s %%, that of the case %(percent_of_case)s %%."
    ),
    Reason.SAME_CAUSE: gettext_lazy(
        "Same cause close by: its own diagnosis gives %(cause)s at %(own_asset)s %(percent)s %%, "
        "%(metres)s m from %(asset)s of the case."
    ),
    Reason.DOWNSTREAM_OF: gettext_lazy(
        "Downstream of %(asset)s (%(cause)s): %(travel_min)s min with the flow; it rang %(after_min)s min after the onset."
    ),
    Reason.WITHIN_TRAVEL_TIME: gettext_lazy(
        "Within reach of %(asset)s (%(cause)s): %(travel_min)s min along the network; it rang %(after_min)s min after the onset."
    ),
    Reason.SAME_STORM: gettext_lazy("Same storm: both filled by rain, %(metres)s m and %(after_min)s min apart."),
}


class CaseCauseOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: str | None
    owner: str | None


class CaseOut(Schema):
    """A case. Title, place and cause are its lead alarm's; a cause is a possible one, no finding."""

    id: UUID
    number: str
    title: str
    place: str
    state: str = Field(description=f"one of {', '.join(STATES[2:])}")
    state_name: str
    scale: str = Field(description="the scale that its levels are on: alarm")
    level: int = Field(description="the highest of its open alarms: 1 blue (level 4) to 4 red (level 1), 0 when all are over")
    level_name: str
    peak_level: int
    region_code: str
    origin: str = Field(description="alarm, person, capability or platform")
    origin_reference: str = Field(description="its number where it comes from; of a firm's case `episode:` and the episode's id")
    lead_alarm_id: UUID | None = Field(description="the alarm that speaks for the case; none for one made by hand")
    cause: CaseCauseOut | None
    lon: float | None
    lat: float | None
    drill: str | None = Field(description="the name of the drill that it belongs to; real cases have none")
    occurred_at: datetime | None = Field(description="when it is said to have happened")
    caller: str
    caller_telephone: str
    begun_at: datetime = Field(description="its first signal: its clocks count from here")
    opened_at: datetime
    suspended_until: datetime | None
    suspended_reason: str
    touched_at: datetime | None = Field(description="since then a person is at work: the machine asks before it moves alarms")
    closed_at: datetime | None
    merged_into: str | None = Field(description="the number under which a merged case goes on")

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return level_class(self.level)

    @property
    def origin_name(self) -> str:
        """Where it came from, in words."""
        return str(ORIGIN_NAMES[Origin(self.origin)])

    @property
    def episode(self) -> str:
        """The episode of a firm's work that opened it, by its id; empty for any other case."""
        return self.origin_reference.removeprefix(EPISODE) if self.origin_reference.startswith(EPISODE) else ""

    @property
    def last_class(self) -> str:
        """The level's class of style; that of its peak once all alarms are over."""
        return level_class(self.level or self.peak_level)

    @property
    def last_level_name(self) -> str:
        """The level's name; that of its peak once all alarms are over."""
        return str(LEVEL_NAMES[self.level or self.peak_level])


def describe_case(case: Case) -> CaseOut:
    """One case, loaded with `queries.visible_cases`, without another query. Its words are its lead alarm's, else its own."""
    lead = AlarmWords.from_orm(case.lead) if case.lead else None
    spot = case.lead or case
    return CaseOut(
        id=case.pk,
        number=case.number,
        title=marked(case, lead.title if lead else title_of(case.title, case.matter)),
        place=lead.place if lead else case.place,
        state=case.state,
        state_name=str(STATE_NAMES[CaseState(case.state)]),
        level=case.level,
        level_name=str(LEVEL_NAMES[case.level]),
        peak_level=case.peak_level,
        scale="alarm",
        region_code=case.region_code,
        origin=case.origin,
        origin_reference=case.origin_reference,
        lead_alarm_id=case.lead_id,
        cause=CaseCauseOut.from_orm(lead.cause) if lead and lead.cause else None,
        lon=spot.lon,
        lat=spot.lat,
        occurred_at=case.occurred_at,
        caller=case.caller,
        caller_telephone=case.caller_telephone,
        begun_at=case.begun_at,
        opened_at=case.opened_at,
        suspended_until=case.suspended_until,
        suspended_reason=case.suspended_reason,
        touched_at=case.touched_at,
        closed_at=case.closed_at,
        drill=case.drill.name if case.drill else None,
        merged_into=case.merged_into.number if case.merged_into else None,
    )


def level_class(level: int) -> str:
    """A level's class of style."""
    return AlarmLevel(level).name.lower()


def marked(case: Case, text: str) -> str:
    """The text with the drill's mark as its first word where the case is practised."""
    return _("【DRILL】") + text if case.drill_id else text


class MemberOut(Schema):
    alarm_id: UUID
    title: str
    place: str
    state: str
    state_name: str
    level: int
    level_name: str
    raised_at: datetime
    closed_at: datetime | None
    is_lead: bool = Field(description="this alarm speaks for the case")
    reason: str
    reason_name: str
    why: str
    joined_at: datetime
    settled: bool = Field(description="put here by a person: the machine leaves it")

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return level_class(self.level)


def describe_member(row: Membership, lead_id: UUID | None) -> MemberOut:
    """One alarm of a case and why it is there."""
    return MemberOut(
        alarm_id=row.alarm_id,
        **dict(AlarmWords.from_orm(row.alarm)),
        is_lead=row.alarm_id == lead_id,
        reason=row.reason,
        reason_name=str(REASON_NAMES[Reason(row.reason)]),
        why=reason_sentence(row.reason, row.figures),
        joined_at=row.joined_at,
        settled=row.settled,
    )


def reason_sentence(reason: str, figures: Mapping[str, Any]) -> str:
    """Why an alarm is where it is, with figures; empty for no reason."""
    if reason not in list(Reason):
        return ""
    words = {name: str(figure) for name, figure in figures.items()}
    if "cause" in words:
        words["cause"] = cause_label(words["cause"])
    return str(_REASONS[Reason(reason)]) % Words(words)
