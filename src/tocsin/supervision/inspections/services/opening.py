"""Inspections are opened: by scan, plan or draw, or on a phone without a network, whose own id they keep."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import CheckList, Draw, Inspection, InspectionEntry
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.checklists import list_for, newest_lists
from tocsin.supervision.inspections.queries.inspections import inspectors_for
from tocsin.supervision.inspections.rules.inspections import InspectionData, InspectionSource, InspectionState, InspectionVerdict
from tocsin.supervision.inspections.rules.telling import Matter
from tocsin.supervision.inspections.services.checklists import kept_list
from tocsin.supervision.inspections.services.numbers import INSPECTION, next_number
from tocsin.supervision.inspections.services.telling import tell_colleagues
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def open_inspection(
    *,
    actor: "User",
    object_id: UUID,
    check_list: str = "",
    second_id: UUID | None = None,
    planned_for: date | None = None,
    source: InspectionSource = InspectionSource.SCAN,
) -> Inspection:
    """A new inspection with the actor as first inspector: under way, or planned for a day.

    Without a `check_list` the one that fits the object's trade. InvalidInput for a second inspector who may not.
    """
    found = visible_objects(actor).get(pk=object_id)
    require(actor, rights.INSPECT, found.region_code)
    now = current_time()
    people = {one.pk: one for one in inspectors_for(found)}
    _require_other_body(actor, found)
    second = people.get(second_id) if second_id else None
    if second_id and (second is None or second.pk == actor.pk):
        raise InvalidInput(
            _("The second inspector is another person with the right to inspect here, of another body than the firm.")
        )
    lists = newest_lists()
    if check_list and check_list not in lists:
        raise InvalidInput(_("There is no such check list."))
    return make_inspection(
        actor=actor,
        supervised_object=found,
        first=actor,
        second=second,
        check_list=lists[check_list] if check_list else list_for(found),
        source=source,
        planned_for=planned_for,
        now=now,
    )


def make_inspection(
    *,
    actor: "User",
    supervised_object: SupervisedObject,
    first: "User",
    second: "User | None",
    check_list: CheckList,
    source: InspectionSource,
    planned_for: date | None,
    now: datetime,
    draw: Draw | None = None,
    identity: UUID | None = None,
) -> Inspection:
    """The same for whoever has asked for the right: a draw, a device that made the id itself."""
    is_planned = planned_for is not None
    inspection = Inspection.objects.create(
        id=identity or new_id(),
        number=next_number(INSPECTION, supervised_object.region_code, now),
        object=supervised_object,
        check_list=kept_list(check_list, now=now),
        region_code=supervised_object.region_code,
        state=(InspectionState.PLANNED if is_planned else InspectionState.OPEN).value,
        source=source.value,
        first_inspector=first,
        second_inspector=second,
        draw=draw,
        planned_for=planned_for,
        opened_at=now,
        began_at=None if is_planned else now,
    )
    told = {"number": inspection.number, "object": supervised_object.code, "source": source.value}
    others = [one for one in (first, second) if one is not None and one.pk != actor.pk]
    tell_colleagues(inspection, others, Matter.PLANNED, now=now)
    record_audit(actor, "inspection.opened", "inspection", inspection.pk, inspection.region_code, told)
    return inspection


def plan_inspection_of_report(
    *, actor: "User", object_id: UUID, first: "User", second: "User", planned_for: date, now: datetime
) -> Inspection:
    """An inspection because somebody reported a hazard; it says nothing of the report. In the caller's transaction, who has asked
    for the right; InvalidInput for an inspector who may not go there.
    """
    found = SupervisedObject.objects.get(pk=object_id)
    allowed = {one.pk for one in inspectors_for(found)}
    if first.pk == second.pk or not {first.pk, second.pk} <= allowed:
        raise InvalidInput(_("Two inspectors go, with the right to inspect here, of another body than the firm."))
    return make_inspection(
        actor=actor,
        supervised_object=found,
        first=first,
        second=second,
        check_list=list_for(found),
        source=InspectionSource.REPORT,
        planned_for=planned_for,
        now=now,
    )


@transaction.atomic
def open_by_device(*, actor: "User", act: NewAct[InspectionData]) -> InspectionEntry:
    """An inspection that a phone began, perhaps without a network and some time ago, with the list as the phone had it.

    A second inspector who may not inspect there is left out, and an inspection of the same object that was under way is told:
    both are said in the entry, for what was entered on site must not be lost. SupervisedObject.DoesNotExist out of reach;
    InvalidInput for a list that is unknown; Conflict where another inspection has the id.
    """
    known = known_entry(InspectionEntry, "inspection", act)
    if known is not None:
        return known
    if Inspection.objects.filter(pk=act.subject_id).exists():
        raise Conflict(_("Another inspection has this id."))
    now = current_time()
    if act.data.object is None:
        raise InvalidInput(_("A new inspection needs its object."))
    found = visible_objects(actor).get(pk=act.data.object)
    require(actor, rights.INSPECT, found.region_code)
    _require_other_body(actor, found)
    second = next((one for one in inspectors_for(found) if one.pk == act.data.second and one.pk != actor.pk), None)
    under_way = Inspection.objects.filter(object=found, state=InspectionState.OPEN.value).exists()
    since = now - timedelta(days=inspection_policy().phone.offline_days)
    verdict = InspectionVerdict.GOES_ON
    if act.data.second and second is None:
        verdict = InspectionVerdict.NO_SECOND
    elif under_way:
        verdict = InspectionVerdict.BESIDE
    fields = entry_fields(act, actor=actor, now=now, since=since, version=1, verdict=verdict.value)
    inspection = make_inspection(
        actor=actor,
        supervised_object=found,
        first=actor,
        second=second,
        check_list=_list_of(found, act),
        source=InspectionSource.HAND,
        planned_for=None,
        now=now,
        identity=act.subject_id,
    )
    inspection.version = 1
    inspection.opened_at = inspection.began_at = fields["at"]
    inspection.save(update_fields=["version", "opened_at", "began_at"])
    return InspectionEntry.objects.create(inspection=inspection, **fields)


def _list_of(supervised_object: SupervisedObject, act: NewAct[InspectionData]) -> CheckList:
    """The list in the version that the phone had: a newer one would not know its answers."""
    if not act.data.check_list:
        return list_for(supervised_object)
    newest = newest_lists().get(act.data.check_list)
    if newest is not None and act.data.list_version in (None, newest.version):
        return newest
    kept = CheckList.objects.filter(code=act.data.check_list, version=act.data.list_version or 0).first()
    if kept is None:
        raise InvalidInput(_("There is no such check list."))
    return kept


def _require_other_body(actor: "User", supervised_object: SupervisedObject) -> None:
    if actor.organisation_id is not None and actor.organisation_id == supervised_object.organisation_id:
        raise NotAllowed(_("Nobody inspects the own organisation."))
