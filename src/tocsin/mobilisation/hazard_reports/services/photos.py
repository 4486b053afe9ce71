"""Photos of a report and of its check: what is kept is drawn anew from its colours, and an original only sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.jurisdiction.face import system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportPhoto, SealedIdentity
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.queries.identity import keys_for
from tocsin.mobilisation.hazard_reports.queries.photos import photos_of_reporter
from tocsin.mobilisation.hazard_reports.queries.reports import HAZARD_REPORT, REPORT_PHOTO, SEALED_PHOTO
from tocsin.mobilisation.hazard_reports.rules.locks import Locked, seal
from tocsin.mobilisation.hazard_reports.rules.sealing import original_of, pack_original
from tocsin.mobilisation.hazard_reports.services.following import Key, open_report
from tocsin.records.face import Attachment, Prepared, attachments_of, keep_prepared, prepare_attachment, prepare_sealed

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.mobilisation.hazard_reports.models import IdentityKey

M_PER_KM = 1000.0


def add_photo(*, key: Key, data: bytes, name: str, now: datetime) -> Attachment:
    """A photo from the reporter. The copy has no time, place, name or hash of what was sent; the original of a report with a
    sealed name is kept for the two officers, that of one without a name is not kept.
    """
    report = open_report(key)
    actor = system_actor()
    copy = prepare_attachment(actor=actor, data=data, name="photo", traceless=True, owner=report.pk)
    known = attachments_of(REPORT_PHOTO, report.pk).filter(received_sha256=copy.received_sha256).first()
    if known is not None:
        return known
    if photos_of_reporter(report).count() >= (most := report_policy(report.region_code).intake.most_photos):
        raise InvalidInput(_("A report takes %(most)d photos.") % {"most": most})
    keys = keys_for(report.region_code) if SealedIdentity.objects.filter(report=report).exists() else None
    original = _sealed(data, keys, report, name, now) if keys else None
    with transaction.atomic():
        return _keep(report, copy, original, now)


@dataclass(frozen=True)
class _Original:
    """The sealed original, as it lies on disk, with its locks and the keys of the two officers."""

    kept: Prepared
    locked: Locked
    keys: "tuple[IdentityKey, IdentityKey]"


def _sealed(data: bytes, keys: "tuple[IdentityKey, IdentityKey]", report: HazardReport, name: str, now: datetime) -> _Original:
    about = original_of(data, number=report.number, at=now, name=name)
    locked = seal(pack_original(data, about), for_a=keys[0].recipient, for_b=keys[1].recipient)
    return _Original(prepare_sealed(locked.data), locked, keys)


def _keep(known: HazardReport, copy: Prepared, original: _Original | None, now: datetime) -> Attachment:
    report = HazardReport.objects.select_for_update(of=("self",)).select_related("object").get(pk=known.pk)
    actor, region_code = system_actor(), report.region_code
    kept = keep_prepared(copy, actor=actor, object_type=REPORT_PHOTO, object_id=report.pk, region_code=region_code, now=now)
    if ReportPhoto.objects.filter(copy=kept).exists():
        return kept
    is_first = not photos_of_reporter(report).exists()
    made = _numbered(report, copy, kept)
    if original is not None:
        made.original = keep_prepared(
            original.kept, actor=actor, object_type=SEALED_PHOTO, object_id=report.pk, region_code=region_code, now=now
        )
        made.key_a, made.key_b = original.keys
        made.take_locks(original.locked)
    made.save(force_insert=True)
    if is_first:
        looks = [copy.checked.look] if copy.checked.look else []
        HazardReport.objects.filter(pk=report.pk).update(completeness=F("completeness") + 1, looks=looks)
    return kept


def attach_to_check(report: HazardReport, file: Prepared, *, actor: "User", now: datetime, caption: str = "") -> Attachment:
    """A file of who checks or handles the report, which the caller has locked; the same one twice is one.

    A photo goes the way of a reporter's: the desk sees the whole copy, everybody else what the desk has released of it. A paper
    stays as it came, as nothing in it can be blurred.
    """
    object_type = REPORT_PHOTO if file.is_picture else HAZARD_REPORT
    region_code = report.region_code
    kept = keep_prepared(
        file, actor=actor, object_type=object_type, object_id=report.pk, region_code=region_code, now=now, caption=caption
    )
    if file.is_picture and not ReportPhoto.objects.filter(copy=kept).exists():
        made = _numbered(report, file, kept)
        made.of_check = True
        made.save(force_insert=True)
    return kept


def _numbered(report: HazardReport, copy: Prepared, kept: Attachment) -> ReportPhoto:
    """The next photo of a locked report, not saved yet."""
    number = ReportPhoto.objects.filter(report=report).count() + 1
    return ReportPhoto(report=report, copy=kept, number=number, far=_is_far(report, copy))


def _is_far(report: HazardReport, copy: Prepared) -> bool | None:
    """Whether the camera was far from what the report is about; where it was is forgotten."""
    place = (report.lon, report.lat)
    if None in place and report.object is not None:
        place = (report.object.lon, report.object.lat)
    lon, lat = place
    if copy.checked.position is None or lon is None or lat is None:
        return None
    return distance_m(lon, lat, *copy.checked.position) > report_policy(report.region_code).photos.far_km * M_PER_KM
