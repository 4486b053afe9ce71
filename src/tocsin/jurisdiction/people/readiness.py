"""People and their accounts: steps of setting up, and what is missing."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.areas.rules.codes import codes_above, governing_prefix
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.queries import visible_people
from tocsin.jurisdiction.rights.models import ROLE_NAMES, Grant
from tocsin.jurisdiction.rights.queries import administered
from tocsin.jurisdiction.rights.rules import ADMINISTRATORS, PERMISSIONS_OF_ROLE, Role
from tocsin.screens.readiness import (
    Finding,
    ReadinessCheck,
    SetupStep,
    Sight,
    Stake,
    StepFact,
    StepLink,
    finding_among,
    finding_of,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

UNUSED_FOR: Final = timedelta(days=7)
DESK_ROLES: Final = tuple(
    role for role, held in PERMISSIONS_OF_ROLE.items() if "duty.keep" in held and role is not Role.AUTOMATION
)


def _people(sight: Sight) -> "QuerySet[User]":
    """People with an open account who belong to the area: by their body, or by a role that is held there or above it."""
    prefix = governing_prefix(sight.region_code)
    here = Q(region_code__startswith=prefix) | Q(region_code__in=codes_above(prefix))
    grants = Grant.objects.filter(here).values("user_id")
    found = visible_people(sight.user).filter(is_active=True)
    return found.filter(Q(organisation__region__code__startswith=prefix) | Q(pk__in=grants)) if prefix else found


def _holders(sight: Sight, *roles: Role) -> "QuerySet[User]":
    """Those of them who hold one of the roles over the area, or within it."""
    prefix = governing_prefix(sight.region_code)
    here = Q(region_code__startswith=prefix) | Q(region_code__in=codes_above(prefix))
    held = Grant.objects.filter(here, role__in=roles)
    return _people(sight).filter(pk__in=held.values("user_id"))


def nobody_at_the_desk(sight: Sight) -> Finding:
    """The roles that keep the duty desk, where nobody holds one of them."""
    if _holders(sight, *DESK_ROLES).exists():
        return Finding(0)
    return finding_among(str(ROLE_NAMES[role]) for role in DESK_ROLES)


def desks_without_people(sight: Sight) -> Finding:
    """Desks of bodies of which nobody can sign in."""
    desks = administered(Organisation.objects.filter(has_desk=True).exclude(kind="enterprise"), sight, "region__code")
    return finding_of(desks.exclude(Exists(User.objects.filter(organisation=OuterRef("pk"), is_active=True))))


def no_second_step(sight: Sight) -> Finding:
    """Whose role demands a second step and who has none."""
    demanded = Grant.objects.filter(role__in=policy().second_step.demanded_of).values("user_id")
    secured = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return finding_of(_people(sight).filter(pk__in=demanded, break_glass=False).exclude(Exists(secured)))


def never_signed_in(sight: Sight) -> Finding:
    """Accounts that were made a week ago or more and that nobody has used."""
    return finding_of(_people(sight).filter(last_login=None, break_glass=False, date_joined__lt=sight.now - UNUSED_FOR))


def missing_administrators(sight: Sight) -> Finding:
    """Which of the three administrators there is not."""
    held = set(Grant.objects.filter(role__in=ADMINISTRATORS, user__is_active=True).values_list("role", flat=True))
    return finding_among(str(ROLE_NAMES[role]) for role in sorted(ADMINISTRATORS - {Role(one) for one in held}))


def administrators(_sight: Sight) -> tuple[StepFact, ...]:
    """How many hold each of the three."""
    roles = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    held = Grant.objects.filter(role__in=roles, user__is_active=True).values_list("role", "user_id").distinct()
    counts = {role: sum(one == role for one, _user in held) for role in roles}
    return tuple(StepFact(str(ROLE_NAMES[role]), count, missing=count == 0) for role, count in counts.items())


def people(sight: Sight) -> tuple[StepFact, ...]:
    """Accounts, and those who keep the duty desk."""
    accounts = _people(sight).exclude(pk__in=Grant.objects.filter(role__in=ADMINISTRATORS).values("user_id")).count()
    desk = _holders(sight, *DESK_ROLES).count()
    return (
        StepFact(_("people with an account"), accounts, missing=accounts == 0),
        StepFact(_("of them keep the duty desk"), desk, missing=desk == 0),
    )


STEPS: Final = (
    SetupStep(
        "administrators",
        pgettext_lazy("setup", "Three administrators"),
        gettext_lazy(
            "One runs the system, one gives roles, one reads the audit trail: three persons. Make an account for the security "
            "administrator and give that role; all other roles come from there."
        ),
        administrators,
        (StepLink("people", gettext_lazy("Open the people")),),
    ),
    SetupStep(
        "people",
        pgettext_lazy("setup", "People"),
        gettext_lazy("Accounts for who keeps the desk, who goes out, who inspects. The security administrator gives the roles."),
        people,
        (
            StepLink("people", gettext_lazy("Open the people")),
            StepLink("import_kind", gettext_lazy("Take in a table of people"), ("people",)),
            StepLink("password_slips", gettext_lazy("Print one-time passwords")),
        ),
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "nobody_at_the_desk",
        gettext_lazy("Nobody keeps the duty desk"),
        gettext_lazy("Alarms ring and no one holds a role that answers them."),
        Stake.DANGER,
        nobody_at_the_desk,
        "people",
    ),
    ReadinessCheck(
        "desks_without_people",
        gettext_lazy("Desks of which nobody can sign in"),
        gettext_lazy("They can be called, but see no case and sign for no order on the screen."),
        Stake.HELP,
        desks_without_people,
        "people",
    ),
    ReadinessCheck(
        "missing_administrators",
        gettext_lazy("Administrators that are missing"),
        gettext_lazy("System, security and audit are three persons; what one does the others can check."),
        Stake.OPERATION,
        missing_administrators,
        "people",
    ),
    ReadinessCheck(
        "no_second_step",
        gettext_lazy("Accounts without a second step"),
        gettext_lazy("Their role demands one: a stolen password alone must open nothing."),
        Stake.OPERATION,
        no_second_step,
        "people",
    ),
    ReadinessCheck(
        "never_signed_in",
        gettext_lazy("Accounts that nobody has used for a week"),
        gettext_lazy("Their one-time password still lies somewhere."),
        Stake.OPERATION,
        never_signed_in,
        "people",
    ),
)
