"""Reports by the public for programs: other platforms hand them in, and the desk's acts."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.queries.alike import Matter, alike_to, alike_to_call, away_m
from tocsin.mobilisation.hazard_reports.queries.ranks import ranks_of
from tocsin.mobilisation.hazard_reports.queries.reports import Which, entries_of, loaded, search_reports, visible_reports
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.intake import Channel, Handed, Mode
from tocsin.mobilisation.hazard_reports.rules.sealing import Identity
from tocsin.mobilisation.hazard_reports.rules.states import ReportState
from tocsin.mobilisation.hazard_reports.services import checking, handling, merging, moving, receiving
from tocsin.mobilisation.hazard_reports.shown.reports import HazardEntryOut, HazardReportOut, describe_entries, describe_report
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of

router = Router()


class HazardReportFilter(Slice):
    which: Which = "open"
    q: str = Field("", max_length=120)


class HazardReportsOut(Schema):
    items: list[HazardReportOut]
    total: int


class HazardReportIn(Schema):
    """What somebody said, as it is handed in. Who said it stands in no other field than name, telephone and account."""

    kind: str = Field(max_length=40, description="key of the policy mobilisation.reports")
    text: str = Field(max_length=10_000)
    situation: str = Field("", max_length=60, description="code of the standard's list, where it is one of those")
    region_code: str = Field("", max_length=6, description="of the county; not needed with a code")
    code: str = Field("", max_length=200, description="what stands behind /q/ in a sign's code")
    firm: str = Field("", max_length=200)
    place: str = Field("", max_length=300)
    since: str = Field("", max_length=200)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    danger: bool = False
    insider: bool = False
    channel: Channel = Channel.PLATFORM
    channel_reference: str = Field("", max_length=60, description="its number there; the same one twice is refused")
    said_at: datetime | None = None
    mode: Mode = Field(Mode.ANONYMOUS, description="other than anonymous: name, telephone and account are sealed on arrival")
    name: str = Field("", max_length=120)
    telephone: str = Field("", max_length=40)
    account: str = Field("", max_length=120)
    same_as: UUID | None = Field(None, description="the open report of the same matter that it is added to")


class ReportSoFarIn(Schema):
    """What a caller has said so far."""

    region_code: str = Field(max_length=6, description="of the county")
    kind: str = Field("", max_length=40)
    firm: str = Field("", max_length=200)
    place: str = Field("", max_length=300)
    text: str = Field("", max_length=10_000)
    lon: float | None = Field(None, ge=-180, le=180, description="the spot, where it was set on a map")
    lat: float | None = Field(None, ge=-90, le=90)


class HazardReportTakenOut(Schema):
    """The report, and the secret for whoever reported: shown this once."""

    report: HazardReportOut
    receipt: str
    secret: str


class ReportWordsIn(Schema):
    words: str = Field("", max_length=2000)


class ReportRefusalIn(ReportWordsIn):
    reason: str = Field(max_length=40)


class ReportMoveIn(ReportWordsIn):
    organisation_id: UUID


class ReportTransferIn(ReportWordsIn):
    to: str = Field(max_length=200)


class ReportSituationIn(Schema):
    situation: str = Field("", max_length=60, description="code of the list; empty: none")


class ReportCheckersIn(Schema):
    first_id: UUID
    second_id: UUID


class ReportCheckIn(ReportWordsIn):
    verdict: Literal["true", "partly_true", "not_true"]


class ReportHandledIn(ReportWordsIn):
    finding: str = Field("", max_length=60, description="number of a finding or penalty in the firm's file")


class ReportDecisionIn(ReportWordsIn):
    agreed: bool


class ReportMergeIn(ReportWordsIn):
    into: str = Field(max_length=30, description="the number of the report that leads")


class RankOut(Schema):
    """One report of a matter, in its rank."""

    id: UUID
    number: str
    received_at: datetime
    completeness: int
    valid: bool = Field(description="a clear object or place, and a concrete matter")
    complete_at: datetime | None = Field(description="since when it is valid")
    mode: str
    insider: bool


class AlikeOut(Schema):
    """A report that may tell of the same matter."""

    report: HazardReportOut
    score: float = Field(description="0 to 1")
    distance_m: int | None = Field(None, description="where both have a place")


class ReportObjectIn(Schema):
    supervised_object_id: UUID


@router.get("/hazard-reports", response=HazardReportsOut)
def list_hazard_reports(request: HttpRequest, wanted: Query[HazardReportFilter]) -> Part[HazardReportOut]:
    """Reports that one may read, newest first."""
    found = wanted.part(search_reports(request.user, which=wanted.which, q=wanted.q, now=current_time()))
    return {"items": [describe_report(one) for one in found["items"]], "total": found["total"]}


@router.post("/hazard-reports/alike", response=list[AlikeOut])
def alike_while_writing(request: HttpRequest, given: ReportSoFarIn) -> list[AlikeOut]:
    """Open reports that a caller may tell of; sent in a body, as what somebody says belongs into no address."""
    require(actor_of(request), rights.HANDLE, given.region_code)
    matter = Matter(given.region_code, given.kind, given.text, given.lon, given.lat)
    found = alike_to_call(request.user, matter, names=f"{given.firm} {given.place}", now=current_time())
    return [AlikeOut(report=_told(request, one.report), score=one.score, distance_m=away_m(matter, one.report)) for one in found]


@router.get("/hazard-reports/{hazard_report_id}", response=HazardReportOut)
def hazard_report(request: HttpRequest, hazard_report_id: UUID) -> HazardReportOut:
    """One report."""
    return describe_report(visible_reports(request.user).get(pk=hazard_report_id))


@router.get("/hazard-reports/{hazard_report_id}/entries", response=list[HazardEntryOut])
def hazard_report_entries(request: HttpRequest, hazard_report_id: UUID) -> list[HazardEntryOut]:
    """What was done, inner notes among it."""
    return describe_entries(entries_of(visible_reports(request.user).get(pk=hazard_report_id)))


@router.get("/hazard-reports/{hazard_report_id}/alike", response=list[AlikeOut])
def alike_hazard_reports(request: HttpRequest, hazard_report_id: UUID) -> list[AlikeOut]:
    """Open reports that may tell of the same matter, the likeliest first."""
    report = visible_reports(request.user).get(pk=hazard_report_id)
    matter = Matter(report.region_code, report.kind, report.text, report.lon, report.lat)
    found = alike_to(report, now=current_time())
    return [AlikeOut(report=_told(request, one.report), score=one.score, distance_m=away_m(matter, one.report)) for one in found]


@router.get("/hazard-reports/{hazard_report_id}/ranks", response=list[RankOut])
def ranks_of_matter(request: HttpRequest, hazard_report_id: UUID) -> list[Any]:
    """All reports of the matter in their rank: the first valid one is first."""
    return list(ranks_of(visible_reports(request.user).get(pk=hazard_report_id)))


@router.post("/hazard-reports/{hazard_report_id}/merging", response=HazardReportOut)
def merge_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportMergeIn) -> HazardReportOut:
    """It goes into another one, which leads; it keeps its rank."""
    return _told(request, merging.merge(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/merging/end", response=HazardReportOut)
def unmerge_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """It stands for itself again, as it was."""
    return _told(request, merging.unmerge(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports", response=HazardReportTakenOut)
def take_in_hazard_report(request: HttpRequest, given: HazardReportIn) -> HazardReportTakenOut:
    """A report from a hotline, a letter, a visit or another platform goes into the queue."""
    fields = given.dict(exclude={"channel", "channel_reference", "said_at", "mode", "name", "telephone", "account", "same_as"})
    new = receiving.NewReport(
        id=new_id(),
        handed=Handed(**fields),
        secret_sha256="",
        mode=given.mode,
        identity=Identity(name=given.name, telephone=given.telephone, account=given.account),
        channel=given.channel,
        channel_reference=given.channel_reference,
        said_at=given.said_at if given.said_at is None or given.said_at.tzinfo else None,
        same_as=given.same_as,
    )
    taken = receiving.take_in(actor=actor_of(request), new=new, now=current_time())
    return HazardReportTakenOut(report=_told(request, taken.report), receipt=taken.report.receipt, secret=taken.secret)


@router.post("/hazard-reports/{hazard_report_id}/acceptance", response=HazardReportOut)
def accept_hazard_report(request: HttpRequest, hazard_report_id: UUID) -> HazardReportOut:
    """It is accepted."""
    return _told(request, handling.accept(**_about(request, hazard_report_id)))


@router.post("/hazard-reports/{hazard_report_id}/refusal", response=HazardReportOut)
def refuse_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportRefusalIn) -> HazardReportOut:
    """It is not accepted, for a reason of the list."""
    return _told(request, handling.refuse(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/body", response=HazardReportOut)
def move_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportMoveIn) -> HazardReportOut:
    """Another body handles it from now on."""
    return _told(request, moving.move(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/transfer", response=HazardReportOut)
def transfer_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportTransferIn) -> HazardReportOut:
    """It goes to a body outside."""
    return _told(request, moving.transfer(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/body/taken-over", response=HazardReportOut)
def take_over_hazard_report(request: HttpRequest, hazard_report_id: UUID) -> HazardReportOut:
    """The body to which it was given takes it over."""
    return _told(request, moving.take_over(**_about(request, hazard_report_id)))


@router.post("/hazard-reports/{hazard_report_id}/body/given-back", response=HazardReportOut)
def give_back_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """It is not that body's matter."""
    return _told(request, moving.give_back(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/situation", response=HazardReportOut)
def put_report_to_situation(request: HttpRequest, hazard_report_id: UUID, given: ReportSituationIn) -> HazardReportOut:
    """Which situation of the standard's list it is."""
    return _told(request, handling.set_situation(**_about(request, hazard_report_id), situation=given.situation))


@router.post("/hazard-reports/{hazard_report_id}/object", response=HazardReportOut)
def name_object_of_report(request: HttpRequest, hazard_report_id: UUID, given: ReportObjectIn) -> HazardReportOut:
    """The firm or place of the register that is meant."""
    return _told(request, handling.set_object(**_about(request, hazard_report_id), object_id=given.supervised_object_id))


@router.post("/hazard-reports/{hazard_report_id}/checkers", response=HazardReportOut)
def assign_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportCheckersIn) -> HazardReportOut:
    """Two people check it."""
    return _told(request, handling.assign(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/extension", response=HazardReportOut)
def extend_check_of_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """The check gets more days, once."""
    return _told(request, handling.extend(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/check", response=HazardReportOut)
def check_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportCheckIn) -> HazardReportOut:
    """What one of the two checkers found."""
    verdict = ReportState(given.verdict)
    return _told(request, checking.check(**_about(request, hazard_report_id), verdict=verdict, words=given.words))


@router.post("/hazard-reports/{hazard_report_id}/files", response=HazardReportOut)
def attach_to_report(request: HttpRequest, hazard_report_id: UUID, file: File[UploadedFile]) -> HazardReportOut:
    """A photo or paper of the check."""
    checking.attach(**_about(request, hazard_report_id), data=file.read(), name=file.name or "")
    return hazard_report(request, hazard_report_id)


@router.post("/hazard-reports/{hazard_report_id}/malicious", response=HazardReportOut)
def claim_malicious_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """The first of two persons says that it was made up to harm."""
    return _told(request, checking.claim_malicious(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/malicious/decision", response=HazardReportOut)
def decide_malicious_report(request: HttpRequest, hazard_report_id: UUID, given: ReportDecisionIn) -> HazardReportOut:
    """The second one agrees or not."""
    return _told(request, checking.decide_malicious(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/handling", response=HazardReportOut)
def handle_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportHandledIn) -> HazardReportOut:
    """What was done about it."""
    return _told(request, checking.handle(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/question", response=HazardReportOut)
def ask_reporter(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """A question to the reporter."""
    return _told(request, handling.ask_reporter(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/note", response=HazardReportOut)
def note_on_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """An inner note."""
    return _told(request, handling.note(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/answer", response=HazardReportOut)
def answer_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """What the reporter reads at the end."""
    return _told(request, handling.answer(**_about(request, hazard_report_id), **given.dict()))


@router.post("/hazard-reports/{hazard_report_id}/end", response=HazardReportOut)
def close_hazard_report(request: HttpRequest, hazard_report_id: UUID, given: ReportWordsIn) -> HazardReportOut:
    """It is over."""
    return _told(request, handling.close(**_about(request, hazard_report_id), **given.dict()))


def _about(request: HttpRequest, hazard_report_id: UUID) -> dict[str, Any]:
    return {"actor": actor_of(request), "report_id": hazard_report_id, "now": current_time()}


def _told(request: HttpRequest, report: HazardReport) -> HazardReportOut:
    return describe_report(loaded(HazardReport.objects.all()).get(pk=report.pk))
