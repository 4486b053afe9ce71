"""Reports upward for programs: the list, one report, writing, signing, sending, receipts, and the export by its schema."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import Conflict
from tocsin.command.reports.policy import DutyRow, Event, report_policy
from tocsin.command.reports.queries import reports as queries
from tocsin.command.reports.rules.reports import Casualties, Content, Phoned
from tocsin.command.reports.services import first_reports, transmissions
from tocsin.command.reports.services import reports as services
from tocsin.command.reports.shown.reports import ReportOut, ReportWholeOut, describe_report, describe_report_whole, export_report
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()

CHANNEL = "api"
SCHEMA_FILE = Path(__file__).resolve().parent / "report.schema.json"


class CasualtiesIn(Schema):
    """Null where nobody has counted yet."""

    dead: int | None = Field(None, ge=0, le=1_000_000)
    missing: int | None = Field(None, ge=0, le=1_000_000)
    injured: int | None = Field(None, ge=0, le=1_000_000, description="serious injuries, acute poisoning included")
    slightly_injured: int | None = Field(None, ge=0, le=1_000_000)
    loss_yuan: float | None = Field(None, ge=0, le=1e13)


class ReportContentIn(Schema):
    """Order 493 Art. 12."""

    event: Event
    unit: str = Field(max_length=8000)
    occurred_at: datetime
    place: str = Field(max_length=8000)
    scene: str = Field(max_length=8000)
    course: str = Field(max_length=8000)
    casualties: CasualtiesIn
    measures: str = Field(max_length=8000)
    other: str = Field("", max_length=8000)
    contact: str = Field("", max_length=8000)


class ReportsOut(Schema):
    items: list[ReportOut]
    total: int


class ReportFilter(Slice):
    list: Literal["open", "sent", "all"] = "open"


class ReportSeenIn(Schema):
    seen: str = Field(max_length=80)


class ReportReasonIn(Schema):
    reason: str = Field(min_length=1, max_length=500)


class ReportSentIn(Schema):
    through: Literal["telephone", "fax", "network", "platform", "by_hand"]
    at: datetime | None = None


class ReportReceiptIn(Schema):
    received_by: str = Field(min_length=1, max_length=120)
    receipt_number: str = Field("", max_length=120)
    at: datetime | None = None


class PhonedIn(Schema):
    """A first report by telephone: six things, who took it there, and which leader agreed by word."""

    event: Event
    occurred_at: datetime
    place: str = Field(min_length=1, max_length=500)
    scene: str = Field(min_length=1, max_length=8000, description="what has happened")
    casualties: CasualtiesIn
    measures: str = Field("", max_length=8000)
    received_by: str = Field(min_length=1, max_length=120)
    agreed_by: str = Field("", max_length=120)
    at: datetime | None = None


class CasualtiesOut(Schema):
    verdict: str = Field(description="follow_up, unchanged, too_late, nothing_reported")
    reports: list[ReportOut]


class ReportDutyOut(Schema):
    key: str
    on: str
    levels: list[str]
    grades: list[str]
    events: list[str]
    to: str
    to_level: str
    form: str
    within_min: float
    source_zh: str
    source_en: str
    confidence: str


@router.get("/reports", response=ReportsOut)
def reports(request: HttpRequest, wanted: Query[ReportFilter]) -> ReportsOut:
    """Reports of the counties whose cases you may see."""
    found, now = queries.search_reports(request.user, listed=wanted.list), current_time()
    page = wanted.cut(found)
    return ReportsOut(items=[describe_report(one, now) for one in page], total=found.count())


@router.get("/reports/duties", response=list[ReportDutyOut])
def duties(request: HttpRequest) -> list[DutyRow]:
    """The legal duties of the policy: who tells whom within how long."""
    return list(report_policy().duties)


@router.get("/reports/schema", response=dict[str, Any])
def schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON schema of exported reports."""
    return _schema()


@router.get("/reports/{report_id}", response=ReportWholeOut)
def report(request: HttpRequest, report_id: UUID) -> ReportWholeOut:
    """One report with its words."""
    return _whole(request, report_id)


@router.get("/reports/{report_id}/export", response=dict[str, Any])
def export(request: HttpRequest, report_id: UUID) -> dict[str, object]:
    """A signed report as a superior platform takes it, by `/reports/schema`."""
    found = queries.report_by_id(request.user, report_id)
    if found.signed_at is None:
        raise Conflict(_("Only a signed report is exported."))
    return export_report(found)


@router.put("/reports/{report_id}", response=ReportWholeOut)
def edit(request: HttpRequest, report_id: UUID, given: ReportContentIn) -> ReportWholeOut:
    """The officer's words."""
    fields = given.dict()
    content = Content(**{**fields, "casualties": Casualties(**fields["casualties"])})
    services.edit_report(actor=actor_of(request), report_id=report_id, content=content, channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/cases/{case_id}/reports/first", response=ReportOut)
def first_report(request: HttpRequest, case_id: UUID) -> ReportOut:
    """A first report is owed on the desk's word, before anything is declared."""
    made = first_reports.begin_first_report(actor=actor_of(request), case_id=case_id, channel=CHANNEL)
    return describe_report(made, current_time())


@router.post("/reports/{report_id}/phone", response=ReportWholeOut)
def phone(request: HttpRequest, report_id: UUID, given: PhonedIn) -> ReportWholeOut:
    """It was made by telephone; the whole report follows in writing."""
    said = Phoned(
        event=given.event,
        occurred_at=given.occurred_at,
        place=given.place,
        scene=given.scene,
        casualties=Casualties(**given.casualties.dict()),
        measures=given.measures,
    )
    first_reports.phone_report(
        actor=actor_of(request),
        report_id=report_id,
        phoned=said,
        received_by=given.received_by,
        agreed_by=given.agreed_by,
        at=given.at,
        channel=CHANNEL,
    )
    return _whole(request, report_id)


@router.post("/reports/{report_id}/signature", response=ReportWholeOut)
def sign_report(request: HttpRequest, report_id: UUID, given: ReportSeenIn) -> ReportWholeOut:
    """The leader on shift signs what was `seen`; a program's token can't."""
    services.sign_report(actor=actor_of(request), report_id=report_id, seen=given.seen, channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/reports/{report_id}/return", response=ReportWholeOut)
def give_back(request: HttpRequest, report_id: UUID, given: ReportReasonIn) -> ReportWholeOut:
    """The leader gives it back to be written anew."""
    services.return_report(actor=actor_of(request), report_id=report_id, reason=given.reason, channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/reports/{report_id}/sent", response=ReportWholeOut)
def send_report(request: HttpRequest, report_id: UUID, given: ReportSentIn) -> ReportWholeOut:
    """It was handed upward."""
    services.send_report(actor=actor_of(request), report_id=report_id, through=given.through, at=given.at, channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/reports/{report_id}/hand-over", response=ReportWholeOut)
def hand_report_over(request: HttpRequest, report_id: UUID) -> ReportWholeOut:
    """Has the machine hand it to the superior platform that is set up for its addressee."""
    transmissions.hand_over(actor=actor_of(request), report_id=report_id, channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/reports/{report_id}/receipt", response=ReportWholeOut)
def receipt(request: HttpRequest, report_id: UUID, given: ReportReceiptIn) -> ReportWholeOut:
    """Who received it, under which number."""
    services.note_receipt(actor=actor_of(request), report_id=report_id, **given.dict(), channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/reports/{report_id}/drop", response=ReportWholeOut)
def drop(request: HttpRequest, report_id: UUID, given: ReportReasonIn) -> ReportWholeOut:
    """No longer owed: what was declared has been ended."""
    services.drop_report(actor=actor_of(request), report_id=report_id, reason=given.reason, channel=CHANNEL)
    return _whole(request, report_id)


@router.post("/cases/{case_id}/reports/follow-up", response=list[ReportOut])
def follow_up(request: HttpRequest, case_id: UUID) -> list[ReportOut]:
    """A follow-up to everybody who has been told."""
    made = services.ask_follow_up(actor=actor_of(request), case_id=case_id, channel=CHANNEL)
    return [describe_report(one, current_time()) for one in made]


@router.post("/cases/{case_id}/casualties", response=CasualtiesOut)
def casualties(request: HttpRequest, case_id: UUID, given: CasualtiesIn) -> CasualtiesOut:
    """Numbers of people as known now; asks for follow-ups where the law does."""
    known = Casualties(**given.dict())
    verdict, made = services.change_casualties(actor=actor_of(request), case_id=case_id, casualties=known, channel=CHANNEL)
    return CasualtiesOut(verdict=verdict.value, reports=[describe_report(one, current_time()) for one in made])


def _whole(request: HttpRequest, report_id: UUID) -> ReportWholeOut:
    found = queries.report_by_id(request.user, report_id)
    return describe_report_whole(found, current_time())


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found
