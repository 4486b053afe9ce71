"""Response plans of an area as an editor sees them: what is in force, every version, and the draft."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.command.casebook.rules import rights
from tocsin.command.plans.policy import PLANS, PlanCard, card_from, plan_from, shipped_cards
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.rules import Plan, changes_between
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.face import may, regions_within
from tocsin.records.face import versions_of
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Person, Region
    from tocsin.records.face import PolicyVersion


def areas_of(user: "Person") -> "QuerySet[Region]":
    """The areas whose plans the user may see: where cases are theirs to see or plans theirs to edit."""
    return (regions_within(user, rights.SEE) | regions_within(user, rights.PLANS)).distinct().order_by("code")


def may_see_cards(user: "Person", region_code: str) -> bool:
    """Whether that area's plans are the user's to see."""
    return may(user, rights.SEE, region_code) or may(user, rights.PLANS, region_code)


def versions_for(region_code: str, code: str = "") -> "QuerySet[PolicyVersion]":
    """Versions and drafts that bear on an area: its own and those of the areas above it, newest first."""
    return versions_of(PLANS.name, code or None).filter(region_code__in=governing_codes(region_code))


def draft_of(code: str, region_code: str) -> "PolicyVersion | None":
    """The draft of a plan for that very area; None for none."""
    return versions_of(PLANS.name, code).filter(region_code=region_code, effective_from__isnull=True).first()


def in_force(code: str, region_code: str, *, at: datetime) -> Plan | None:
    """The plan as it holds there; None where there is none of that code, or no more."""
    return next((plan for plan in plans_of(region_code, at=at) if plan.code == code), None)


def card_in_force(code: str, region_code: str, *, at: datetime) -> PlanCard | None:
    """The same in the form of the file: what an editor begins with."""
    plan = in_force(code, region_code, at=at)
    if plan is None:
        return None
    row = versions_of(PLANS.name, code).filter(version=str(plan.version)).first()
    return card_from(row.content) if row is not None else shipped_cards()[code]


def next_version(code: str) -> int:
    """The number of the next version; the shipped file is the first."""
    numbers = [int(name) for name in versions_of(PLANS.name, code).values_list("version", flat=True)]
    return max(numbers, default=int(code in shipped_cards())) + 1


def drafts_waiting(user: "Person") -> "QuerySet[PolicyVersion]":
    """Drafts in the areas of the user, for the list."""
    areas = areas_of(user).values("code")
    return versions_of(PLANS.name).filter(region_code__in=areas, effective_from__isnull=True).order_by("key")


def try_card(row: "PolicyVersion", _content: dict[str, Any]) -> dict[str, Any]:
    """What a draft of one plan would change in its area, task by task, and of how many bodies it asks something."""
    before = in_force(row.key, row.region_code, at=current_time()) if row.key else None
    if not row.key or row.withdrawn:
        return {"tasks before": len(before.tasks) if before else 0, "tasks after": 0}
    after = plan_from(row.content, row.version)
    changes = changes_between(before, after)
    return {
        "tasks before": len(before.tasks) if before else 0,
        "tasks after": len(after.tasks),
        **{code: change.value for code, change in changes.items()},
    }
