"""Bodies of an area: a step of setting up, and what is missing of those that are there."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.areas.queries import areas_with_towns, region_names
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governs
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import Kind
from tocsin.jurisdiction.rights.queries import administered
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


def _bodies(sight: Sight) -> QuerySet[Organisation]:
    """Public bodies and owners; firms are no part of the chain of alarms."""
    return administered(Organisation.objects.exclude(kind__in=("enterprise", "other")), sight, "region__code")


def no_telephone(sight: Sight) -> Finding:
    """Desks that answer day and night and that nobody can reach outside this program."""
    return finding_of(_bodies(sight).filter(has_desk=True, telephone="", contact_points=None))


def no_desk(sight: Sight) -> Finding:
    """Bodies that are called for something, keep no desk, and stand under none that does."""
    called = _bodies(sight).filter(has_desk=False, duties__isnull=False)
    return finding_of(called.exclude(superior__has_desk=True).distinct())


def no_duty(sight: Sight) -> Finding:
    """Bodies that are called for nothing."""
    return finding_of(_bodies(sight).filter(duties=None))


def no_towns(sight: Sight) -> Finding:
    """Areas in which bodies stand and no street or town is known, neither there nor below."""
    known, codes = areas_with_towns(), set(_bodies(sight).order_by().values_list("region_id", flat=True)) - {EVERYWHERE}
    lacking = [code for code in sorted(codes) if not any(governs(code, one) for one in known)]
    names = region_names(lacking) if lacking else {}
    return finding_among(names[code] for code in lacking)


def bodies(sight: Sight) -> tuple[StepFact, ...]:
    """What stands there: bodies, those that answer at night, and a desk that answers for all that nobody owns."""
    found = _bodies(sight)
    count, desks = found.count(), found.filter(has_desk=True).count()
    keeps = found.filter(kind__in=(Kind.GOVERNMENT, Kind.CENTRE), has_desk=True).count()
    return (
        StepFact(_("bodies"), count, missing=count == 0),
        StepFact(_("desks that answer day and night"), desks, missing=desks == 0),
        StepFact(_("desks of a government or a monitoring centre"), keeps, missing=keeps == 0),
    )


STEPS: Final = (
    SetupStep(
        "bodies",
        pgettext_lazy("setup", "Bodies"),
        gettext_lazy("Who owns which network, who governs what, who is called at night. Enter their telephone numbers."),
        bodies,
        (
            StepLink("organisations", gettext_lazy("Open the organisations")),
            StepLink("import_kind", gettext_lazy("Take in a table of organisations"), ("organisations",)),
        ),
        part="jurisdiction/bodies/_setup_bodies.html",
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "desks_without_telephone",
        gettext_lazy("Desks without a telephone number"),
        gettext_lazy("They answer day and night, but nobody can call them."),
        Stake.DANGER,
        no_telephone,
        "organisations",
    ),
    ReadinessCheck(
        "bodies_without_desk",
        gettext_lazy("Bodies without a desk at night"),
        gettext_lazy("They are called for something, keep no desk, and the body above them keeps none either."),
        Stake.DANGER,
        no_desk,
        "organisations",
    ),
    ReadinessCheck(
        "bodies_without_duty",
        gettext_lazy("Bodies that are called for nothing"),
        gettext_lazy("No lifeline, trade or area is named for them, so that no case ever reaches them."),
        Stake.HELP,
        no_duty,
        "organisations",
    ),
    ReadinessCheck(
        "areas_without_towns",
        gettext_lazy("Areas without streets and towns"),
        gettext_lazy("Citizens can choose none there, so that a public warning reaches nobody by push, e-mail or text message."),
        Stake.DANGER,
        no_towns,
        "imports",
    ),
)
