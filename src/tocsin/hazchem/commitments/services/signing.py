"""A firm's principal signs what holds today, and amends it."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.commitments.models import SafetyCommitment
from tocsin.hazchem.commitments.policy import due_moment
from tocsin.hazchem.commitments.queries.commitments import commitment_of, firms_that_commit, may_sign
from tocsin.hazchem.commitments.queries.seen import see_firm
from tocsin.hazchem.commitments.rules import Stated, check_stated, differences_of
from tocsin.hazchem.commitments.shown.words import difference_words
from tocsin.records.face import record_audit
from tocsin.supervision.face import SupervisedObject, note_commitment, tick_off
from tocsin.supervision.tasks.rules.planning import MetBy

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def sign_commitment(
    *,
    actor: "User",
    object_id: UUID,
    stated: Stated,
    principal: str,
    explanation: str = "",
    reason: str = "",
    revision: int = -1,
    now: datetime,
) -> SafetyCommitment:
    """The commitment of today is signed; where one was given it is amended, with a reason. The task of the day is ticked off.

    What differs from what is seen now needs an explanation, and is kept with it. `revision`: the one that the signer has seen, -1
    for none; Conflict where another counts by now. NotAllowed for who does not sign for the firm.
    """
    firm = firms_that_commit(actor).get(pk=object_id)
    if not may_sign(actor, firm):
        raise NotAllowed(_("The firm's principal signs, from that person's own account; without one its own people do."))
    SupervisedObject.objects.select_for_update(of=("self",)).get(pk=firm.pk)
    day = timezone.localdate(now)
    before = commitment_of(firm.pk, day)
    if revision != (before.revision if before else -1):
        raise Conflict(_("Another commitment of today was signed meanwhile: open the page again and look at it."))
    if before is not None and not reason.strip():
        raise InvalidInput(_("Today's commitment is given: an amendment needs a reason."))
    if not principal.strip():
        raise InvalidInput(_("Give the name of the principal who commits."))
    check_stated(stated)
    seen = see_firm(firm, now)
    differences = differences_of(stated, seen)
    if differences and not explanation.strip():
        words = " ".join(difference_words(one) for one in differences)
        raise InvalidInput(_("Mend it, or explain what differs from what is seen: %(words)s"), words=words)
    if before is not None:
        SafetyCommitment.objects.filter(pk=before.pk).update(current=False)
    made = SafetyCommitment.objects.create(
        object=firm,
        region_code=firm.region_code,
        day=day,
        revision=0 if before is None else before.revision + 1,
        stated=asdict(stated),
        seen=msgspec.to_builtins(seen),
        differences=msgspec.to_builtins(differences),
        explanation=explanation.strip()[:1000] if differences else "",
        reason=reason.strip()[:500] if before is not None else "",
        principal=principal.strip()[:120],
        late=now > due_moment(day) if before is None else before.late,
        signed_at=now,
        signed_by=actor,
    )
    note_commitment(firm, running_share=stated.units_running / stated.units, at=now)
    tick_off(firm.pk, MetBy.COMMITMENT, now=now)
    details = {"day": day.isoformat(), "revision": made.revision, "late": made.late, "differences": len(differences)}
    record_audit(actor, "safety_commitment.signed", "safety_commitment", made.pk, firm.region_code, details)
    return made
