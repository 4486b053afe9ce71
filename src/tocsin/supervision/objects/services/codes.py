"""Codes on signs: issued, renewed and withdrawn."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit, record_audits
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import CodeIssue, SupervisedObject
from tocsin.supervision.objects.queries.codes import issue_in_force
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def issue_codes(*, actor: "User", object_ids: Collection[UUID], renew: bool = False) -> list[CodeIssue]:
    """A code in force for each object's sign; what has one keeps it unless it is renewed: then the sign on the wall ends."""
    objects = list(
        SupervisedObject.objects.select_for_update().filter(pk__in=object_ids, merged_into__isnull=True).order_by("pk")
    )
    if len(objects) != len(set(object_ids)):
        raise InvalidInput(_("One of these objects is unknown, or was joined with another."))
    for one in objects:
        require(actor, rights.MANAGE, one.region_code)
    now = current_time()
    in_force = CodeIssue.objects.filter(object__in=objects, withdrawn_at__isnull=True)
    if renew:
        in_force.update(withdrawn_at=now)
    known = {one.object_id: one for one in in_force.select_related("object")}
    fresh = [CodeIssue(object=one, issued_at=now, issued_by=actor) for one in objects if one.pk not in known]
    CodeIssue.objects.bulk_create(fresh, batch_size=500)
    told = ((one.object_id, one.object.region_code, {"issue": str(one.pk), "renewed": renew}) for one in fresh)
    record_audits(actor, "code.issued", "object", told)
    return [*known.values(), *fresh]


@transaction.atomic
def withdraw_code(*, actor: "User", object_id: UUID, reason: str) -> CodeIssue:
    """The sign's code counts no longer: it was stolen, copied or stuck on the wrong door. Conflict where none is in force."""
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    issue = issue_in_force(found)
    if issue is None:
        raise Conflict(_("No code of this object is in force."))
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    issue.withdrawn_at = current_time()
    issue.save(update_fields=["withdrawn_at"])
    told = {"issue": str(issue.pk), "reason": reason.strip()[:500]}
    record_audit(actor, "code.withdrawn", "object", found.pk, found.region_code, told)
    return issue


def ids_in_order(actor: "User", object_ids: Collection[UUID]) -> list[UUID]:
    """Those of these objects that the actor may see, by name: the order in which signs are cut and carried out."""
    return list(
        visible_objects(actor).filter(pk__in=object_ids).order_by("region_code", "name", "code").values_list("pk", flat=True)
    )
