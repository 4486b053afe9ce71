"""Codes on signs: issued, renewed, withdrawn, printed."""

import hashlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.services import require
from tocsin.records.papers import print_paper
from tocsin.records.services import record_audit, record_audits
from tocsin.supervision.models import CodeIssue, SupervisedObject
from tocsin.supervision.papers.codes import sheet_values
from tocsin.supervision.queries.codes import issue_in_force
from tocsin.supervision.queries.objects import visible_objects
from tocsin.supervision.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import User

MOST_SIGNS: Final = 400  # of one file: fifty sheets


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
    now = settings.CONFIGURATION.clock.now()
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
    issue.withdrawn_at = settings.CONFIGURATION.clock.now()
    issue.save(update_fields=["withdrawn_at"])
    told = {"issue": str(issue.pk), "reason": reason.strip()[:500]}
    record_audit(actor, "code.withdrawn", "object", found.pk, found.region_code, told)
    return issue


def print_signs(*, actor: "User", object_ids: Sequence[UUID], renew: bool = False) -> bytes:
    """Signs of many objects as a PDF of A4 sheets with cut marks, in the order given; codes are issued where none is in force."""
    if not object_ids:
        raise InvalidInput(_("Choose objects."))
    if len(object_ids) > MOST_SIGNS:
        raise InvalidInput(_("At most %(most)s signs in one file.") % {"most": MOST_SIGNS})
    with transaction.atomic():
        issues = {one.object_id: one for one in issue_codes(actor=actor, object_ids=object_ids, renew=renew)}
    values = sheet_values([issues[one] for one in object_ids], settings.CONFIGURATION.clock.now())
    document = print_paper("object_signs", values, language=get_language() or settings.LANGUAGE_CODE, owner=actor.pk)
    with transaction.atomic():
        told = {"signs": len(object_ids), "sha256": hashlib.sha256(document).hexdigest()}
        record_audit(actor, "signs.printed", "objects", str(object_ids[0]), issues[object_ids[0]].object.region_code, told)
    return document


def ids_in_order(actor: "User", object_ids: Collection[UUID]) -> list[UUID]:
    """Those of these objects that the actor may see, by name: the order in which signs are cut and carried out."""
    return list(
        visible_objects(actor).filter(pk__in=object_ids).order_by("region_code", "name", "code").values_list("pk", flat=True)
    )
