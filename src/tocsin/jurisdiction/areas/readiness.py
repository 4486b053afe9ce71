"""The first step of setting up: for which area."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.screens.readiness import SetupStep, Sight, StepFact, StepLink


def area(sight: Sight) -> tuple[StepFact, ...]:
    """The area that was chosen, with those above it: the code says which."""
    found = Region.objects.filter(pk=sight.region_code).exclude(pk=EVERYWHERE).first()
    return (StepFact(str(found) if found else _("No area is chosen"), int(found is not None), missing=found is None),)


STEPS: Final = (
    SetupStep(
        "area",
        pgettext_lazy("setup", "Area"),
        gettext_lazy("Choose the county, city or province that you set up. Everything below counts this area alone."),
        area,
        (StepLink("import_kind", gettext_lazy("Take in a table of areas"), ("areas",)),),
        part="jurisdiction/areas/_setup_area.html",
    ),
)
