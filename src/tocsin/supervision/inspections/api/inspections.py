"""Inspections, hidden dangers and legal documents of supervision for programs, and what the inspector's phone page needs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.fieldwork.api import LARGEST_PHOTO
from tocsin.fieldwork.shown import ActEntryOut
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Grouped, GroupedSlice, Slice
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries import findings as finding_queries
from tocsin.supervision.inspections.queries import inspections as queries
from tocsin.supervision.inspections.queries import legal as legal_queries
from tocsin.supervision.inspections.queries.cards import cards_of, inspectors_led_by
from tocsin.supervision.inspections.queries.checklists import newest_lists
from tocsin.supervision.inspections.queries.phone import colleagues_for, objects_to_inspect
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.rules.inspections import InspectionSource
from tocsin.supervision.inspections.rules.legal import SERVED_KINDS
from tocsin.supervision.inspections.services.cards import keep_card
from tocsin.supervision.inspections.services.findings import report_finding
from tocsin.supervision.inspections.services.inspections import name_second
from tocsin.supervision.inspections.services.legal import ExportedDocument, exported, import_documents
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.inspections.services.penalties import record_penalty
from tocsin.supervision.inspections.shown import inspections as told
from tocsin.supervision.inspections.shown.documents import LegalDocumentOut, describe_document
from tocsin.supervision.inspections.shown.findings import (
    GRADE_NAMES,
    HiddenDangerOut,
    PenaltyRecordOut,
    WaitingRecheckOut,
    describe_finding,
    describe_finding_entry,
    describe_penalty,
    describe_recheck,
)
from tocsin.supervision.inspections.shown.groups import GROUPS
from tocsin.supervision.inspections.shown.inspections import (
    CheckItemOut,
    InspectionOut,
    InspectorCardOut,
    PhoneListOut,
)
from tocsin.supervision.objects.rules import rights

router = Router()


class HiddenDangerDetailOut(HiddenDangerOut):
    entries: list[ActEntryOut]
    penalties: list[PenaltyRecordOut]
    documents: list[LegalDocumentOut]


class HiddenDangersOut(Grouped):
    items: list[HiddenDangerOut]
    total: int


class InspectionDetailOut(InspectionOut):
    list_items: list[CheckItemOut]
    entries: list[ActEntryOut]
    found: list[HiddenDangerOut]


class InspectionsOut(Schema):
    items: list[InspectionOut]
    total: int


class InspectionFilter(Slice):
    state: str = Field("", description=f"one of {', '.join(queries.STATES)}, or empty for all")
    search: str = Field("", max_length=120)


class HiddenDangerFilter(GroupedSlice):
    state: str = Field("unclosed", description=f"one of {', '.join(finding_queries.STATES)}")
    grade: FindingGrade | None = None
    search: str = Field("", max_length=120)


class InspectionIn(Schema, extra="forbid"):
    object_id: UUID
    check_list: str = Field("", max_length=60, description="empty: the one that fits the object")
    second_id: UUID | None = None
    planned_for: date | None = None
    source: InspectionSource = InspectionSource.HAND


class SecondIn(Schema, extra="forbid"):
    second_id: UUID


class InspectorCardIn(Schema, extra="forbid"):
    number: str = Field(max_length=40)
    valid_until: date | None = None


class HiddenDangerIn(Schema, extra="forbid"):
    object_id: UUID
    grade: FindingGrade
    text: str = Field(max_length=2000)
    days: int | None = Field(None, ge=0, le=3650)


class PenaltyIn(Schema, extra="forbid"):
    kind: str = Field(max_length=40)
    document_number: str = Field(max_length=120)
    decided_on: date
    amount_yuan: Decimal | None = Field(None, ge=0, le=999_999_999_999)
    severe: bool = False


class DocumentsTakenOut(Schema):
    written: int
    known: int = Field(description="documents that were there before: a second import changes nothing")
    errors: list[str] = Field(description="what is wrong in which row")


class DocumentFilter(Slice):
    direction: Literal["", "in", "out"] = ""
    since: date | None = None
    limit: int = Field(200, ge=1, le=2000)


class PhoneObjectOut(Schema):
    id: UUID
    code: str
    name: str
    colour: str
    check_list: str = Field(description="the one that fits best; empty: none does")
    sign_id: UUID | None = Field(description="of the sign that counts: what a scan of it names")


class PhonePersonOut(Schema):
    id: UUID
    name: str


class InspectorsPhoneOut(Schema):
    """What an inspector has to do."""

    now: datetime
    person_id: str
    person: str
    unit: str
    inspections: list[InspectionDetailOut]
    rechecks: list[WaitingRecheckOut]
    answers: dict[str, str]
    grades: dict[str, str]
    offered_days: dict[str, int]
    most_days: dict[str, int] = Field(description="the longest limit of each grade")
    objects: list[PhoneObjectOut] = Field(description="to begin an inspection of without a network; red and yellow codes first")
    check_lists: list[PhoneListOut]
    colleagues: list[PhonePersonOut] = Field(description="who may be second inspector")


@router.get("/inspections", response=InspectionsOut)
def inspections(request: HttpRequest, wanted: Query[InspectionFilter]) -> InspectionsOut:
    """Inspections in the areas you may see, newest first."""
    if wanted.state and wanted.state not in queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(queries.STATES)}")
    found = queries.search_inspections(request.user, state=wanted.state, search=wanted.search)
    page = wanted.cut(found)
    return InspectionsOut(items=[told.describe_inspection(one) for one in page], total=found.count())


@router.post("/inspections", response=InspectionDetailOut)
def make_inspection(request: HttpRequest, given: InspectionIn) -> InspectionDetailOut:
    """A new inspection with you as first inspector: under way, or planned for a day."""
    made = open_inspection(actor=actor_of(request), **given.dict())
    return inspection(request, made.pk)


@router.get("/inspections/phone", response=InspectorsPhoneOut)
def phone(request: HttpRequest) -> InspectorsPhoneOut:
    """Your inspections with their lists, and what firms say they have rectified: all that works without a network."""
    if not may_anywhere(request.user, rights.INSPECT):
        raise NotAllowed(_("Your roles are not those of an inspector."))
    now, user = current_time(), actor_of(request)
    today = timezone.localdate(now)
    figures = inspection_policy().findings
    objects = objects_to_inspect(user)
    return InspectorsPhoneOut(
        now=now,
        person_id=str(user.pk),
        person=str(user),
        unit=str(user.organisation or ""),
        inspections=[_detail(one, one.entries.all(), one.findings.all(), today) for one in queries.inspections_of(user, now=now)],
        rechecks=[describe_recheck(one, today) for one in finding_queries.findings_to_recheck(user)[:100]],
        answers={key.value: str(name) for key, name in told.ANSWER_NAMES.items()},
        grades={key.value: str(name) for key, name in GRADE_NAMES.items()},
        offered_days={one.value: figures.offered(one) for one in FindingGrade},
        most_days={one.value: figures.most(one) for one in FindingGrade},
        objects=[PhoneObjectOut.from_orm(one) for one in objects],
        check_lists=[told.describe_list_for_phone(one) for one in newest_lists().values()],
        colleagues=[PhonePersonOut(id=one.pk, name=str(one)) for one in colleagues_for(user, objects)],
    )


@router.get("/inspections/{uuid:inspection_id}", response=InspectionDetailOut)
def inspection(request: HttpRequest, inspection_id: UUID) -> InspectionDetailOut:
    """One inspection with its list, its entries and what was found."""
    found = queries.visible_inspections(request.user).get(pk=inspection_id)
    findings = found.findings.select_related("object")
    return _detail(found, queries.entries_of(found), findings, timezone.localdate(current_time()))


@router.post("/inspections/{uuid:inspection_id}/second", response=InspectionDetailOut)
def second(request: HttpRequest, inspection_id: UUID, given: SecondIn) -> InspectionDetailOut:
    """Names the second inspector."""
    name_second(actor=actor_of(request), inspection_id=inspection_id, second_id=given.second_id)
    return inspection(request, inspection_id)


@router.get("/inspector-cards", response=list[InspectorCardOut])
def cards(request: HttpRequest) -> list[InspectorCardOut]:
    """Inspectors whom you lead, with their law-enforcement cards."""
    people = inspectors_led_by(request.user)
    known = cards_of(people)
    return [told.describe_card(one, known.get(one.pk)) for one in people]


@router.post("/inspector-cards/{uuid:person_id}", response=InspectorCardOut)
def keep(request: HttpRequest, person_id: UUID, given: InspectorCardIn) -> InspectorCardOut:
    """The number of an inspector's card, as it stands on every paper; empty takes it away."""
    card = keep_card(actor=actor_of(request), person_id=person_id, number=given.number, valid_until=given.valid_until)
    person = next(one for one in inspectors_led_by(request.user) if one.pk == person_id)
    return told.describe_card(person, card)


@router.get("/findings", response=HiddenDangersOut)
def findings(request: HttpRequest, wanted: Query[HiddenDangerFilter]) -> HiddenDangersOut:
    """Hidden dangers in the areas you may see, and of your own firm; those due first."""
    if wanted.state not in finding_queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(finding_queries.STATES)}")
    now = current_time()
    found = finding_queries.search_findings(
        request.user, now=now, state=wanted.state, grade=wanted.grade or "", search=wanted.search
    )
    part = wanted.grouped(found, GROUPS)
    items = [describe_finding(one, timezone.localdate(now)) for one in part["items"]]
    return HiddenDangersOut(items=items, total=part["total"], groups=part["groups"])


@router.post("/findings", response=HiddenDangerDetailOut)
def report(request: HttpRequest, given: HiddenDangerIn) -> HiddenDangerDetailOut:
    """A hidden danger without an inspection: from a report or a remote look."""
    made = report_finding(actor=actor_of(request), **given.dict())
    return finding(request, made.pk)


@router.get("/findings/{uuid:finding_id}", response=HiddenDangerDetailOut)
def finding(request: HttpRequest, finding_id: UUID) -> HiddenDangerDetailOut:
    """One hidden danger from finding to closure. A firm sees those of its papers that were served on it."""
    found = finding_queries.visible_findings(request.user).get(pk=finding_id)
    documents = finding_queries.documents_of(found).select_related("object", "finding", "inspection")
    if not may(request.user, rights.SEE, found.region_code):
        documents = documents.filter(kind__in=SERVED_KINDS)
    return HiddenDangerDetailOut(
        **dict(describe_finding(found, timezone.localdate(current_time()))),
        entries=[describe_finding_entry(one) for one in finding_queries.entries_of(found)],
        penalties=[describe_penalty(one) for one in finding_queries.penalties_of(found)],
        documents=[describe_document(one) for one in documents],
    )


@router.post("/findings/{uuid:finding_id}/penalties", response=PenaltyRecordOut)
def penalty(request: HttpRequest, finding_id: UUID, given: PenaltyIn) -> PenaltyRecordOut:
    """A penalty as the law-enforcement system decided it."""
    return describe_penalty(record_penalty(actor=actor_of(request), finding_id=finding_id, **given.dict()))


@router.get("/documents", response=list[dict[str, object]])
def documents(request: HttpRequest, wanted: Query[DocumentFilter]) -> list[ExportedDocument]:
    """Legal documents, in the form in which the import takes them, newest first."""
    found = legal_queries.visible_documents(request.user, direction=wanted.direction, since=wanted.since)
    return [exported(one) for one in wanted.cut(found)]


@router.post("/documents", response=DocumentsTakenOut)
def take_documents(request: HttpRequest, file: File[UploadedFile]) -> DocumentsTakenOut:
    """A file of documents, JSON or CSV: what is right is kept once, what is wrong is told by row."""
    if (file.size or 0) > LARGEST_PHOTO:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": LARGEST_PHOTO / 1e6})
    report = import_documents(actor=actor_of(request), content=file.read())
    return DocumentsTakenOut(written=report.written, known=report.known, errors=list(report.errors))


def _detail(found: Inspection, entries: Any, findings: Any, today: date) -> InspectionDetailOut:
    rows: list[Finding] = list(findings)
    for one in rows:
        one.object = found.object  # known already
    acts = list(entries)
    return InspectionDetailOut(
        **dict(told.describe_inspection(found)),
        list_items=told.describe_items(found, acts),
        entries=[told.describe_inspection_entry(one) for one in acts],
        found=[describe_finding(one, today) for one in rows],
    )
