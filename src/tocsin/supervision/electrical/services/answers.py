"""A firm answers an electrical danger: what it does about it. Closed it is by measurement alone."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.records.face import record_audit
from tocsin.supervision.electrical.services.telling import tell_answer
from tocsin.supervision.objects.queries.register import require_firm
from tocsin.supervision.work.models import ElectricalDanger
from tocsin.supervision.work.rules.electrical import RINGING

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def answer_danger(*, actor: "User", danger_id: UUID, text: str, now: datetime) -> ElectricalDanger:
    """The firm's own people say what they do. A later answer takes the place of the earlier; Conflict where it is over."""
    danger = ElectricalDanger.objects.select_for_update(of=("self",)).select_related("point__object").get(pk=danger_id)
    require_firm(actor, danger.point.object)
    if not text.strip():
        raise InvalidInput(_("Say what you do about it."))
    if danger.verdict not in [one.value for one in RINGING]:
        raise Conflict(_("The measurement says that this is over."))
    danger.answered_at, danger.answered_by, danger.answer = now, actor, text.strip()[:500]
    danger.save(update_fields=["answered_at", "answered_by", "answer"])
    told = {"place": danger.point.name, "kind": danger.kind, "late": bool(danger.answer_due_at and now > danger.answer_due_at)}
    record_audit(actor, "electrical_danger.answered", "electrical_point", danger.point_id, danger.point.object.region_code, told)
    tell_answer(danger, now=now)
    return danger
