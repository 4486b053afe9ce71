"""The register as its reader may see it, and who can be called."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.face import Organisation, contact_points_of, people_who_may_anywhere, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.mobilisation.volunteers.models import Ability, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.register import ENDED, Standing

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

RELATED = ("user", "body", "decided_by")


def of_user(rows: QuerySet[Volunteer], user: "Person", permission: Permission = rights.SEE) -> QuerySet[Volunteer]:
    """Those of the user's areas; who is bound to a body has those of this body alone."""
    return scope(rows, user, permission, organisation_field="body")


def visible_volunteers(user: "Person", *, search: str = "", standing: str = "", skill: str = "") -> QuerySet[Volunteer]:
    """The register, by name; those that have left are not in it."""
    rows = of_user(Volunteer.objects.exclude(standing=Standing.LEFT), user).select_related(*RELATED)
    if standing:
        rows = rows.filter(standing=standing)
    if skill:
        rows = rows.filter(Exists(Ability.objects.filter(volunteer=OuterRef("pk"), code=skill)))
    for word in search.split():
        rows = rows.filter(Q(name__icontains=word) | Q(place__icontains=word))
    return rows.prefetch_related("abilities").order_by("name", "id")


def own_entry(user: "Person") -> Volunteer | None:
    """One's own entry, as long as one has not left; a program needs the scope."""
    if not user.is_authenticated:
        return None
    rows = of_user(Volunteer.objects.filter(user_id=user.pk).exclude(standing=Standing.LEFT), user, rights.HELP)
    return rows.select_related(*RELATED).prefetch_related("abilities").first()


def bodies_that_take_in() -> list[Organisation]:
    """Bodies somebody of which keeps the register: whom a stranger may apply to, by name."""
    bodies = {one.organisation for one in people_who_may_anywhere(rights.MANAGE) if one.organisation is not None}
    return sorted(bodies, key=lambda one: (one.region_id, one.code))


def consents(volunteer: Volunteer) -> bool:
    """Whether they consent to the text in force."""
    return volunteer.consent_at is not None and volunteer.consent_version == volunteers_policy().consent.version


def is_reachable(volunteer: Volunteer) -> bool:
    """Whether a number or address of theirs counts: the code sent there has been typed back."""
    return bool(contact_points_of(volunteer.user).points)


def skills_that_count(volunteer: Volunteer, day: date) -> dict[str, int]:
    """What the volunteer can do on that day, and how many of them or of their machines; expired certificates don't count."""
    known = volunteers_policy().skills
    rows = (one for one in volunteer.abilities.all() if one.code in known)
    return {one.code: one.quantity for one in rows if one.counts(needed=known[one.code].certificate, day=day)}


def may_read_place(user: "Person", volunteer: Volunteer) -> bool:
    """Whether the exact home and the numbers are shown: to who may call them, and to themselves."""
    if user.is_authenticated and volunteer.user_id == user.pk:
        return True
    return of_user(Volunteer.objects.filter(pk=volunteer.pk), user, rights.CALL).exists()


def callable_ids(user: "Person") -> set[UUID]:
    """The volunteers whom the user may call, once for a list."""
    return set(of_user(Volunteer.objects.exclude(standing__in=ENDED), user, rights.CALL).values_list("pk", flat=True))


def to_admit(user: "Person") -> QuerySet[Volunteer]:
    """Who has applied and waits for this officer, the longest first."""
    rows = Volunteer.objects.filter(standing=Standing.APPLIED).select_related(*RELATED)
    return of_user(rows, user, rights.MANAGE).order_by("entered_at")


def today_of(now: datetime) -> date:
    """The city's day."""
    return timezone.localdate(now)
