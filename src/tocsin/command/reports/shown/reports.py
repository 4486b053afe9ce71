"""Reports upward as people and programs read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from ninja import Field, Schema

from tocsin.command.casebook.rules.cases import DeclarationKind
from tocsin.command.casebook.shown import outcomes as handling
from tocsin.command.reports.models import Report, Transmission
from tocsin.command.reports.policy import report_policy
from tocsin.command.reports.queries.reports import versions_before
from tocsin.command.reports.queries.superiors import superior_for
from tocsin.command.reports.rules.reports import (
    ReportCause,
    ReportDuty,
    ReportKind,
    ReportState,
    missing_parts,
)
from tocsin.command.reports.rules.transmissions import TransmissionState
from tocsin.command.reports.shown.content import content_of
from tocsin.command.reports.shown.words import (
    CAUSE_NAMES,
    EVENT_NAMES,
    FORM_NAMES,
    KIND_NAMES,
    PART_NAMES,
    STATE_NAMES,
    TRANSMISSION_NAMES,
    WAY_NAMES,
    addressee_words,
    outcome_words,
    source_words,
)
from tocsin.screens.shapes import OnPages


class ReportOut(Schema):
    id: UUID
    number: str
    case: str
    case_id: UUID
    region_code: str
    drill: str | None
    kind: str = Field(description="first, follow_up, final")
    kind_name: str
    sequence: int
    cause: str = Field(description="undeclared, phoned, declared, raised, casualties, by_hand, closed")
    cause_name: str
    duty: str = Field(description="the key of the legal duty")
    addressee: str
    form: str
    source: str = Field(description="the law")
    confidence: str
    scale: str = Field(description="incident or warning; empty while nothing is declared")
    grade: str
    grade_name: str
    state: str = Field(description="draft, signed, sent, received, dropped")
    state_name: str
    begun_at: datetime
    due_at: datetime
    standing: str = Field(description="running, nearly_overdue, overdue, met, met_late")
    seconds_left: int
    returned_reason: str
    signed_by: str
    signed_at: datetime | None
    digest: str
    sent_by: str
    sent_at: datetime | None
    sent_through: str
    receipt_number: str
    received_by: str
    received_at: datetime | None
    telephone: OnPages[str]
    form_name: OnPages[str]
    edited_at: OnPages[datetime | None]
    edited_by: OnPages[str]
    sent_through_name: OnPages[str]
    may_phone: bool = Field(description="a first report that is made by telephone, before a signature")
    agreed_by: str = Field(description="the leader who agreed by word to a report that was phoned")


class TransmissionOut(Schema):
    platform: str = Field(description="a table of superiors.toml")
    state: str = Field(description="waiting, held, taken, refused, given_up, uncertain, withdrawn")
    state_name: str
    attempts: int
    perhaps_taken: bool = Field(description="an attempt got no answer")
    outcome: str = Field(description="what the last attempt came to")
    receipt_number: str
    asked_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    deadline: datetime
    ended_at: datetime | None


class ReportWholeOut(ReportOut):
    content: dict[str, Any]
    missing_parts: list[str]
    grade_by_figures: str = Field(description="the grade that the figures alone make; empty where its kind of event has no table")
    grade_source: str = Field(description="the law of that table")
    platform: str = Field(description="the superior platform that is set up for its addressee, empty for none")
    transmissions: list[TransmissionOut]
    seen: str = Field(description="what a signature gives back, so that the signed words are those that were read")
    event_name: OnPages[str]
    grade_by_figures_name: OnPages[str]


def describe_report(report: Report, now: datetime) -> ReportOut:
    """One report without its content, as lists show it; `standing` is its clock's colour."""
    policy = report_policy()
    duty = {one.key: one for one in policy.all_duties}.get(report.duty)
    open_ = report.state in (ReportState.DRAFT, ReportState.SIGNED)
    half = report.begun_at + (report.due_at - report.begun_at) / 2
    declared = report.declaration
    late = report.sent_at is not None and report.sent_at > report.due_at
    if open_:
        standing = "overdue" if now > report.due_at else ("nearly_overdue" if now >= half else "running")
    else:
        standing = "met_late" if late else "met"
    return ReportOut(
        id=report.pk,
        number=report.number,
        case=report.case.number,
        case_id=report.case_id,
        region_code=report.region_code,
        drill=report.case.drill.name if report.case.drill else None,
        kind=report.kind,
        kind_name=str(KIND_NAMES[ReportKind(report.kind)]),
        sequence=report.sequence,
        cause=report.cause,
        cause_name=str(CAUSE_NAMES[ReportCause(report.cause)]),
        duty=report.duty,
        addressee=str(report.organisation) if report.organisation else addressee_words(report.duty),
        telephone=report.organisation.telephone if report.organisation else "",
        form=duty.form if duty else "",
        form_name=str(FORM_NAMES[duty.form]) if duty else "",
        source=source_words(duty) if duty else "",
        confidence=duty.confidence if duty else "",
        scale=declared.kind if declared else "",
        grade=declared.level if declared else "",
        grade_name=str(handling.DECLARED_LEVEL_NAMES[DeclarationKind(declared.kind)][declared.level])
        if declared
        else pgettext("grade of a report", "nothing declared"),
        may_phone=is_phoned(report, duty),
        agreed_by=report.agreed_by,
        state=report.state,
        state_name=str(STATE_NAMES[ReportState(report.state)]),
        begun_at=report.begun_at,
        due_at=report.due_at,
        standing=standing,
        seconds_left=round((report.due_at - (report.sent_at or now)).total_seconds()),
        edited_at=report.edited_at,
        edited_by=str(report.edited_by) if report.edited_by else "",
        returned_reason=report.returned_reason,
        signed_by=str(report.signed_by) if report.signed_by else "",
        signed_at=report.signed_at,
        digest=report.digest,
        sent_by=str(report.sent_by) if report.sent_by else "",
        sent_at=report.sent_at,
        sent_through=report.sent_through,
        sent_through_name=str(WAY_NAMES.get(report.sent_through, report.sent_through)),
        receipt_number=report.receipt_number,
        received_by=report.received_by,
        received_at=report.received_at,
    )


def is_phoned(report: Report, duty: ReportDuty | None) -> bool:
    """Whether it is a draft of a first report that the law wants by telephone."""
    by_telephone = duty is not None and duty.form == "telephone"
    return report.state == ReportState.DRAFT and report.kind == ReportKind.FIRST and by_telephone


def describe_report_whole(report: Report, now: datetime) -> ReportWholeOut:
    """One report with its content, what it still lacks, and the grade that its figures make."""
    content = content_of(report)
    table = report_policy().grade_table(content.event)
    by_figures = report_policy().grade_by_figures(content.event, content.casualties) or ""
    names = handling.DECLARED_LEVEL_NAMES[DeclarationKind.INCIDENT]
    return ReportWholeOut(
        **dict(describe_report(report, now)),
        content=content.values(),
        event_name=str(EVENT_NAMES.get(content.event, content.event)),
        missing_parts=[str(PART_NAMES[name]) for name in missing_parts(content)],
        grade_by_figures=by_figures,
        grade_by_figures_name=str(names.get(by_figures, by_figures)) or _("no grade table: decide by hand"),
        seen=content.digest(),
        grade_source=source_words(table) if table else "",
        platform=platform_of(report),
        transmissions=[describe_transmission(one) for one in report.transmissions.all()],
    )


def platform_of(report: Report) -> str:
    """The superior platform that is set up for its addressee; empty for none, or where the settings can't be read."""
    try:
        duty = report_policy().duty(report.duty)
        found = superior_for(to=duty.to, level=duty.to_level, region_code=report.region_code)
    except (KeyError, ValueError):
        return ""
    return found[0] if found else ""


def describe_transmission(row: Transmission) -> TransmissionOut:
    """One report on its way to a platform."""
    waits = row.state == TransmissionState.WAITING
    return TransmissionOut(
        platform=row.platform,
        state=row.state,
        state_name=str(TRANSMISSION_NAMES[TransmissionState(row.state)]),
        attempts=row.attempts,
        perhaps_taken=row.perhaps_taken,
        outcome=outcome_words(row.outcome),
        receipt_number=row.receipt_number,
        asked_at=row.asked_at,
        tried_at=row.tried_at,
        next_at=row.not_before if waits and row.attempts else None,
        deadline=row.deadline,
        ended_at=row.ended_at,
    )


def export_report(report: Report) -> dict[str, object]:
    """What a superior platform takes, by `report.schema.json`: only codes, figures and the signed words."""
    assert report.signed_at is not None and report.signed_by is not None  # noqa: S101 - asked by the caller
    organisation = report.organisation
    duty, declared = report_policy().duty(report.duty), report.declaration
    return {
        "schema": "tocsin/report/1",
        "id": str(report.pk),
        "number": report.number,
        "status": "exercise" if report.case.drill_id else "actual",
        "kind": report.kind,
        "sequence": report.sequence,
        "cause": report.cause,
        "case": report.case.number,
        "from_region": report.region_code,
        "to": {
            "code": organisation.code if organisation else duty.to,
            "level": duty.to_level,
            "name": organisation.name_zh if organisation else report_policy().bodies[duty.to].name_zh,
        },
        "declared": {"scale": declared.kind, "level": declared.level, "at": declared.declared_at.isoformat()}
        if declared
        else None,
        "content": report.content,
        "signature": {"name": str(report.signed_by), "at": report.signed_at.isoformat(), "digest": report.digest},
        "replaces": [one.number for one in versions_before(report)],
    }
