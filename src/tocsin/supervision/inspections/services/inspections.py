"""Inspections: opened by scan, plan or draw; two inspectors enter what they find, offline too; the second confirms."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.ids import deterministic_id
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.jurisdiction.face import require
from tocsin.records.face import Prepared, prepare_attachment, record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Inspection, InspectionEntry
from tocsin.supervision.inspections.queries.attached import unproven
from tocsin.supervision.inspections.queries.inspections import inspectors_for, visible_inspections
from tocsin.supervision.inspections.rules.checklists import Answer, Said, is_unsettled, read_items, standing_answer
from tocsin.supervision.inspections.rules.findings import FindingGrade, FindingState
from tocsin.supervision.inspections.rules.inspections import (
    OF_THE_PARTY,
    InspectionAct,
    InspectionData,
    InspectionState,
    InspectionVerdict,
    step,
)
from tocsin.supervision.inspections.rules.telling import Matter
from tocsin.supervision.inspections.services.demands import follow_signature
from tocsin.supervision.inspections.services.findings import open_finding
from tocsin.supervision.inspections.services.issuing import issue_documents, keep_party
from tocsin.supervision.inspections.services.opening import open_by_device
from tocsin.supervision.inspections.services.telling import end_of_visit, tell_colleagues
from tocsin.supervision.objects.policy.register import reads_chinese
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.photos import keep_print

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_COUNTS = (InspectionVerdict.GOES_ON, InspectionVerdict.STAYS, InspectionVerdict.DIFFERS)


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
    if second.pk != actor.pk:
        tell_colleagues(inspection, [second], Matter.PLANNED, now=current_time(), stamp=str(second.pk))
    told = {"number": inspection.number, "second": str(second)}
    record_audit(actor, "inspection.second_named", "inspection", inspection.pk, inspection.region_code, told)
    return inspection


def enter_inspection(*, actor: "User", act: NewAct[InspectionData], picture: bytes = b"", name: str = "") -> InspectionEntry:
    """What one of the two inspectors did. Inspection.DoesNotExist out of reach; NotAllowed for others; InvalidInput where
    something is missing. What can't count any more is kept as a conflict.
    """
    if act.act == InspectionAct.OPEN:
        return open_by_device(actor=actor, act=act)
    _visible_to_inspector(actor, act)
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture else None
    return _enter(actor, act, prepared)


def _visible_to_inspector(actor: "User", act: NewAct[InspectionData]) -> Inspection:
    visible = visible_inspections(actor).get(pk=act.subject_id)
    require(actor, rights.INSPECT, visible.region_code)
    if actor.pk not in (visible.first_inspector_id, visible.second_inspector_id):
        raise NotAllowed(_("Only the two inspectors write in this inspection."))
    return visible


@transaction.atomic
def _enter(actor: "User", act: NewAct[InspectionData], picture: Prepared | None) -> InspectionEntry:
    now, visible = current_time(), _visible_to_inspector(actor, act)
    related = ("object", "check_list", "second_inspector", "first_inspector")
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related(*related).get(pk=visible.pk)
    known = known_entry(InspectionEntry, "inspection", act, is_photo=picture is not None)
    if known is not None:
        return known
    if picture is not None:
        region = inspection.region_code
        act = with_picture(act, picture, actor=actor, object_type="inspection", region_code=region, now=now)
        keep_print(act.data.attachment, inspection.object, picture, now)
    require_picture(act)
    kind = InspectionAct(act.act)
    each = _each_with(inspection, actor, act, now)
    verdict, state = step(
        InspectionState(inspection.state),
        kind,
        first=_signed_by(inspection) == actor.pk,
        differs=is_unsettled(each),
        heard=bool(inspection.party) and not inspection.party.get("refused"),
    )
    if verdict in _COUNTS:
        _check(inspection, kind, act)
    inspection.version += 1
    since = inspection.opened_at
    fields = entry_fields(act, actor=actor, now=now, since=since, version=inspection.version, verdict=verdict.value)
    entry = InspectionEntry.objects.create(inspection=inspection, **fields)
    if verdict in _COUNTS:
        inspection.state = state.value
        _follow(inspection, entry, actor, each)
    inspection.save()
    if verdict in _COUNTS:
        _tell(inspection, entry, actor, now)
    return entry


def _signed_by(inspection: Inspection) -> Any:
    signed = InspectionEntry.objects.filter(
        inspection=inspection, act=InspectionAct.SIGN.value, verdict=InspectionVerdict.GOES_ON.value
    )
    return signed.order_by("-version").values_list("actor_id", flat=True).first()


def _each_with(inspection: Inspection, actor: "User", act: NewAct[InspectionData], now: datetime) -> dict[str, Said]:
    """What each inspector says of the item that is answered, with this answer; empty for another act."""
    if act.act != InspectionAct.ANSWER or act.data.answer is None:
        return {}
    said = Said(answer=Answer(act.data.answer).value, text=act.data.text, by=str(actor), at=min(act.at, now).isoformat())
    return {**inspection.answers.get(act.data.item, {}).get("each", {}), str(actor.pk): said}


def _check(inspection: Inspection, act: InspectionAct, given: NewAct[InspectionData]) -> None:
    codes = {one["code"] for one in inspection.check_list.items}
    data = given.data
    if act is InspectionAct.ANSWER and (data.item not in codes or data.answer is None):
        raise InvalidInput(_("This check list has no such item, or the answer is missing."))
    if act is InspectionAct.FINDING and (data.grade is None or (data.item and data.item not in codes)):
        raise InvalidInput(_("A hidden danger needs its grade, and an item of this check list or none."))
    if act in (InspectionAct.NOTE, InspectionAct.FINDING, InspectionAct.REOPEN) and not data.text.strip():
        raise InvalidInput(_("This step needs words."))
    if act in OF_THE_PARTY:
        _check_party(act, data)
    if act is InspectionAct.SIGN:
        _check_signing(inspection, codes)


def _check_party(act: InspectionAct, data: InspectionData) -> None:
    if act is InspectionAct.PARTY_SIGN and not (data.name.strip() and data.strokes):
        raise InvalidInput(_("The firm's person signs with name and signature."))
    if act is InspectionAct.PARTY_REFUSE and not (data.text.strip() and data.witness.strip()):
        raise InvalidInput(_("A refusal needs its reason and the name of a witness."))


def _check_signing(inspection: Inspection, codes: set[str]) -> None:
    left = len(codes - set(inspection.answers))
    if left:
        raise InvalidInput(_("%(count)d items have no answer yet.") % {"count": left})
    if inspection.second_inspector_id is None:
        raise InvalidInput(_("Two inspectors sign: name the second one first."))
    listed = read_items(inspection.check_list.items)
    items = {one.code: one.told(reads_chinese())["text"] for one in listed}
    unsettled = [items[code] for code, one in inspection.answers.items() if is_unsettled(one.get("each", {}))]
    if unsettled:
        told = {"items": "; ".join(unsettled)}
        raise InvalidInput(_("The two inspectors answer differently, settle it first: %(items)s") % told)
    in_order = [code for code, one in inspection.answers.items() if one["answer"] != Answer.BAD]
    dangers = inspection.findings.exclude(state=FindingState.WITHDRAWN.value).filter(item__in=in_order)
    denied = [items[code] for code in dangers.values_list("item", flat=True) if code in items]
    if denied:
        told = {"items": "; ".join(denied)}
        raise InvalidInput(
            _("Answered as in order, yet entered as a hidden danger; answer it as a defect or withdraw the danger: %(items)s")
            % told
        )

    lacking = unproven(inspection, listed)
    if lacking:
        told = {"items": "; ".join(items[code] for code in lacking)}
        raise InvalidInput(_("A defect lacks its photo or its words: %(items)s") % told)


def _follow(inspection: Inspection, entry: InspectionEntry, actor: "User", each: dict[str, Said]) -> None:
    match InspectionAct(entry.act):
        case InspectionAct.BEGIN:
            inspection.began_at = entry.at
        case InspectionAct.ANSWER:
            inspection.answers = {**inspection.answers, entry.data["item"]: standing_answer(each)}
        case InspectionAct.FINDING:
            _open_finding(inspection, entry, actor)
        case InspectionAct.SIGN:
            inspection.ended_at = entry.at
        case InspectionAct.REOPEN:
            inspection.ended_at, inspection.party, inspection.party_at = None, {}, None  # what is signed anew is heard anew
        case InspectionAct.PARTY_SIGN | InspectionAct.PARTY_REFUSE:
            keep_party(inspection, entry, actor)
        case InspectionAct.CONFIRM:
            inspection.confirmed_at = entry.at
            issue_documents(inspection, actor, entry.received_at)
            follow_signature(inspection, now=entry.received_at)


def _tell(inspection: Inspection, entry: InspectionEntry, actor: "User", now: datetime) -> None:
    """The other inspector hears what is his to do."""
    pair = (inspection.first_inspector, inspection.second_inspector)
    other = [one for one in pair if one is not None and one.pk != actor.pk]
    act = InspectionAct(entry.act)
    if entry.verdict == InspectionVerdict.DIFFERS:
        tell_colleagues(inspection, other, Matter.DIFFERS, now=now, item=entry.data["item"])
    elif act is InspectionAct.ANSWER and not any(is_unsettled(one.get("each", {})) for one in inspection.answers.values()):
        end_of_visit(inspection, (Matter.DIFFERS,), now)
    elif act is InspectionAct.SIGN:
        end_of_visit(inspection, (Matter.DIFFERS, Matter.PLANNED, Matter.PLANNED_SOON, Matter.SENT_BACK), now)
        tell_colleagues(inspection, other, Matter.TO_CONFIRM, now=now)
    elif act is InspectionAct.REOPEN:
        end_of_visit(inspection, (Matter.TO_CONFIRM,), now)
        tell_colleagues(inspection, other, Matter.SENT_BACK, now=now, said=entry.data["text"][:200])
    elif act is InspectionAct.CONFIRM:
        end_of_visit(inspection, (Matter.TO_CONFIRM,), now)


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
        identity=UUID(entry.data["finding"]) if "finding" in entry.data else deterministic_id("finding", entry.pk),
    )


FIELD_ACTS = FieldActs(acts=InspectionAct, data=InspectionData, enter=enter_inspection)
