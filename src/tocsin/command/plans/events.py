"""News of response plans. Consumers may see one twice."""

import msgspec


class PlanStarted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named leader started a response plan, by its code, on a case at that level."""

    case_id: str
    plan: str
    start_id: str
    level: int


class PlanTaskEnded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task of a started plan is done or not needed: `state` of `rules.plans.TaskState`."""

    case_id: str
    task_id: str
    state: str


OF_CASES = (PlanStarted, PlanTaskEnded)
"""Of these open pages of cases are told that they happened, with the ids of the cases that they name."""
