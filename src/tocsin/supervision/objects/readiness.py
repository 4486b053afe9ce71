"""Supervised objects: a step of setting up, and what of them nobody answers for."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import administered
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules.register import WITH_CREDIT_CODE, RiskClass


def _objects(sight: Sight) -> QuerySet[SupervisedObject]:
    return administered(SupervisedObject.objects.filter(active=True, merged_into=None), sight)


def no_competent_body(sight: Sight) -> Finding:
    """Firms, sites and places of which no department is named."""
    return finding_of(_objects(sight).filter(competent=None).exclude(kind="equipment"))


def high_risk_without_account(sight: Sight) -> Finding:
    """Firms of the two highest classes that can't sign in."""
    high = (RiskClass.RED, RiskClass.ORANGE)
    return finding_of(_objects(sight).filter(kind__in=WITH_CREDIT_CODE, risk_class__in=high, organisation=None))


def high_risk_without_people(sight: Sight) -> Finding:
    """Firms of the two highest classes of which no telephone number of a person is known."""
    high = (RiskClass.RED, RiskClass.ORANGE)
    found = _objects(sight).filter(kind__in=WITH_CREDIT_CODE, risk_class__in=high)
    return finding_of(found.exclude(pk__in=found.filter(people__active=True, people__telephone__gt="").values("pk")))


def objects(sight: Sight) -> tuple[StepFact, ...]:
    """What is registered, and how many firms can sign in."""
    found = _objects(sight)
    count = found.count()
    return (
        StepFact(_("supervised objects"), count, missing=count == 0),
        StepFact(_("firms with an account"), found.filter(organisation__isnull=False).count()),
    )


STEPS: Final = (
    SetupStep(
        "objects",
        pgettext_lazy("setup", "Firms and places"),
        gettext_lazy("The register of supervised objects, from a table; each firm gets an account from its page or the list."),
        objects,
        (
            StepLink("objects", gettext_lazy("Open the register")),
            StepLink("object_imports", gettext_lazy("Take in a table of objects")),
        ),
        optional=True,
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "high_risk_without_people",
        gettext_lazy("Firms of high risk without anybody to call"),
        gettext_lazy("No telephone number of a responsible person is known when something happens there."),
        Stake.DANGER,
        high_risk_without_people,
        "objects",
    ),
    ReadinessCheck(
        "objects_without_body",
        gettext_lazy("Objects that no department answers for"),
        gettext_lazy("Their tasks, inspections and appeals reach nobody in particular."),
        Stake.HELP,
        no_competent_body,
        "objects",
    ),
    ReadinessCheck(
        "high_risk_without_account",
        gettext_lazy("Firms of high risk without an account"),
        gettext_lazy("They can neither answer tasks nor be told on the screen."),
        Stake.HELP,
        high_risk_without_account,
        "objects",
    ),
)
