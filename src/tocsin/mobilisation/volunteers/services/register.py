"""How somebody comes into the register: invited by a body's officer, or by themselves and taken in by an officer."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import (
    Organisation,
    add_contact_point,
    new_volunteer_account,
    open_volunteer_account,
    require,
    require_person_at_screen,
)
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries import register as queries
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.notices import ADMITTED, ASKED_IN, DESK, JOINED, NEWS
from tocsin.mobilisation.volunteers.rules.register import Admission, Kind, Standing, judge_admission
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class NewVolunteer:
    """Who registers, with what is needed to call them."""

    name: str
    kind: Kind
    lon: float | None = None
    lat: float | None = None
    place: str = ""


def invite(
    *, actor: "User", name: str, kind: Kind, body_id: UUID | None = None, language: str = "", now: datetime
) -> tuple[Volunteer, str]:
    """An officer opens an entry for somebody who will fill it in; the one-time password is told once. They count from the
    moment at which they consent and have confirmed a number.
    """
    require_person_at_screen(actor)
    body = _body_of(actor, body_id)
    require(actor, rights.MANAGE, body.region_id, (body.pk,))
    _check_name(name)
    user, one_time = new_volunteer_account(name=name, language=language)
    with transaction.atomic():
        open_volunteer_account(actor=actor, user=user, region_code=body.region_id)
        made = _enter(user, NewVolunteer(name, kind), body, Standing.INVITED, now)
        record_audit(actor, "volunteer.invited", "volunteer", made.pk, made.region_code, {"kind": made.kind, "body": body.code})
    return made, one_time


def join(
    *, new: NewVolunteer, body_id: UUID, username: str, password: str, telephone: str, agreed: bool, language: str, now: datetime
) -> Volunteer:
    """Somebody registers themselves: an account, a number to be confirmed by its code, the consent. A body's officer takes them
    in. InvalidInput names what is missing.
    """
    _check_name(new.name)
    if not agreed:
        raise InvalidInput(_("Without your consent to the text nothing of you is kept: tick it, or leave the page."))
    body = next((one for one in queries.bodies_that_take_in() if one.pk == body_id), None)
    if body is None:
        raise InvalidInput(_("Choose the body that you register with."))
    if not password:
        raise InvalidInput(_("Choose a password."))
    user, _none = new_volunteer_account(name=new.name, username=username, password=password, language=language)
    with transaction.atomic():
        open_volunteer_account(actor=None, user=user, region_code=body.region_id)
        add_contact_point(actor=user, kind="sms", address=telephone, user_id=user.pk)
        made = _enter(user, new, body, Standing.APPLIED, now)
        made.consent_version, made.consent_at = volunteers_policy().consent.version, now
        made.save(update_fields=["consent_version", "consent_at"])
        record_audit(user, "volunteer.applied", "volunteer", made.pk, made.region_code, {"kind": made.kind, "body": body.code})
        tell_of_application(made, now)
    return made


def tell_of_application(volunteer: Volunteer, now: datetime) -> None:
    """The body hears that somebody waits to be taken in."""
    draft = Draft(
        DESK,
        ASKED_IN,
        urgent=False,
        key=f"volunteer-applied-{volunteer.pk}-{volunteer.entered_at.timestamp():.0f}",
        organisation=volunteer.body,
        figures={"what": JOINED, "name": volunteer.name, "volunteer": str(volunteer.pk)},
    )
    write_all([draft], Directory(now))


@transaction.atomic
def admit(*, actor: "User", volunteer_id: UUID, now: datetime) -> Volunteer:
    """An officer of the body takes somebody in. Conflict names what they still have to do themselves."""
    found = locked(volunteer_id, queries.of_user(Volunteer.objects.all(), actor))
    require(actor, rights.MANAGE, found.region_code, (found.body_id,))
    verdict = judge_admission(Standing(found.standing), consents=queries.consents(found), reachable=queries.is_reachable(found))
    if verdict is not Admission.ADMITTED:
        raise Conflict(_REASONS[verdict]())
    found.standing, found.reason = Standing.CONFIRMED.value, ""
    _decide(found, actor, "volunteer.admitted", now)
    return found


@transaction.atomic
def refuse(*, actor: "User", volunteer_id: UUID, reason: str, now: datetime) -> Volunteer:
    """An officer does not take somebody in, or no longer; the reason is told to them. Conflict while they are called."""
    found = locked(volunteer_id, queries.of_user(Volunteer.objects.all(), actor))
    require(actor, rights.MANAGE, found.region_code, (found.body_id,))
    if not reason.strip():
        raise InvalidInput(_("Say why: it is told to them."))
    if found.reserved_for is not None:
        raise Conflict(_("They are on a call: wait until they are home, or take the call back."))
    found.standing, found.reason = Standing.REFUSED.value, reason.strip()[:500]
    _decide(found, actor, "volunteer.refused", now)
    return found


def locked(volunteer_id: UUID, among: "QuerySet[Volunteer] | None" = None) -> Volunteer:
    """The entry, which nobody else changes until the transaction ends; DoesNotExist for one that is not among these or left."""
    rows = Volunteer.objects.select_for_update(of=("self",)).select_related("user", "body")
    if among is not None:
        rows = rows.filter(pk__in=among.values("pk"))
    return rows.exclude(standing=Standing.LEFT).get(pk=volunteer_id)


def _decide(found: Volunteer, actor: "User", act: str, now: datetime) -> None:
    found.decided_at, found.decided_by = now, actor
    found.save(update_fields=["standing", "reason", "decided_at", "decided_by"])
    record_audit(actor, act, "volunteer", found.pk, found.region_code, {"reason": found.reason})
    draft = Draft(
        NEWS,
        ADMITTED,
        urgent=False,
        key=f"volunteer-decided-{found.pk}-{now.timestamp():.0f}",
        person=found.user,
        figures={"what": found.standing, "reason": found.reason, "body": {"zh": found.body.name_zh, "en": found.body.name_en}},
    )
    write_all([draft], Directory(now))


def _enter(user: "User", new: NewVolunteer, body: Organisation, standing: Standing, now: datetime) -> Volunteer:
    return Volunteer.objects.create(
        user=user,
        kind=new.kind.value,
        name=new.name.strip()[:120],
        body=body,
        region_code=body.region_id,
        lon=new.lon,
        lat=new.lat,
        place=new.place.strip()[:120],
        standing=standing.value,
        entered_at=now,
    )


def _body_of(actor: "User", body_id: UUID | None) -> Organisation:
    """The body that keeps the entry: the one that is named, else the officer's own."""
    if body_id is not None:
        return Organisation.objects.get(pk=body_id)
    if actor.organisation is None:
        raise InvalidInput(_("Name the body that keeps the entry: you belong to none."))
    return actor.organisation


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 120:
        raise InvalidInput(_("Enter a name of at most 120 characters."))


_REASONS = {
    Admission.NOT_ASKED: lambda: _("They have not applied, or were taken in already."),
    Admission.NO_CONSENT: lambda: _("They have not consented to the text in force: they do it on their own page."),
    Admission.NO_CONTACT: lambda: _("They have not confirmed a number yet: they type the code back on their own page."),
}
