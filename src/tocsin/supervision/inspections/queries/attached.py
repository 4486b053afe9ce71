"""Photos of findings and inspections: who reads them."""

from typing import TYPE_CHECKING

from tocsin.records.face import attachments_of_all
from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.queries.inspections import visible_inspections

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import Attachment
    from tocsin.supervision.inspections.models import Finding


def may_read_finding(user: "Person", finding_id: str) -> bool:
    """Photos of a hidden danger: for its firm, too."""
    return visible_findings(user).filter(pk=finding_id).exists()


def may_read_inspection(user: "Person", inspection_id: str) -> bool:
    """Photos of an inspection."""
    return visible_inspections(user).filter(pk=inspection_id).exists()


def files_of_finding(finding: "Finding") -> "list[Attachment]":
    """Photos of a finding and of its inspection, oldest first; for who may see the area, not for the firm."""
    objects: list[tuple[str, UUID]] = [("finding", finding.pk)]
    if finding.inspection_id is not None:
        objects.append(("inspection", finding.inspection_id))
    return list(attachments_of_all(objects))
