"""Electricity meters of firms: a step of setting up, and firms without one."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import administered
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_of
from tocsin.supervision.meters.models import Meter, MeterShare
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules.register import WITH_CREDIT_CODE


def firms_without_meters(sight: Sight) -> Finding:
    """Firms and sites that have no meter and no share of one."""
    firms = SupervisedObject.objects.filter(active=True, merged_into=None, kind__in=WITH_CREDIT_CODE)
    metered = Meter.objects.filter(active=True).values("object_id")
    return finding_of(administered(firms, sight).exclude(pk__in=metered).exclude(pk__in=MeterShare.objects.values("object_id")))


def meters_without_sensor(sight: Sight) -> Finding:
    """Meters that no device sends for."""
    found = Meter.objects.filter(active=True, sensor=None).select_related("object")
    return finding_of(administered(found, sight, "object__region_code"), lambda one: f"{one.object} · {one}")


def meters(sight: Sight) -> tuple[StepFact, ...]:
    """Meters, and those that send."""
    found = administered(Meter.objects.filter(active=True), sight, "object__region_code")
    count = found.count()
    return (
        StepFact(_("meters"), count, missing=count == 0),
        StepFact(_("of them send"), found.filter(sensor__last_ts__isnull=False).count()),
    )


STEPS: Final = (
    SetupStep(
        "meters",
        pgettext_lazy("setup", "Meters"),
        gettext_lazy("By the electricity of a firm it is seen whether it works: its meters come as a table."),
        meters,
        (StepLink("meters", gettext_lazy("Open the meters")),),
        optional=True,
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "firms_without_meters",
        gettext_lazy("Firms without a meter"),
        gettext_lazy("Whether they work at night can't be told from their electricity."),
        Stake.HELP,
        firms_without_meters,
        "meters",
    ),
    ReadinessCheck(
        "meters_without_sensor",
        gettext_lazy("Meters that no device sends for"),
        gettext_lazy("They are registered, and nothing is known of what they measure."),
        Stake.OPERATION,
        meters_without_sensor,
        "meters",
    ),
)
