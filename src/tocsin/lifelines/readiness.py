"""Networks: a step of setting up, and what of them belongs to nobody."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import administered
from tocsin.lifelines.models import KIND_NAMES, Asset
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_of

MAINS: Final = ("gas_main", "heat_main_supply", "heat_main_return", "water_main", "sewer", "storm_drain", "power_cable")


def _assets(sight: Sight) -> QuerySet[Asset]:
    return administered(Asset.objects.all(), sight)


def mains_without_owner(sight: Sight) -> Finding:
    """Mains, drains and cables whose owner is no body that is known here."""
    found = _assets(sight).filter(kind__in=MAINS, owner=None)
    return finding_of(found, lambda one: f"{KIND_NAMES[one.kind]} {one}")


def networks(sight: Sight) -> tuple[StepFact, ...]:
    """Assets, and those whose owner is known."""
    found = _assets(sight)
    count = found.count()
    return (
        StepFact(_("assets"), count, missing=count == 0),
        StepFact(_("of them have a known owner"), found.filter(owner__isnull=False).count()),
    )


STEPS: Final = (
    SetupStep(
        "networks",
        pgettext_lazy("setup", "Networks"),
        gettext_lazy("Mains, manholes and stations as GeoJSON: without them an alarm rings, but its cause can't be named."),
        networks,
        (StepLink("assets", gettext_lazy("Open the networks")),),
        optional=True,
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "mains_without_owner",
        gettext_lazy("Mains without a known owner"),
        gettext_lazy("Nobody can be called to close them."),
        Stake.DANGER,
        mains_without_owner,
        "assets",
    ),
)
