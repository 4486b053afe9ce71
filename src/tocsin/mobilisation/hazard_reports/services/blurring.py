"""Photos of reports are looked at by the machine, and what is blurred is decided by a person of the desk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, Unavailable
from tocsin.base.ids import new_id
from tocsin.engine.blurring import Box
from tocsin.mobilisation.hazard_reports.models import HazardReport, PhotoDecision, ReportPhoto
from tocsin.mobilisation.hazard_reports.queries.photos import BLURRED_PHOTO, photo_at_the_desk, photos_to_look_at
from tocsin.mobilisation.hazard_reports.queries.reports import CHECKED_WHILE, visible_reports
from tocsin.mobilisation.hazard_reports.rules.blurring import LEAST_SIDE, MOST_BOXES, BoxVerdict, judge_boxes
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import acting
from tocsin.mobilisation.hazard_reports.services.telling import tell_checkers
from tocsin.mobilisation.hazard_reports.shown.photos import boxes_of, kept_boxes
from tocsin.records.face import (
    Attachment,
    Looked,
    LookVerdict,
    attachment_policy,
    blurred_jpeg,
    bytes_of,
    keep_prepared,
    look_at,
    prepare_attachment,
    record_audit,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def look_at_photos(*, now: datetime) -> bool:
    """Looks at one photo that waits, outside of any transaction; whether more wait."""
    photo = photos_to_look_at().first()
    if photo is None:
        return False
    looked = _look(photo)
    found = ReportPhoto.objects.filter(pk=photo.pk, looked="")
    found.update(looked=looked.verdict.value, looked_at=now, proposed=kept_boxes(looked.boxes))
    return photos_to_look_at().exists()


def _look(photo: ReportPhoto) -> Looked:
    try:
        return look_at(bytes_of(photo.copy))
    except (Unavailable, InvalidInput):
        return Looked(LookVerdict.UNREADABLE)


def decide_boxes(*, actor: "User", report_id: UUID, number: int, boxes: Sequence[Box], seen: int, now: datetime) -> PhotoDecision:
    """A person says what is blurred, and the copy for others is made at once; again, and it is made anew.

    `seen`: how many decisions there were when the person looked, so that nobody overrules another without knowing.
    """
    photo = photo_at_the_desk(actor, report_id, number)
    _require_fitting(boxes, photo)
    data = blurred_jpeg(bytes_of(photo.copy), list(boxes), quality=attachment_policy().kept_quality)
    prepared = prepare_attachment(actor=actor, data=data, name="photo", traceless=True)
    with acting(report_id, ReportAct.BLUR, actor=actor, now=now) as step:
        known = PhotoDecision.objects.filter(photo=photo).count()
        if known != seen:
            raise Conflict(_("Somebody has decided upon this photo meanwhile: look at it again."))
        made = PhotoDecision(id=new_id(), photo=photo, number=known + 1, decided_by=actor, decided_at=now)
        region = step.report.region_code
        kept = keep_prepared(prepared, actor=actor, object_type=BLURRED_PHOTO, object_id=made.pk, region_code=region, now=now)
        made.blurred = kept
        made.boxes = kept_boxes(boxes)
        made.save(force_insert=True)
        as_proposed, left_out = _counted(photo, boxes)
        figures = {"decision": made.number, "boxes": len(boxes), "as_proposed": as_proposed, "left_out": left_out}
        step.note(photo=number, blurred=figures, sha256=kept.sha256)
        _tell_checkers(step.report, photo, made, actor=actor, now=now)
    return made


def _tell_checkers(report: HazardReport, photo: ReportPhoto, made: PhotoDecision, *, actor: "User", now: datetime) -> None:
    """Those who check the report and could not see the photo before, or saw another copy of it."""
    if report.state in CHECKED_WHILE:
        people = [one for one in (report.first_checker, report.second_checker) if one is not None and one.pk != actor.pk]
        tell_checkers(report, people, "photo", now=now, stamp=f"{photo.number}-{made.number}-")


@transaction.atomic
def look_again(*, actor: "User", report_id: UUID, number: int, now: datetime) -> ReportPhoto:
    """The machine looks at a photo anew; what was decided stands until a person decides again."""
    photo = photo_at_the_desk(actor, report_id, number)
    if not ReportPhoto.objects.filter(pk=photo.pk).exclude(looked="").update(looked="", looked_at=None):
        raise Conflict(_("This photo waits for the machine already: open its page again in a moment."))
    told = {"number": photo.report.number, "photo": number}
    record_audit(actor, "hazard_report.look_again", "hazard_report", photo.report_id, photo.report.region_code, told)
    return photo


def _require_fitting(boxes: Sequence[Box], photo: ReportPhoto) -> None:
    width, height = photo.copy.width, photo.copy.height
    verdict, number = judge_boxes(boxes, width, height)
    told = {"number": number, "most": MOST_BOXES, "least": LEAST_SIDE, "width": width, "height": height}
    match verdict:
        case BoxVerdict.TOO_MANY:
            raise InvalidInput(_("A photo takes %(most)d boxes, and there are %(number)d: draw larger ones.") % told)
        case BoxVerdict.TOO_SMALL:
            raise InvalidInput(_("Box %(number)d is smaller than %(least)d pixels: make it larger, or take it away.") % told)
        case BoxVerdict.OUTSIDE:
            raise InvalidInput(_("Box %(number)d lies outside of the photo, which has %(width)d × %(height)d pixels.") % told)
        case BoxVerdict.FITS:
            return


def _counted(photo: ReportPhoto, boxes: Sequence[Box]) -> tuple[int, int]:
    """For the audit trail: how many of the boxes proposed are blurred as they were, and how many are not."""
    proposed, decided = ({replace(one, score=0.0) for one in some} for some in (boxes_of(photo.proposed), boxes))
    return len(proposed & decided), len(proposed - decided)


def open_whole_photo(*, actor: "User", report_id: UUID, number: int, reason: str, now: datetime) -> Attachment:
    """The whole copy for who reads a report of danger to life and can't wait for the desk; with a reason, in the audit trail."""
    report = visible_reports(actor).get(pk=report_id)
    photo = ReportPhoto.objects.select_related("copy").get(report=report, number=number)
    if not report.danger:
        raise Conflict(_("Only of a report of danger to life is a photo seen before or beside its blurred copy."))
    if not reason.strip():
        raise InvalidInput(_("Say why the blurred copy will not do."))
    bytes_of(photo.copy)
    with acting(report_id, ReportAct.OPEN_PHOTO, actor=actor, now=now) as step:
        step.note(reason, photo=number)
    return photo.copy
