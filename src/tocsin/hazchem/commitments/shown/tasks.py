"""Where a firm makes the commitment that its task asks for."""

from uuid import UUID

from django.urls import reverse

from tocsin.hazchem.commitments.queries.commitments import that_commit
from tocsin.supervision.face import SupervisedObject


def commitment_page(firm_id: UUID) -> str:
    """The page on which the firm signs; empty for one that gives its commitments elsewhere."""
    if not that_commit(SupervisedObject.objects.filter(pk=firm_id)).exists():
        return ""
    return reverse("safety_commitments_of", args=[firm_id])
