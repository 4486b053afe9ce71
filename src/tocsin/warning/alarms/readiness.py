"""The first alarm: the last step of setting up, which shows that the whole chain works."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import administered
from tocsin.screens.readiness import SetupStep, Sight, StepFact, StepLink
from tocsin.warning.alarms.models import Alarm


def first_alarm(sight: Sight) -> tuple[StepFact, ...]:
    """Alarms that have rung, and those that somebody has taken note of."""
    found = administered(Alarm.objects.all(), sight)
    count = found.count()
    answered = found.filter(acknowledged_at__isnull=False).count()
    return (
        StepFact(_("alarms have rung"), count, missing=count == 0),
        StepFact(_("of them were acknowledged"), answered, missing=answered == 0),
    )


STEPS: Final = (
    SetupStep(
        "first_alarm",
        pgettext_lazy("setup", "The first alarm"),
        gettext_lazy(
            "Register a test device, send one reading with the line that its page shows, and see the alarm come. A duty officer "
            "acknowledges it on the console."
        ),
        first_alarm,
        (StepLink("alarms", gettext_lazy("Open the alarms")),),
        part="sensing/devices/_setup_test_device.html",
    ),
)
