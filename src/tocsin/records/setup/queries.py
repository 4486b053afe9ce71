"""How far an area is set up, and what is missing: computed from the facts whenever it is asked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, regions_within, visible_organisations
from tocsin.records.setup.models import SkippedStep
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, StepFact, readiness_checks, setup_steps

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Person, Region


class StepState(StrEnum):
    """How a step stands."""

    DONE = "done"
    OPEN = "open"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class StepRead:
    """A step with what was counted, and the row of who left it out."""

    step: SetupStep
    facts: tuple[StepFact, ...]
    skipped: SkippedStep | None

    @property
    def state(self) -> StepState:
        """What is there counts before what was left out."""
        if not any(one.missing for one in self.facts):
            return StepState.DONE
        return StepState.OPEN if self.skipped is None else StepState.SKIPPED


@dataclass(frozen=True)
class CheckRead:
    """A check with what it found."""

    check: ReadinessCheck
    finding: Finding


def areas(user: "Person") -> "QuerySet[Region]":
    """The areas that the user may set up."""
    return regions_within(user, "system.see").exclude(pk=EVERYWHERE)


def chosen_area(user: "Person", region_code: str) -> str:
    """The area that was asked for, where the user administers it; else the one that has most bodies; "" where none has any."""
    if region_code:
        if not areas(user).filter(pk=region_code).exists():
            raise InvalidInput(_("There is no area %(code)s that you administer.") % {"code": region_code[:12]})
        return region_code
    bodies = visible_organisations(user).exclude(kind="enterprise").order_by()
    counts = dict(bodies.values_list("region_id").annotate(Count("pk")))
    mine = [code for code in sorted(counts) if code != EVERYWHERE and may(user, "system.see", code)]
    return max(mine, key=lambda code: (not code.endswith("00"), counts[code]), default="")


def read_steps(sight: Sight) -> list[StepRead]:
    """Every step of the area in its order."""
    skipped = {one.step: one for one in SkippedStep.objects.filter(region_code=sight.region_code).select_related("by")}
    return [StepRead(one, one.read(sight), skipped.get(one.name)) for one in setup_steps()]


def read_checks(sight: Sight) -> list[CheckRead]:
    """Every check, those that endanger people first."""
    return [CheckRead(one, one.find(sight)) for one in readiness_checks()]


def is_set_up(sight: Sight) -> bool:
    """Whether every step that is not optional is done or was left out."""
    skipped = set(SkippedStep.objects.filter(region_code=sight.region_code).values_list("step", flat=True))
    needed = (one for one in setup_steps() if not one.optional and one.name not in skipped)
    return not any(fact.missing for one in needed for fact in one.read(sight))
