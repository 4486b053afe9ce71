"""From a confirmed sighting onward: a person records the hidden danger that it shows, asks for something else, or rests it."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.supervision.face import FindingGrade, report_finding
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import visible_sightings
from tocsin.vision.sightings.rules.leading import NO_NUMBER, Asks, Outcome, may_lead_on
from tocsin.vision.sightings.rules.sightings import Verdict

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def record_danger(
    *, actor: "User", sighting_id: UUID, grade: FindingGrade, text: str, days: int | None = None, now: datetime
) -> Sighting:
    """A hidden danger in the one file of findings of the camera's firm, which is told at once; its number stands on the sighting.

    InvalidInput where the camera belongs to no firm, and as `supervision` refuses; Conflict where something came of it already.
    """
    one = _locked(actor, sighting_id)
    if one.camera.object_id is None:
        raise InvalidInput(_("This camera belongs to no supervised object: enter one on its page, or open a case."))
    finding = report_finding(actor=actor, object_id=one.camera.object_id, grade=grade, text=text, days=days)
    return _led(actor, one, Outcome.FINDING, finding.number, now)


@transaction.atomic
def ask_for(*, actor: "User", sighting_id: UUID, asks: Asks, now: datetime) -> Sighting:
    """Asks for something else than its kind does: who answers for that does it within seconds."""
    one = _locked(actor, sighting_id)
    require(actor, rights.JUDGE, one.region_code, (one.camera.organisation_id,))
    if asks is Asks.FINDING:
        raise InvalidInput(_("A hidden danger is recorded with its words: use that form."))
    one.asks, one.outcome, one.reference, one.referred_at = asks.value, "", "", None
    one.save(update_fields=["asks", "outcome", "reference", "referred_at"])
    _note(actor, "sighting.asks", one, asks=asks.value, at=now.isoformat())
    return one


@transaction.atomic
def let_rest(*, actor: "User", sighting_id: UUID, reason: str, now: datetime) -> Sighting:
    """A confirmed sighting of which nothing needs to come; InvalidInput without a reason."""
    one = _locked(actor, sighting_id)
    require(actor, rights.JUDGE, one.region_code, (one.camera.organisation_id,))
    if not reason.strip():
        raise InvalidInput(_("Say why nothing needs to come of it."))
    return _led(actor, one, Outcome.NOTHING, NO_NUMBER, now, reason=reason.strip()[:300])


def _locked(actor: "User", sighting_id: UUID) -> Sighting:
    require_person_at_screen(actor)
    seen = visible_sightings(actor).get(pk=sighting_id)
    one = Sighting.objects.select_for_update(of=("self",)).select_related("camera").get(pk=seen.pk)
    if one.verdict != Verdict.CONFIRMED or one.settled_at is None:
        raise Conflict(_("Only a confirmed sighting that counts leads on."))
    if not may_lead_on(one.outcome):
        raise Conflict(_("Something has come of this sighting already: %(number)s.") % {"number": one.reference})
    return one


def _led(actor: "User", one: Sighting, outcome: Outcome, reference: str, now: datetime, **details: object) -> Sighting:
    one.outcome, one.reference, one.referred_at = outcome.value, reference, now
    one.save(update_fields=["outcome", "reference", "referred_at"])
    _note(actor, "sighting.led_on", one, outcome=outcome.value, reference=reference, **details)
    return one


def _note(actor: "User", act: str, one: Sighting, **details: object) -> None:
    told = {"kind": one.kind, "camera": str(one.camera_id), **details}
    record_audit(actor, act, "sighting", one.pk, one.region_code, told)
