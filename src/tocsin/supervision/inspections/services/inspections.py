"""Inspections: opened by scan, plan or draw; two inspectors enter what they find, offline too; the second confirms."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.ids import deterministic_id
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Inspection, InspectionEntry, LegalDocument
from tocsin.supervision.inspections.queries.inspections import inspectors_for, visible_inspections
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.rules.inspections import (
    InspectionAct,
    InspectionData,
    InspectionState,
    InspectionVerdict,
    step,
)
from tocsin.supervision.inspections.services.demands import follow_signature
from tocsin.supervision.inspections.services.findings import open_finding
from tocsin.supervision.inspections.services.numbers import DOCUMENT, next_number
from tocsin.supervision.inspections.services.opening import open_by_device
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.photos import keep_print

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_COUNTS = (InspectionVerdict.GOES_ON, InspectionVerdict.STAYS)


@transaction.atomic
def name_second(*, actor: "User", inspection_id: UUID, second_id: UUID) -> Inspection:
    """Names the second inspector while the first has not signed."""
    inspection = visible_inspections(actor).get(pk=inspection_id)
    require(actor, rights.INSPECT, inspection.region_code)
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("object").get(pk=inspection_id)
    second = next((one for one in inspectors_for(inspection.object) if one.pk == second_id), None)
    if second is None or second.pk == inspection.first_inspector_id:
        raise InvalidInput(
            _("The second inspector is another person with the right to inspect here, of another body than the firm.")
        )
    if InspectionState(inspection.state) not in (InspectionState.PLANNED, InspectionState.OPEN):
        raise InvalidInput(_("This inspection is signed."))
    inspection.second_inspector = second
    inspection.save(update_fields=["second_inspector"])
    told = {"number": inspection.number, "second": str(second)}
    record_audit(actor, "inspection.second_named", "inspection", inspection.pk, inspection.region_code, told)
    return inspection


@transaction.atomic
def enter_inspection(*, actor: "User", act: NewAct[InspectionData], picture: bytes = b"", name: str = "") -> InspectionEntry:
    """What one of the two inspectors did. Inspection.DoesNotExist out of reach; NotAllowed for others; InvalidInput where
    something is missing. What can't count any more is kept as a conflict.
    """
    if act.act == InspectionAct.OPEN:
        return open_by_device(actor=actor, act=act)
    now = current_time()
    visible = visible_inspections(actor).get(pk=act.subject_id)
    require(actor, rights.INSPECT, visible.region_code)
    if actor.pk not in (visible.first_inspector_id, visible.second_inspector_id):
        raise NotAllowed(_("Only the two inspectors write in this inspection."))
    related = ("object", "check_list", "second_inspector", "first_inspector")
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related(*related).get(pk=visible.pk)
    known = known_entry(InspectionEntry, "inspection", act, is_photo=bool(picture))
    if known is not None:
        return known
    if picture:
        region = inspection.region_code
        act = with_picture(act, actor=actor, object_type="inspection", region_code=region, picture=picture, name=name, now=now)
        keep_print(act.data.attachment, inspection.object, picture, now)
    require_picture(act)
    kind = InspectionAct(act.act)
    verdict, state = step(
        InspectionState(inspection.state), kind, first=_signed_by(inspection) == actor.pk, outdated=_is_outdated(inspection, act)
    )
    if verdict in _COUNTS:
        _check(inspection, kind, act)
    inspection.version += 1
    since = inspection.opened_at
    fields = entry_fields(act, actor=actor, now=now, since=since, version=inspection.version, verdict=verdict.value)
    entry = InspectionEntry.objects.create(inspection=inspection, **fields)
    if verdict in _COUNTS:
        inspection.state = state.value
        _follow(inspection, entry, actor)
    inspection.save()
    return entry


def _signed_by(inspection: Inspection) -> Any:
    signed = InspectionEntry.objects.filter(
        inspection=inspection, act=InspectionAct.SIGN.value, verdict=InspectionVerdict.GOES_ON.value
    )
    return signed.order_by("-version").values_list("actor_id", flat=True).first()


def _is_outdated(inspection: Inspection, act: NewAct[InspectionData]) -> bool:
    """Whether the other inspector answered this item after what this person saw."""
    if act.act != InspectionAct.ANSWER or act.base_version is None:
        return False
    later = InspectionEntry.objects.filter(
        inspection=inspection, act=InspectionAct.ANSWER.value, version__gt=act.base_version, verdict=InspectionVerdict.STAYS.value
    ).exclude(device=act.device)
    return any(one.data.get("item") == act.data.item for one in later)


def _check(inspection: Inspection, act: InspectionAct, given: NewAct[InspectionData]) -> None:
    codes = {one["code"] for one in inspection.check_list.items}
    data = given.data
    if act is InspectionAct.ANSWER and (data.item not in codes or data.answer is None):
        raise InvalidInput(_("This check list has no such item, or the answer is missing."))
    if act is InspectionAct.FINDING and (data.grade is None or (data.item and data.item not in codes)):
        raise InvalidInput(_("A hidden danger needs its grade, and an item of this check list or none."))
    if act in (InspectionAct.NOTE, InspectionAct.FINDING, InspectionAct.REOPEN) and not data.text.strip():
        raise InvalidInput(_("This step needs words."))
    if act is InspectionAct.SIGN:
        lacking = len(codes - set(inspection.answers))
        if lacking:
            raise InvalidInput(_("%(count)d items have no answer yet.") % {"count": lacking})
        if inspection.second_inspector_id is None:
            raise InvalidInput(_("Two inspectors sign: name the second one first."))


def _follow(inspection: Inspection, entry: InspectionEntry, actor: "User") -> None:
    match InspectionAct(entry.act):
        case InspectionAct.BEGIN:
            inspection.began_at = entry.at
        case InspectionAct.ANSWER:
            told = {
                "answer": entry.data["answer"],
                "text": entry.data.get("text", ""),
                "by": str(actor),
                "at": entry.at.isoformat(),
            }
            inspection.answers = {**inspection.answers, entry.data["item"]: told}
        case InspectionAct.FINDING:
            _open_finding(inspection, entry, actor)
        case InspectionAct.SIGN:
            inspection.ended_at = entry.at
        case InspectionAct.REOPEN:
            inspection.ended_at = None
        case InspectionAct.CONFIRM:
            inspection.confirmed_at = entry.at
            _issue_documents(inspection, entry.received_at)
            follow_signature(inspection, now=entry.received_at)


def _open_finding(inspection: Inspection, entry: InspectionEntry, actor: "User") -> None:
    open_finding(
        actor=actor,
        supervised_object=inspection.object,
        inspection=inspection,
        grade=FindingGrade(entry.data["grade"]),
        text=entry.data["text"],
        days=entry.data.get("days"),
        item=entry.data.get("item", ""),
        at=entry.at,
        now=entry.received_at,
        identity=deterministic_id("finding", entry.pk),
    )


def _issue_documents(inspection: Inspection, now: datetime) -> None:
    """The record (现场检查记录) and, where something was found, the order to rectify (责令限期整改指令书): to be exported."""
    findings = list(inspection.findings.order_by("number"))
    kinds = ["inspection_record", *(["rectification_order"] if findings else [])]
    for kind in kinds:
        LegalDocument.objects.create(
            object=inspection.object,
            inspection=inspection,
            direction="out",
            kind=kind,
            number=next_number(DOCUMENT, inspection.region_code, now),
            at=now,
            content={
                "inspection": inspection.number,
                "inspectors": [str(inspection.first_inspector), str(inspection.second_inspector)],
                "day": timezone.localdate(inspection.ended_at or now).isoformat(),
                "findings": [
                    {"number": one.number, "grade": one.grade, "text": one.text, "due_on": one.due_on.isoformat()}
                    for one in findings
                ],
            },
        )


FIELD_ACTS = FieldActs(acts=InspectionAct, data=InspectionData, enter=enter_inspection)
