"""Penalties as the law-enforcement system decided them; the firm is told of each."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Finding, Penalty
from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingData
from tocsin.supervision.inspections.services.serving import note_step
from tocsin.supervision.inspections.services.telling import tell_penalty
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def record_penalty(
    *,
    actor: "User",
    finding_id: UUID,
    kind: str,
    document_number: str,
    decided_on: date,
    amount_yuan: Decimal | None = None,
    severe: bool = False,
) -> Penalty:
    """A penalty as the law-enforcement system decided it. InvalidInput for a number that is known in the region."""
    now = current_time()
    finding = visible_findings(actor).get(pk=finding_id)
    require(actor, rights.INSPECT, finding.region_code)
    return keep_penalty(
        actor=actor,
        supervised_object=finding.object,
        finding=finding,
        kind=kind,
        document_number=document_number,
        decided_on=decided_on,
        amount_yuan=amount_yuan,
        severe=severe,
        now=now,
    )


def keep_penalty(
    *,
    actor: "User",
    supervised_object: SupervisedObject,
    finding: Finding | None,
    kind: str,
    document_number: str,
    decided_on: date,
    amount_yuan: Decimal | None,
    severe: bool,
    now: datetime,
) -> Penalty:
    """The same for whoever has asked for the right: an import."""
    if not kind.strip() or not document_number.strip():
        raise InvalidInput(_("A penalty needs its kind and the number of its document."))
    if amount_yuan is not None and not 0 <= amount_yuan < 10**12:
        raise InvalidInput(_("That is no amount of money."))
    if decided_on > timezone.localdate(now):
        raise InvalidInput(_("A penalty can't be decided in the future."))
    of_region = Penalty.objects.filter(object__region_code=supervised_object.region_code)
    if of_region.filter(document_number=document_number.strip()).exists():
        raise InvalidInput(_("The document %(number)s is known already.") % {"number": document_number})
    penalty = Penalty.objects.create(
        object=supervised_object,
        finding=finding,
        kind=kind.strip()[:40],
        severe=severe,
        amount_yuan=amount_yuan,
        document_number=document_number.strip()[:120],
        decided_on=decided_on,
        entered_at=now,
        entered_by=actor,
    )
    if finding is not None:
        locked = Finding.objects.select_for_update().get(pk=finding.pk)
        said = FindingData(text=f"{penalty.kind} {penalty.document_number}")
        note_step(locked, FindingAct.PENALTY, actor, now, said)
        locked.save(update_fields=["version"])
    told = {"number": penalty.document_number, "kind": penalty.kind, "severe": severe}
    tell_penalty(supervised_object, finding, number=penalty.document_number, now=now)
    record_audit(actor, "penalty.recorded", "penalty", penalty.pk, supervised_object.region_code, told)
    return penalty
