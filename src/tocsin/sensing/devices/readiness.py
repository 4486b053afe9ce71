"""Devices and sensors: a step of setting up, and what is missing or odd."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import administered
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_of
from tocsin.sensing.devices.models import Device, Sensor

NEW_FOR: Final = timedelta(hours=1)
SILENT_FOR: Final = timedelta(days=1)


def _devices(sight: Sight) -> QuerySet[Device]:
    return administered(Device.objects.filter(enabled=True), sight)


def _sensors(sight: Sight) -> QuerySet[Sensor]:
    found = Sensor.objects.filter(enabled=True, device__enabled=True).select_related("device", "asset")
    return administered(found, sight)


def never_heard(sight: Sight) -> Finding:
    """Devices that were registered an hour ago or more and have sent nothing; what a gateway carries may be silent by itself."""
    return finding_of(_devices(sight).filter(last_seen_at=None, gateway=None, created_at__lt=sight.now - NEW_FOR))


def silent(sight: Sight) -> Finding:
    """Devices that have sent before, and nothing for a day."""
    return finding_of(_devices(sight).filter(last_seen_at__lt=sight.now - SILENT_FOR))


def off_the_network(sight: Sight) -> Finding:
    """Sensors that stand at no asset of a network."""
    return finding_of(_sensors(sight).filter(asset=None))


def no_body(sight: Sight) -> Finding:
    """Devices that belong to no body."""
    return finding_of(_devices(sight).filter(organisation=None))


def devices(sight: Sight) -> tuple[StepFact, ...]:
    """What is registered and what was heard."""
    found = _devices(sight)
    count, heard = found.count(), found.filter(last_seen_at__isnull=False).count()
    sensors = _sensors(sight).count()
    return (
        StepFact(_("devices"), count, missing=count == 0),
        StepFact(_("of them were heard"), heard, missing=heard == 0),
        StepFact(_("sensors"), sensors, missing=sensors == 0),
    )


STEPS: Final = (
    SetupStep(
        "devices",
        pgettext_lazy("setup", "Devices"),
        gettext_lazy("One by one, as a table of a thousand, or with an enrolment key by which devices sign in themselves."),
        devices,
        (
            StepLink("devices", gettext_lazy("Open the devices")),
            StepLink("device_tables", gettext_lazy("Take in a table of devices")),
        ),
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "devices_never_heard",
        gettext_lazy("Devices that were never heard"),
        gettext_lazy("They are registered and send nothing: where they stand nothing is watched."),
        Stake.DANGER,
        never_heard,
        "devices",
    ),
    ReadinessCheck(
        "devices_silent",
        gettext_lazy("Devices that have been silent for a day"),
        gettext_lazy("Where they stand nothing is watched any more."),
        Stake.DANGER,
        silent,
        "devices",
    ),
    ReadinessCheck(
        "sensors_off_the_network",
        gettext_lazy("Sensors at no asset of a network"),
        gettext_lazy("Their alarms ring, but the likely cause and its owner can't be named."),
        Stake.HELP,
        off_the_network,
        "sensors",
    ),
    ReadinessCheck(
        "devices_without_body",
        gettext_lazy("Devices that belong to no body"),
        gettext_lazy("Nobody is called when one of them fails."),
        Stake.OPERATION,
        no_body,
        "devices",
    ),
)
