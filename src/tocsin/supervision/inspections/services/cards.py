"""Law-enforcement cards (执法证) of inspectors: whoever leads supervision keeps their numbers."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.supervision.inspections.models import InspectorCard
from tocsin.supervision.inspections.queries.cards import inspectors_led_by
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def keep_card(*, actor: "User", person_id: UUID, number: str, valid_until: date | None = None) -> InspectorCard | None:
    """The number of an inspector's card, as it stands on every paper; empty takes it away. NotAllowed for others' inspectors."""
    person = next((one for one in inspectors_led_by(actor) if one.pk == person_id), None)
    if person is None:
        raise NotAllowed(_("This is no inspector of your area."))
    region = person.organisation.region_id if person.organisation else ""
    require(actor, rights.LEAD, region)
    number = number.strip()
    told = {"person": str(person), "number": number, "valid_until": valid_until.isoformat() if valid_until else ""}
    record_audit(actor, "inspector_card.kept", "person", person.pk, region, told)
    if not number:
        InspectorCard.objects.filter(person=person).delete()
        return None
    fields = {"number": number[:40], "valid_until": valid_until}
    return InspectorCard.objects.update_or_create(person=person, defaults=fields)[0]
