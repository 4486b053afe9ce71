"""Legal papers as people and programs read them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.supervision.inspections.models import LegalDocument

DOCUMENT_NAMES = {
    "inspection_record": pgettext_lazy("legal paper", "record of on-site inspection"),
    "rectification_order": pgettext_lazy("legal paper", "order to rectify within a limit"),
    "recheck_opinion": pgettext_lazy("legal paper", "opinion on the re-check"),
    "case_filing": pgettext_lazy("legal paper", "approval to file a case"),
    "penalty_notice": pgettext_lazy("legal paper", "notice of an intended penalty"),
    "penalty_decision": pgettext_lazy("legal paper", "decision on a penalty"),
    "stop_order": pgettext_lazy("legal paper", "decision on measures on the spot"),
    "other": pgettext_lazy("legal paper", "other paper"),
}
DIRECTION_NAMES = {
    "in": pgettext_lazy("direction of a document", "from the law-enforcement system"),
    "out": pgettext_lazy("direction of a document", "for the law-enforcement system"),
}


class LegalDocumentOut(Schema):
    id: UUID
    number: str
    kind: str
    kind_name: str
    direction: str = Field(description="in: from the law-enforcement system; out: for it")
    at: datetime
    title: str
    object_id: UUID
    object_name: str
    finding_number: str
    inspection_number: str

    @property
    def direction_name(self) -> str:
        """The direction in words."""
        return str(DIRECTION_NAMES[self.direction])


class DocumentLine(LegalDocumentOut):
    """The same as pages show it: with ways to what it belongs to."""

    finding_id: UUID | None
    inspection_id: UUID | None

    @property
    def paper(self) -> str:
        """The name under which it is printed here; empty for what came from elsewhere."""
        return self.kind if self.direction == "out" else ""

    @property
    def paper_of(self) -> UUID | None:
        """What it is printed of."""
        return self.finding_id or self.inspection_id


def describe_document(legal_document: LegalDocument) -> DocumentLine:
    """One legal document; its relations are loaded."""
    return DocumentLine(
        id=legal_document.pk,
        number=legal_document.number,
        kind=legal_document.kind,
        kind_name=str(DOCUMENT_NAMES.get(legal_document.kind, legal_document.kind)),
        direction=legal_document.direction,
        at=legal_document.at,
        title=str(legal_document.content.get("title", "")),
        object_id=legal_document.object_id,
        object_name=legal_document.object.name,
        finding_id=legal_document.finding_id,
        finding_number=legal_document.finding.number if legal_document.finding else "",
        inspection_id=legal_document.inspection_id,
        inspection_number=legal_document.inspection.number if legal_document.inspection else "",
    )
