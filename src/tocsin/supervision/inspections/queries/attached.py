"""Photos of findings and inspections: who reads them."""

from typing import TYPE_CHECKING

from tocsin.records.face import attachments_of_all
from tocsin.supervision.inspections.models import FindingEntry, InspectionEntry
from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.rules.checklists import lacks_proof
from tocsin.supervision.inspections.rules.findings import FindingAct
from tocsin.supervision.inspections.rules.inspections import InspectionAct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import Attachment
    from tocsin.supervision.inspections.models import Finding, Inspection
    from tocsin.supervision.inspections.rules.checklists import Item


def may_read_finding(user: "Person", finding_id: str) -> bool:
    """Photos of a hidden danger: for its firm, too."""
    return visible_findings(user).filter(pk=finding_id).exists()


def may_read_inspection(user: "Person", inspection_id: str) -> bool:
    """Photos of an inspection."""
    return visible_inspections(user).filter(pk=inspection_id).exists()


def photos_of_item(inspection_id: "UUID", item: str) -> list[str]:
    """Ids of the photos that inspectors took of one item."""
    taken = InspectionEntry.objects.filter(inspection=inspection_id, act=InspectionAct.PHOTO.value, data__item=item)
    return [one["attachment"] for one in taken.values_list("data", flat=True)]


def unproven(inspection: "Inspection", items: "Iterable[Item]") -> list[str]:
    """Codes of the items whose defect lacks the photo or the words that the item asks for."""
    asked = [one for one in items if one.proof and one.code in inspection.answers]
    if not asked:
        return []
    taken = InspectionEntry.objects.filter(inspection=inspection, act=InspectionAct.PHOTO.value)
    shown = {one.get("item", "") for one in taken.values_list("data", flat=True)}
    of_dangers = FindingEntry.objects.filter(finding__inspection=inspection, act=FindingAct.PHOTO.value)
    shown |= set(of_dangers.values_list("finding__item", flat=True))
    answers = inspection.answers
    return [one.code for one in asked if lacks_proof(one.proof, answers[one.code], has_photo=one.code in shown)]


def files_of_finding(finding: "Finding") -> "list[Attachment]":
    """Photos of a finding, and those of the item of the check list for which it was entered, oldest first."""
    objects: list[tuple[str, UUID]] = [("finding", finding.pk)]
    if finding.inspection_id is None or not finding.item:
        return list(attachments_of_all(objects))
    of_item = set(photos_of_item(finding.inspection_id, finding.item))
    every = attachments_of_all([*objects, ("inspection", finding.inspection_id)])
    return [one for one in every if one.object_type == "finding" or str(one.pk) in of_item]
