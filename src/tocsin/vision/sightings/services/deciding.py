"""A person says whether sightings are true, may take it back, and what came of a confirmed one comes back."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import CropView, Sighting
from tocsin.vision.sightings.policy import sighting_policy
from tocsin.vision.sightings.queries import sightings_to_judge, visible_sightings
from tocsin.vision.sightings.rules.leading import NO_NUMBER, Outcome
from tocsin.vision.sightings.rules.sightings import OPEN, Verdict, may_decide

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

REASON_LENGTH = 300


@transaction.atomic
def decide(
    *, actor: "User", sighting_id: UUID, verdict: Verdict, reason: str = "", alike: bool = False, now: datetime
) -> list[Sighting]:
    """A person's verdict; `alike`: also upon all of the same camera and kind that wait, as many as policy allows at once.

    InvalidInput for an unsure one without a reason; Conflict for one that is decided. Only a person at a screen decides.
    """
    require_person_at_screen(actor)
    seen = visible_sightings(actor).get(pk=sighting_id)
    require(actor, rights.JUDGE, seen.region_code, (seen.camera.organisation_id,))
    reason = storable(reason.strip())[:REASON_LENGTH]
    if verdict is Verdict.WAITING:
        raise InvalidInput(_("Confirm it, reject it, or say that you are unsure."))
    if verdict is Verdict.UNSURE and not reason:
        raise InvalidInput(_("Say why you are unsure: the next person reads it."))
    chosen = [seen.pk]
    if alike:
        same = sightings_to_judge(actor).filter(camera=seen.camera_id, kind=seen.kind).exclude(pk=seen.pk)
        chosen += same.values_list("pk", flat=True)[: sighting_policy().deciding.alike - 1]
    rows = list(Sighting.objects.select_for_update().filter(pk__in=chosen).order_by("id"))
    decided = [one for one in rows if may_decide(Verdict(one.verdict), verdict)]
    if seen.pk not in [one.pk for one in decided]:
        raise Conflict(_("Somebody has decided this sighting already."))
    for one in decided:
        one.verdict, one.reason, one.decided_at, one.decided_by = verdict.value, reason, now, actor
        one.save(update_fields=["verdict", "reason", "decided_at", "decided_by"])
        _note(actor, f"sighting.{verdict.value}", one, reason=reason)
    return decided


@transaction.atomic
def undo(*, actor: "User", sighting_id: UUID, now: datetime) -> Sighting:
    """Takes one's own verdict back while it does not count yet. Conflict once it does."""
    seen = visible_sightings(actor).get(pk=sighting_id)
    require(actor, rights.JUDGE, seen.region_code, (seen.camera.organisation_id,))
    one = Sighting.objects.select_for_update().get(pk=seen.pk)
    if Verdict(one.verdict) in OPEN or one.decided_by_id != actor.pk:
        raise Conflict(_("Only who decided a sighting takes that back."))
    limit = timedelta(seconds=sighting_policy().deciding.undo_s)
    if one.settled_at is not None or one.decided_at is None or now >= one.decided_at + limit:
        raise Conflict(_("This verdict counts already."))
    one.verdict, one.reason, one.decided_at, one.decided_by = Verdict.WAITING.value, "", None, None
    one.save(update_fields=["verdict", "reason", "decided_at", "decided_by"])
    _note(actor, "sighting.taken_back", one)
    return one


def note_reference(*, sighting_id: UUID, outcome: Outcome, reference: str = NO_NUMBER, now: datetime) -> None:
    """What came of a confirmed sighting, with its number. In the caller's transaction; the first stays."""
    told = {"outcome": outcome.value, "reference": reference, "referred_at": now}
    Sighting.objects.filter(pk=sighting_id, reference="").update(**told)


def note_view(*, actor: "User", sighting: Sighting, exported: bool, now: datetime) -> None:
    """The chain of custody: who looked at the crops of a sighting, or took one away. Each look stands in the audit trail; what a
    person sees of a sighting within `look_s` is one look there.
    """
    key = {"sighting": sighting, "user": actor, "exported": exported}
    with transaction.atomic():
        before = CropView.objects.filter(**key).values_list("last_at", flat=True).first()
        if before is None:
            _row, made = CropView.objects.get_or_create(**key, defaults={"first_at": now, "last_at": now})
            before = None if made else now
        else:
            CropView.objects.filter(**key).update(last_at=now, count=F("count") + 1)
        look = timedelta(seconds=sighting_policy().deciding.look_s)
        if before is None or exported or now - before >= look:
            _note(actor, "sighting.exported" if exported else "sighting.seen", sighting)


def _note(actor: "User", act: str, one: Sighting, **details: object) -> None:
    told = {"kind": one.kind, "camera": str(one.camera_id), **details}
    record_audit(actor, act, "sighting", one.pk, one.region_code, told)
