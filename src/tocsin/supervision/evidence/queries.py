"""Records of platforms as the reader may see them."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_evidence(user: "Person") -> QuerySet[EvidenceRecord]:
    """Records of platforms about firms where the user sees supervised objects; a firm does not see who said what."""
    return rows_of_visible(EvidenceRecord.objects.select_related("object"), user, permissions=(rights.SEE,))


def newest_evidence(user: "Person", supervised_object: SupervisedObject) -> list[EvidenceRecord]:
    """The newest record of each source and level."""
    rows = visible_evidence(user).filter(object=supervised_object).order_by("-stamped_at")[:400]
    newest: dict[tuple[str, str], EvidenceRecord] = {}
    for row in rows:
        newest.setdefault((row.source, row.level), row)
    return sorted(newest.values(), key=lambda row: (row.source, row.level))
