"""Who is on duty: a step of setting up, and desks without a plan."""

from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import Kind
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.queries import administered
from tocsin.jurisdiction.rosters.models import Roster, RosterLayer
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_of


def rosters_without_people(sight: Sight) -> Finding:
    """Rosters in which no rotation runs today."""
    today = timezone.localdate(sight.now)
    ended = RosterLayer.objects.filter(roster=OuterRef("pk"), starts_on__lte=today).exclude(ends_on__lt=today)
    return finding_of(_rosters(sight).exclude(Exists(ended)), lambda one: f"{one.organisation} · {one}")


def desks_without_roster(sight: Sight) -> Finding:
    """Desks of bodies whose people sign in here, and for which nobody is planned."""
    desks = administered(Organisation.objects.filter(has_desk=True), sight, "region__code")
    signed_in = User.objects.filter(organisation=OuterRef("pk"), is_active=True)
    planned = Roster.objects.filter(organisation=OuterRef("pk"), is_active=True)
    return finding_of(desks.filter(Exists(signed_in)).exclude(Exists(planned)))


def _rosters(sight: Sight) -> QuerySet[Roster]:
    found = Roster.objects.filter(is_active=True).select_related("organisation")
    return administered(found, sight, "organisation__region__code")


def rosters(sight: Sight) -> tuple[StepFact, ...]:
    """Rosters of the area, and of those of a government or centre."""
    found = _rosters(sight)
    count = found.count()
    at_the_desk = found.filter(organisation__kind__in=(Kind.GOVERNMENT, Kind.CENTRE)).count()
    return (
        StepFact(_("rosters"), count),
        StepFact(_("of a government or a monitoring centre"), at_the_desk, missing=at_the_desk == 0),
    )


STEPS: Final = (
    SetupStep(
        "rosters",
        pgettext_lazy("setup", "Rosters"),
        gettext_lazy("Who is on duty when. Without a roster the desk itself is called. A duty plan may come as an Excel file."),
        rosters,
        (StepLink("rosters", gettext_lazy("Open the rosters")),),
        optional=True,
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "rosters_without_people",
        gettext_lazy("Rosters in which nobody is planned today"),
        gettext_lazy("Who calls there reaches the desk at best, and no person."),
        Stake.DANGER,
        rosters_without_people,
        "rosters",
    ),
    ReadinessCheck(
        "desks_without_roster",
        gettext_lazy("Desks without a roster"),
        gettext_lazy("Nobody is named for the night: the desk is called, whoever sits there."),
        Stake.HELP,
        desks_without_roster,
        "rosters",
    ),
)
