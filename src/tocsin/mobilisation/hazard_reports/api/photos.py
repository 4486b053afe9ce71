"""Photos of reports for programs: which copy is theirs, what is blurred, and one of danger to life seen whole."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from tocsin.engine.blurring import Box, BoxKind
from tocsin.mobilisation.hazard_reports.queries.photos import photos_of, sees_whole
from tocsin.mobilisation.hazard_reports.queries.reports import visible_reports
from tocsin.mobilisation.hazard_reports.rules.blurring import MOST_BOXES
from tocsin.mobilisation.hazard_reports.services import blurring
from tocsin.mobilisation.hazard_reports.shown.photos import ReportPhotoOut, describe_photo
from tocsin.records.face import bytes_of
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class BoxIn(Schema):
    kind: BoxKind = Field(description="face: coarse blocks; plate and other: one even colour")
    left: int = Field(ge=-100_000, le=100_000, description="pixels of the whole copy")
    top: int = Field(ge=-100_000, le=100_000)
    width: int = Field(ge=1, le=100_000)
    height: int = Field(ge=1, le=100_000)


class BoxesIn(Schema):
    boxes: list[BoxIn] = Field(max_length=MOST_BOXES, description="all that is blurred; none: nothing has to be")
    decisions: int = Field(ge=0, description="how many there were when you looked: somebody else's is not overruled unseen")


class PhotoReasonIn(Schema):
    reason: str = Field(max_length=2000)


@router.get("/hazard-reports/{hazard_report_id}/photos", response=list[ReportPhotoOut])
def photos_of_report(request: HttpRequest, hazard_report_id: UUID) -> list[ReportPhotoOut]:
    """The reporter's photos: for the desk the whole copies with their boxes, for others the blurred ones."""
    report = visible_reports(request.user).get(pk=hazard_report_id)
    whole = sees_whole(request.user, str(report.pk))
    return [describe_photo(one, whole=whole) for one in photos_of(report)]


@router.post("/hazard-reports/{hazard_report_id}/photos/{photo_number}/decision", response=list[ReportPhotoOut])
def decide_upon_photo(request: HttpRequest, hazard_report_id: UUID, photo_number: int, given: BoxesIn) -> list[ReportPhotoOut]:
    """What of a photo is blurred; the copy for others is made at once, and made anew by a later decision."""
    blurring.decide_boxes(
        actor=actor_of(request),
        report_id=hazard_report_id,
        number=photo_number,
        boxes=[Box(**one.dict()) for one in given.boxes],
        seen=given.decisions,
        now=current_time(),
    )
    return photos_of_report(request, hazard_report_id)


@router.post("/hazard-reports/{hazard_report_id}/photos/{photo_number}/look", response=list[ReportPhotoOut])
def look_at_photo_again(request: HttpRequest, hazard_report_id: UUID, photo_number: int) -> list[ReportPhotoOut]:
    """The machine looks at the photo anew, within a minute; a decision stands until the next."""
    blurring.look_again(actor=actor_of(request), report_id=hazard_report_id, number=photo_number, now=current_time())
    return photos_of_report(request, hazard_report_id)


@router.post("/hazard-reports/{hazard_report_id}/photos/{photo_number}/opening")
def open_photo_of_danger(request: HttpRequest, hazard_report_id: UUID, photo_number: int, given: PhotoReasonIn) -> HttpResponse:
    """The whole copy, of a report of danger to life alone: with a reason, which stands in the report and in the audit trail."""
    found = blurring.open_whole_photo(
        actor=actor_of(request), report_id=hazard_report_id, number=photo_number, reason=given.reason, now=current_time()
    )
    return HttpResponse(bytes_of(found), content_type=found.media_type, headers={"Cache-Control": "private, no-store"})
