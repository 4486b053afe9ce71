"""Platforms of other levels that tell of firms: a step of setting up, and those that went quiet."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import administered
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_of
from tocsin.supervision.platforms.models import Connector

QUIET_FOR: Final = timedelta(days=1)


def _platforms(sight: Sight) -> QuerySet[Connector]:
    return administered(Connector.objects.all(), sight)


def quiet_platforms(sight: Sight) -> Finding:
    """Platforms that brought nothing new for a day, or never anything."""
    since = sight.now - QUIET_FOR
    quiet = Q(last_good_at__lt=since) | Q(last_good_at=None, joined_at__lt=since)
    return finding_of(_platforms(sight).filter(quiet), lambda one: one.name)


def platforms(sight: Sight) -> tuple[StepFact, ...]:
    """Platforms, and those that have brought something."""
    found = _platforms(sight)
    count = found.count()
    return (
        StepFact(_("platforms"), count, missing=count == 0),
        StepFact(_("of them have brought records"), found.filter(last_good_at__isnull=False).count()),
    )


STEPS: Final = (
    SetupStep(
        "platforms",
        pgettext_lazy("setup", "Platforms"),
        gettext_lazy("What the platforms of county, city and province tell of firms, by API, folder, address or bus."),
        platforms,
        (StepLink("platforms", gettext_lazy("Open the platforms")),),
        optional=True,
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "platforms_quiet",
        gettext_lazy("Platforms that brought nothing for a day"),
        gettext_lazy("What is said of firms rests on fewer witnesses than you may think."),
        Stake.OPERATION,
        quiet_platforms,
        "platforms",
    ),
)
