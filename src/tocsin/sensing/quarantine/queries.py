"""Messages that could not be read, cut to what a person may see."""

from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason


def visible_quarantine(user: Person) -> QuerySet[QuarantinedMessage]:
    """Quarantined messages of devices in the regions where the user may see them; unknown senders only to who sees everywhere."""
    return scope(QuarantinedMessage.objects.select_related("device"), user, "quarantine.see")


def search_quarantine(user: Person, *, reason: str = "") -> QuerySet[QuarantinedMessage]:
    """Visible quarantined messages of one reason."""
    found = visible_quarantine(user)
    return found.filter(reason=reason) if reason else found


def row_of_device(device_id: UUID, reason: Reason) -> QuarantinedMessage | None:
    """What one device has of one reason, whoever may see it; None for nothing."""
    return QuarantinedMessage.objects.filter(device_id=device_id, reason=reason).first()
