"""A report as the desk, its checkers and programs read it. Nothing here says who reported."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.jurisdiction.face import Organisation
from tocsin.mobilisation.hazard_reports.policy.reports import kind_name, refusal_name
from tocsin.mobilisation.hazard_reports.policy.routing import situation_name
from tocsin.mobilisation.hazard_reports.rules.intake import Channel, Mode
from tocsin.mobilisation.hazard_reports.rules.routing import Because
from tocsin.mobilisation.hazard_reports.rules.states import ReportState, RewardStep
from tocsin.mobilisation.hazard_reports.shown.words import (
    BECAUSE,
    CHANNEL_NAMES,
    CLOCK_NAMES,
    CSS,
    MODE_NAMES,
    REWARD_NAMES,
    STATE_NAMES,
    act_name,
)
from tocsin.screens.words import money
from tocsin.supervision.face import region_name, trade_name

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry

_BODIES: Final = ("before_id", "body_id")


class HazardReportOut(Schema):
    """One report by the public."""

    id: UUID
    number: str
    state: str
    state_name: str
    kind: str
    kind_name: str
    trade_name: str
    region_code: str
    region_name: str
    object_id: UUID | None = Field(description="of the register, where it is known")
    firm: str
    place: str
    lon: float | None
    lat: float | None
    text: str
    since: str
    danger: bool = Field(description="to life, as the reporter says")
    insider: bool
    mode: str
    mode_name: str
    channel: str
    channel_name: str
    channel_reference: str
    received_at: datetime
    completeness: int = Field(description="of five: object, place, matter, since when, picture")
    body: str = Field(description="who handles it")
    routed_by: str = Field(description="by what it found its body, in words")
    situation: str = Field(description="code of the standard's list, where one was named")
    situation_name: str
    handed_from: str = Field(description="the body that gave it to this one, which has not taken it over yet")
    handed_due: datetime | None
    fell_to: str = Field(description="the region of that body, where none answers in the report's own; else empty")
    clock: str = Field(description="the clock that runs: accept, check, answer; empty: none")
    clock_name: str
    due: datetime | None = Field(description="its end")
    refusal: str = Field(description="the reason in words, where it was not accepted")
    checkers: list[str]
    inspection_id: UUID | None
    answer: str
    reward: str = Field(description="how far its reward is: decided, paid, none, lapsed, anew; empty: nothing was decided")
    reward_name: str
    checked_as: str = Field(description="what one checker found, until the other has signed it")
    checked_by: str
    merged_into: str = Field(description="the number of the report that leads; empty: it stands for itself")
    voices: int = Field(description="how many people told of it")
    case_number: str = Field(description="of the duty desk's case; the same number")

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return CSS.get(ReportState(self.state), "")

    @property
    def about(self) -> str:
        """The firm, or else the place."""
        return self.firm or self.place


class HazardEntryOut(Schema):
    """One act upon a report, as the desk reads it."""

    act: str
    act_name: str
    at: datetime
    actor: str
    by_reporter: bool
    inward: bool = Field(description="the reporter does not read it")
    text: str
    details: str


def clock_of(report: "HazardReport") -> tuple[str, datetime | None]:
    """The clock that runs, and its end."""
    match ReportState(report.state):
        case ReportState.RECEIVED:
            return "accept", report.accept_due
        case ReportState.ACCEPTED | ReportState.ASSIGNED:
            return "check", report.check_due
        case ReportState.REFUSED | ReportState.TRANSFERRED | ReportState.ANSWERED | ReportState.CLOSED:
            return "", None
        case _:
            return "answer", report.answer_due


def waits_for(report: "HazardReport") -> str:
    """What the report waits for, in words; empty where it is over. Its body and checkers are loaded."""
    if report.merged_into is not None:
        return _("what becomes of %(number)s") % {"number": report.merged_into.number}
    if report.handed_due is not None:
        return _("%(body)s to take it over") % {"body": report.organisation or "–"}
    if report.claimed_malicious_by_id is not None and report.state == ReportState.NOT_TRUE:
        return _("a second person to say whether it was made up to harm")
    match ReportState(report.state):
        case ReportState.RECEIVED:
            return _("the decision whether it is accepted")
        case ReportState.ACCEPTED:
            return _("two people to check it")
        case ReportState.ASSIGNED:
            return _waits_for_checkers(report)
        case ReportState.TRUE | ReportState.PARTLY_TRUE:
            return _("what is done about it")
        case ReportState.NOT_TRUE | ReportState.MALICIOUS | ReportState.HANDLED:
            return _("the answer to the reporter")
        case ReportState.ANSWERED:
            return _("its end")
        case _:
            return ""


def _waits_for_checkers(report: "HazardReport") -> str:
    if report.checked_by_id is None:
        return _("what both checkers find")
    other = report.second_checker if report.checked_by_id == report.first_checker_id else report.first_checker
    return _("%(name)s to sign what was found") % {"name": other or "–"}


def describe_report(report: "HazardReport") -> HazardReportOut:
    """One report as plain values; its body, checkers and the one it went into are loaded."""
    clock, due = clock_of(report)
    return HazardReportOut(
        id=report.pk,
        number=report.number,
        state=report.state,
        state_name=str(STATE_NAMES[ReportState(report.state)]),
        kind=report.kind,
        kind_name=kind_name(report.kind),
        trade_name=trade_name(report.trade) if report.trade else "",
        region_code=report.region_code,
        region_name=region_name(report.region_code),
        object_id=report.object_id,
        firm=report.firm,
        place=report.place,
        lon=report.lon,
        lat=report.lat,
        text=report.text,
        since=report.since,
        danger=report.danger,
        insider=report.insider,
        mode=report.mode,
        mode_name=str(MODE_NAMES[Mode(report.mode)]),
        channel=report.channel,
        channel_name=str(CHANNEL_NAMES[Channel(report.channel)]),
        channel_reference=report.channel_reference,
        received_at=report.received_at,
        completeness=report.completeness,
        body=str(report.organisation or ""),
        routed_by=str(BECAUSE[Because(report.routed_by)]) if report.routed_by else "",
        situation=report.situation,
        situation_name=situation_name(report.situation, report.region_code) if report.situation else "",
        handed_from=str(report.handed_from or ""),
        handed_due=report.handed_due,
        fell_to=region_name(report.fell_to) if report.fell_to else "",
        clock=clock,
        clock_name=str(CLOCK_NAMES[clock]) if clock else "",
        due=due,
        refusal=refusal_name(report.refusal) if report.refusal else "",
        checkers=[str(one) for one in (report.first_checker, report.second_checker) if one is not None],
        inspection_id=report.inspection_id,
        answer=report.answer,
        reward=report.reward,
        reward_name=str(REWARD_NAMES[RewardStep(report.reward)]) if report.reward else "",
        checked_as=str(STATE_NAMES[ReportState(report.checked_as)]) if report.checked_as else "",
        checked_by=str(report.checked_by or ""),
        merged_into=report.merged_into.number if report.merged_into is not None else "",
        voices=getattr(report, "voices", 1),
        case_number=report.case_number,
    )


def describe_entries(entries: "Iterable[ReportEntry]") -> list[HazardEntryOut]:
    """Acts, bodies by the names that they have now; their actors are loaded."""
    rows = list(entries)
    ids = {UUID(entry.figures[name]) for entry in rows for name in _BODIES if entry.figures.get(name)}
    bodies = {str(pk): str(body) for pk, body in Organisation.objects.in_bulk(ids).items()} if ids else {}
    return [_describe_entry(entry, bodies) for entry in rows]


def _describe_entry(entry: "ReportEntry", bodies: Mapping[str, str]) -> HazardEntryOut:
    return HazardEntryOut(
        act=entry.act,
        act_name=act_name(entry.act, entry.figures),
        at=entry.at,
        actor=str(entry.actor or ""),
        by_reporter=entry.by_reporter,
        inward=entry.inward,
        text=entry.text,
        details=_details(_with_names(entry.figures, bodies)),
    )


def _with_names(figures: Mapping[str, Any], bodies: Mapping[str, str]) -> Mapping[str, Any]:
    known = {name.removesuffix("_id"): bodies[figures[name]] for name in _BODIES if figures.get(name) in bodies}
    return {**figures, **known}


def _details(figures: Mapping[str, Any]) -> str:
    if "reason" in figures:
        return refusal_name(figures["reason"])
    if "situation" in figures:
        return situation_name(figures["situation"]) if figures["situation"] else "–"
    if "verdict" in figures:
        card = _("card %(number)s") % {"number": figures["card"]} if figures.get("card") else ""
        return " · ".join(filter(None, (str(STATE_NAMES[ReportState(figures["verdict"])]), card)))
    shown = [*figures.get("checkers", ()), *(figures.get(name, "") for name in ("object", "before", "body", "number"))]
    shown += [
        figures.get("inspection", ""),
        figures.get("finding", ""),
        *figures.get("findings", ()),
        *figures.get("penalties", ()),
    ]
    shown += [money(figures["yuan"]) if figures.get("yuan") else ""]
    shown += [_("photo %(number)d") % {"number": figures["photo"]}] if figures.get("photo") else []
    return " · ".join(str(one) for one in shown if one)
