"""What an installation needs before it can be relied on: each subject's `readiness.py`, see `tocsin.screens.readiness`."""

# Steps of setting up an area, in the order of the page.
SETUP_STEPS = (
    "tocsin.jurisdiction.areas.readiness:STEPS",
    "tocsin.jurisdiction.bodies.readiness:STEPS",
    "tocsin.jurisdiction.people.readiness:STEPS",
    "tocsin.sensing.devices.readiness:STEPS",
    "tocsin.warning.alarms.readiness:STEPS",
    "tocsin.notices.reachability.readiness:STEPS",
    "tocsin.records.system.readiness:STEPS",
    "tocsin.jurisdiction.rosters.readiness:STEPS",
    "tocsin.lifelines.readiness:STEPS",
    "tocsin.supervision.objects.readiness:STEPS",
    "tocsin.supervision.meters.readiness:STEPS",
    "tocsin.supervision.platforms.readiness:STEPS",
    "tocsin.records.versions.readiness:STEPS",
)

# What is missing or odd; what endangers people is shown first, whatever stands first here.
READINESS_CHECKS = (
    "tocsin.records.system.readiness:CHECKS",
    "tocsin.jurisdiction.people.readiness:CHECKS",
    "tocsin.notices.reachability.readiness:CHECKS",
    "tocsin.jurisdiction.bodies.readiness:CHECKS",
    "tocsin.jurisdiction.rosters.readiness:CHECKS",
    "tocsin.sensing.devices.readiness:CHECKS",
    "tocsin.lifelines.readiness:CHECKS",
    "tocsin.supervision.objects.readiness:CHECKS",
    "tocsin.supervision.meters.readiness:CHECKS",
    "tocsin.supervision.platforms.readiness:CHECKS",
    "tocsin.records.versions.readiness:CHECKS",
)
