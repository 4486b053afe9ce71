"""Policy that a city has to decide for itself: a step of setting up, and checks."""

import re
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.policy import PolicyFile
from tocsin.jurisdiction.face import administered
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.queries import policy_files, title_of
from tocsin.records.versions.rules import SHIPPED
from tocsin.screens.readiness import (
    Finding,
    ReadinessCheck,
    SetupStep,
    Sight,
    Stake,
    StepFact,
    StepLink,
    finding_among,
    finding_of,
)

OWN_CHOICE: Final = re.compile(r"\(C\)|\(C[;,:]")
"""The mark of a figure that neither a law nor practice gives: docs/policy.md."""


def _confirmed() -> set[str]:
    """Files of which the city has confirmed a version; what keeps a shipped text for rows that name it is none."""
    found = PolicyVersion.objects.filter(confirmed_at__isnull=False).exclude(version__startswith=SHIPPED)
    return set(found.values_list("policy", flat=True).distinct())


def unconfirmed(_sight: Sight) -> list[PolicyFile[Any]]:
    """Shipped files with figures that are our own choice, and of which the city has confirmed no version."""
    own = _confirmed()
    return [one for one in policy_files().values() if one.name not in own and OWN_CHOICE.search(one.text)]


def own_choices(sight: Sight) -> Finding:
    """Those files by name."""
    return finding_among(title_of(one) for one in unconfirmed(sight))


def _drafts(sight: Sight) -> QuerySet[PolicyVersion]:
    standing = Q(effective_to=None) | Q(effective_to__gt=sight.now)
    return administered(PolicyVersion.objects.filter(standing, tried_at__isnull=False, effective_from=None), sight)


def waiting_drafts(sight: Sight) -> Finding:
    """Versions that were tried and that nobody has confirmed."""
    return finding_of(_drafts(sight), lambda one: f"{one.policy} {one.version}")


def policy(sight: Sight) -> tuple[StepFact, ...]:
    """What the city has confirmed, and what it has not looked at."""
    return (
        StepFact(_("policy files with figures of your own"), len(_confirmed())),
        StepFact(_("files with figures that are our choice"), len(unconfirmed(sight))),
    )


STEPS: Final = (
    SetupStep(
        "policy",
        pgettext_lazy("setup", "Policy"),
        gettext_lazy(
            "Limits, clocks and routes as your city wants them. Figures marked C are our own choice: two persons confirm yours."
        ),
        policy,
        (StepLink("policy", gettext_lazy("Open the policy")),),
        optional=True,
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "policy_drafts_waiting",
        gettext_lazy("Policy that waits for a second person"),
        gettext_lazy("The old figures hold until somebody confirms or declines it."),
        Stake.HELP,
        waiting_drafts,
        "policy",
    ),
    ReadinessCheck(
        "policy_unconfirmed",
        gettext_lazy("Policy with figures that nobody here has confirmed"),
        gettext_lazy("Figures marked C are our own choice; your city has not said that they fit."),
        Stake.OPERATION,
        own_choices,
        "policy",
    ),
)
