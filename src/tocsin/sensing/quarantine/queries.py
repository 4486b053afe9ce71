"""Messages that could not be read, cut to what a person may see."""

from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.quarantine.models import KeptMessage, QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason

_OF_ROW = KeptMessage.objects.filter(device=OuterRef("device"), reason=OuterRef("reason")).order_by().values("device")
KEPT = Coalesce(Subquery(_OF_ROW.annotate(count=Count("pk")).values("count")), 0)
"""How many messages of this device and reason are kept, to be read again."""


def visible_quarantine(user: Person) -> QuerySet[QuarantinedMessage]:
    """Quarantined messages of devices in the regions where the user may see them; unknown senders only to who sees everywhere."""
    return scope(QuarantinedMessage.objects.select_related("device").annotate(kept=KEPT), user, "quarantine.see")


def search_quarantine(user: Person, *, reason: str = "") -> QuerySet[QuarantinedMessage]:
    """Visible quarantined messages of one reason."""
    found = visible_quarantine(user)
    return found.filter(reason=reason) if reason else found


def row_of_device(device_id: UUID, reason: Reason) -> QuarantinedMessage | None:
    """What one device has of one reason, whoever may see it; None for nothing."""
    return QuarantinedMessage.objects.filter(device_id=device_id, reason=reason).first()
