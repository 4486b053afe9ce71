"""What a volunteer does with their own entry: home, skills, consent, a pause, leaving for good."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import close_volunteer_account, require_person_at_screen
from tocsin.mobilisation.volunteers.models import Ability, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries import register as queries
from tocsin.mobilisation.volunteers.rules.register import Kind, Standing
from tocsin.mobilisation.volunteers.services.register import locked, tell_of_application
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_ABILITIES = 40


@transaction.atomic
def change_own(
    *,
    actor: "User",
    name: str,
    kind: Kind,
    lon: float | None,
    lat: float | None,
    place: str,
    most_km: float | None = None,
) -> Volunteer:
    """Name, home and how far one is willing to go. InvalidInput for a place that is none."""
    found = _own(actor)
    if not name.strip() or len(name) > 120:
        raise InvalidInput(_("Enter a name of at most 120 characters."))
    if (lon is None) != (lat is None) or not _on_earth(lon, lat):
        raise InvalidInput(_("Give the place as longitude and latitude in degrees, such as 120.4312 and 36.1625."))
    if most_km is not None and not 0 < most_km <= volunteers_policy().call.most_radius_km:
        raise InvalidInput(_("The way is between 0 and %(most)g km.") % {"most": volunteers_policy().call.most_radius_km})
    found.name, found.kind, found.place = name.strip(), kind.value, place.strip()[:120]
    found.lon, found.lat, found.most_km = lon, lat, most_km
    found.save(update_fields=["name", "kind", "place", "lon", "lat", "most_km"])
    _audit(actor, found, "volunteer.changed")
    return found


@transaction.atomic
def set_ability(
    *,
    actor: "User",
    code: str,
    quantity: int = 1,
    certificate: str = "",
    valid_until: date | None = None,
    note: str = "",
) -> Ability:
    """What one can do, or machines that one brings; the same skill again changes it. InvalidInput names what is missing."""
    found, skill = _own(actor), volunteers_policy().skills.get(code)
    if skill is None:
        raise InvalidInput(_("There is no skill %(code)s.") % {"code": code[:30]})
    if not 1 <= quantity <= 1000:
        raise InvalidInput(_("How many is a number from 1 to 1000."))
    if skill.certificate and not (certificate.strip() and valid_until):
        raise InvalidInput(_("This skill counts only with a certificate: enter its number and until when it is valid."))
    if found.abilities.exclude(code=code).count() >= MOST_ABILITIES:
        raise Conflict(_("There are %(count)d skills already: remove one first.") % {"count": MOST_ABILITIES})
    fields = {
        "quantity": quantity,
        "certificate": certificate.strip()[:60],
        "valid_until": valid_until,
        "note": note.strip()[:200],
        "warned": False,
    }
    made, _new = Ability.objects.update_or_create(volunteer=found, code=code, defaults=fields)
    _audit(actor, found, "volunteer.skill_entered", code=code)
    return made


@transaction.atomic
def remove_ability(*, actor: "User", ability_id: UUID) -> None:
    """One skill less. DoesNotExist for somebody else's."""
    found = _own(actor)
    row = found.abilities.get(pk=ability_id)
    code = row.code
    row.delete()
    _audit(actor, found, "volunteer.skill_removed", code=code)


@transaction.atomic
def consent(*, actor: "User", version: str, now: datetime) -> Volunteer:
    """One consents to the text in force, which has this version. Who was invited counts from here on."""
    require_person_at_screen(actor)
    found, text = _own(actor), volunteers_policy().consent
    if version != text.version:
        raise Conflict(_("The text has changed meanwhile: read it again."))
    found.consent_version, found.consent_at = text.version, now
    if found.standing == Standing.INVITED:
        found.standing = Standing.CONFIRMED.value
    found.save(update_fields=["consent_version", "consent_at", "standing"])
    _audit(actor, found, "volunteer.consented", version=text.version)
    return found


@transaction.atomic
def pause(*, actor: "User", paused: bool) -> Volunteer:
    """One is not called for a while, or is again; what one has accepted goes on."""
    found = _own(actor)
    wanted, before = (Standing.PAUSED, Standing.CONFIRMED) if paused else (Standing.CONFIRMED, Standing.PAUSED)
    if found.standing == wanted:
        return found
    if found.standing != before:
        raise Conflict(_("You have not been taken in yet."))
    found.standing = wanted.value
    found.save(update_fields=["standing"])
    _audit(actor, found, "volunteer.paused" if paused else "volunteer.resumed")
    return found


@transaction.atomic
def apply_again(*, actor: "User", now: datetime) -> Volunteer:
    """Who was refused asks once more."""
    found = _own(actor)
    if found.standing != Standing.REFUSED:
        raise Conflict(_("You have not been refused."))
    found.standing, found.entered_at = Standing.APPLIED.value, now
    found.save(update_fields=["standing", "entered_at"])
    _audit(actor, found, "volunteer.applied")
    tell_of_application(found, now)
    return found


@transaction.atomic
def leave(*, actor: "User", now: datetime) -> None:
    """One withdraws the consent and leaves for good: name, numbers, home, skills and the account go at once, served hours stay
    without a name. Conflict while one is out on a call: first home, so that somebody looks for whoever does not come back.
    """
    require_person_at_screen(actor)
    found = _own(actor)
    if found.reserved_for is not None:
        raise Conflict(_("You are on a call: decline it, or say first that you are home. Then you can leave."))
    _audit(actor, found, "volunteer.left")
    forget_entry(found, now)
    close_volunteer_account(actor=actor, user=found.user, now=timezone.now())


def forget_entry(found: Volunteer, now: datetime) -> None:
    """What names somebody goes from the register."""
    found.abilities.all().delete()
    found.name = found.place = found.reason = found.consent_version = found.consent_asked = ""
    found.lon = found.lat = found.most_km = found.consent_at = None
    found.standing, found.left_at = Standing.LEFT.value, now
    found.save()


def _own(actor: "User") -> Volunteer:
    entry = queries.own_entry(actor)
    if entry is None:
        raise NotAllowed(_("You are not in the register of volunteers."))
    return locked(entry.pk)


def _audit(actor: "User", found: Volunteer, act: str, **details: object) -> None:
    record_audit(actor, act, "volunteer", found.pk, found.region_code, details)


def _on_earth(lon: float | None, lat: float | None) -> bool:
    return lon is None or lat is None or (-180 <= lon <= 180 and -90 <= lat <= 90)
