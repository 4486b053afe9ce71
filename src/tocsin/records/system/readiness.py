"""The machine itself: backup and background work, as a step of setting up and as checks."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.system.policy import backup_due_s
from tocsin.records.system.queries import loops_failing, newest_backup
from tocsin.screens.readiness import (
    Finding,
    ReadinessCheck,
    SetupStep,
    Sight,
    Stake,
    StepFact,
    StepLink,
    finding_among,
)


def failing_loops(_sight: Sight) -> Finding:
    """Background work that fails again and again, or whose worker is silent."""
    return finding_among(one.words for one in loops_failing(timezone.now()))


def no_backup(_sight: Sight) -> Finding:
    """1 where the newest backup is older than it may be, or where there never was one."""
    newest, due = newest_backup(), timedelta(seconds=backup_due_s())
    if newest is not None and timezone.now() - newest < due:
        return Finding(0)
    return Finding(1, (_("never") if newest is None else date_format(timezone.localtime(newest), "Y-m-d H:i"),))


def backup(sight: Sight) -> tuple[StepFact, ...]:
    """Whether there is a backup that is new enough."""
    late = no_backup(sight)
    return (StepFact(_("backup within the time that is allowed"), 1 - late.count, missing=late.count > 0),)


STEPS: Final = (
    SetupStep(
        "backup",
        pgettext_lazy("setup", "Backup"),
        gettext_lazy("Plan one for every night on its page, sealed for a key that is kept elsewhere."),
        backup,
        (
            StepLink("backups", pgettext_lazy("settings", "Backups")),
            StepLink("installation", gettext_lazy("Open the installation")),
        ),
        part="records/system/_setup_backup.html",
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "failing_loops",
        gettext_lazy("Background work that fails"),
        gettext_lazy("Alarms, notices or clocks may stand still until somebody looks."),
        Stake.DANGER,
        failing_loops,
        "loops",
    ),
    ReadinessCheck(
        "no_backup",
        gettext_lazy("No backup in time"),
        gettext_lazy("A broken disk takes everything since the newest backup with it."),
        Stake.OPERATION,
        no_backup,
        "backups",
    ),
)
