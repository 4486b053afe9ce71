"""Versions of edited policies (points, tasks): the list with a form for a draft, and one version with what trying it showed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.acts import Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import fields_of
from tocsin.screens.lists.page import page_or_part
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.objects import shown as objects_shown
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.policy import rules_of, shipped_text
from tocsin.supervision.points.services.trial import POINTS, ask_trial
from tocsin.supervision.points.shown.board import Simulation, describe_simulation
from tocsin.supervision.points.shown.names import PART_NAMES, kind_name
from tocsin.supervision.tasks.policy import shipped_task_text, task_policy_of
from tocsin.supervision.tasks.services.trial import TASKS
from tocsin.supervision.tasks.shown import rules as shown_rules
from tocsin.supervision.versions import services
from tocsin.supervision.versions import shown as told
from tocsin.supervision.versions.queries import newest_trial, visible_versions
from tocsin.supervision.versions.services import Edited

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

CHANGED_COLUMNS = ("object", "name", "before", "after", "score_before", "score_after")


def _of_points(request: HttpRequest, found: "PolicyVersion") -> dict[str, object]:
    rules, trial = rules_of(found.content), told.describe_trial(newest_trial(found))
    return {
        "rules": rules,
        "parts": [(PART_NAMES[part], rules.figures().parts[part].weight) for part in PART_NAMES],
        "deductions": [(kind_name(one.kind, rules), one) for one in rules.deduction],
        "red_lines": [(kind_name(one.kind, rules), one) for one in rules.red_line],
        "consequences": [
            (
                kind_name(one.kind, rules),
                [(colour, objects_shown.colour_name(colour)) for colour in one.colours],
                one,
            )
            for one in rules.consequence
        ],
        "simulation": _changed(request, found),
        "trial": trial,
        "trial_open": trial is not None and trial.done_at is None,
    }


def _changed(request: HttpRequest, found: "PolicyVersion") -> Simulation | None:
    """Who would show another colour, as far as the reader may see them; None where it was not tried."""
    if not found.trial:
        return None
    seen = visible_objects(request.user).filter(pk__in=[one["object"] for one in found.trial["list"]])
    names = {str(pk): name for pk, name in seen.values_list("pk", "name")}
    return describe_simulation(found.trial, names)


def _of_tasks(request: HttpRequest, found: "PolicyVersion") -> dict[str, object]:
    policy = task_policy_of(found.content)
    simulation = shown_rules.describe_task_trial(found.trial, policy) if found.trial else None
    return {"rules": shown_rules.describe_task_rules(policy), "simulation": simulation, "clock": policy.clock}


@dataclass(frozen=True)
class Shown:
    """How one edited policy is shown: its words, the names of its addresses, its page and what stands there."""

    of: Edited
    title: Promise
    about: Promise
    text: Promise
    none_yet: Promise
    addresses: tuple[str, str, str]  # list, version, act
    template: str
    shipped: Callable[[], str]
    context: "Callable[[HttpRequest, PolicyVersion], dict[str, object]]"
    try_it: Callable[..., object]


SHOWN: Final[dict[str, Shown]] = {
    "points": Shown(
        POINTS,
        gettext_lazy("Points policy"),
        gettext_lazy(
            "A version is drafted, tried on history, and switched on by another person from a day to come. "
            "Past days keep the rules they were scored by."
        ),
        gettext_lazy("The whole policy (TOML): weights must sum to 1, bands must rise"),
        gettext_lazy("The shipped policy is stored with the first night."),
        ("points_policies", "points_policy", "act_on_points_policy"),
        "supervision/points/policy.html",
        shipped_text,
        _of_points,
        ask_trial,
    ),
    "tasks": Shown(
        TASKS,
        gettext_lazy("Task rules"),
        gettext_lazy(
            "A version is drafted, tried on the register, and switched on by another person from a day to come. "
            "Tasks that were made keep the rules they were made by."
        ),
        gettext_lazy("All rules (TOML): nobody is asked to check in daily, no photo and no track is asked for"),
        gettext_lazy("The shipped rules hold."),
        ("task_policies", "task_policy", "act_on_task_policy"),
        "supervision/tasks/policy.html",
        shipped_task_text,
        _of_tasks,
        partial(services.try_version, TASKS),
    ),
}


@never_cache
@require_http_methods(["GET", "POST"])
def versions(request: HttpRequest, subject: str) -> HttpResponse:
    """All versions; who may edit policy drafts one here from the shipped text."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you colours."))
    shown, form = SHOWN[subject], request.POST
    if request.method == "POST":
        with Attempt(request):
            made = _draft(request, shown.of, **fields_of(_draft, form))
            return redirect(shown.addresses[1], made.pk)
    edits = [one for one in (rights.EDIT_POLICY, rights.LEAD) if may_anywhere(request.user, one)]
    rows = visible_versions(request.user, subject)[:200]
    context = {
        "shown": shown,
        "page": shown.addresses[1],
        "rows": [told.describe_version(row, _today()) for row in rows],
        "may_edit": bool(edits),
        "regions": regions_within(request.user, edits[0]) if edits else (),
        "text": form.get("text", shown.shipped()),
        "form": form,
        "opened": request.method == "POST",
    }
    return render(request, "supervision/versions/versions.html", context)


@never_cache
@require_GET
def version(request: HttpRequest, policy_version_id: UUID, subject: str) -> HttpResponse:
    """One version: what it says, who made it and switched it on, what it would change; of points `format=csv` lists who.

    The page of points asks for its part `history` again while a trial is at work.
    """
    found, shown = _visible(request, subject, policy_version_id), SHOWN[subject]
    if wants_csv(request) and subject == POINTS.subject:
        changed = _changed(request, found)
        return as_csv(f"policy-{found.version}", CHANGED_COLUMNS, changed.listed if changed else ())
    context = {
        "one": told.describe_version(found, _today()),
        "shown": shown,
        "act": shown.addresses[2],
        "may_simulate": _may(request, found, rights.EDIT_POLICY) or _may(request, found, rights.LEAD),
        "may_switch_on": _may(request, found, rights.LEAD) and found.made_by_id != request.user.pk,
        "today": _today(),
        **shown.context(request, found),
    }
    return page_or_part(request, shown.template, "history" if subject == POINTS.subject else "", context)


def _draft(request: HttpRequest, of: Edited, *, region_code: str, version: str, text: str, reason: str) -> "PolicyVersion":
    return services.draft_version(of, actor=actor_of(request), region_code=region_code, version=version, text=text, reason=reason)


def _try(request: HttpRequest, shown: Shown, version_id: UUID) -> None:
    shown.try_it(actor=actor_of(request), version_id=version_id)


def _switch_on(request: HttpRequest, shown: Shown, version_id: UUID, *, effective_from: date) -> None:
    services.switch_on(shown.of, actor=actor_of(request), version_id=version_id, effective_from=effective_from)


@require_POST
def act(request: HttpRequest, policy_version_id: UUID, name: str, subject: str) -> HttpResponse:
    """Tries it, or switches it on from a day."""
    _visible(request, subject, policy_version_id)
    shown = SHOWN[subject]
    perform_and_tell(request, {"simulate": _try, "switch-on": _switch_on}, name, request, shown, policy_version_id)
    return redirect(shown.addresses[1], policy_version_id)


def _visible(request: HttpRequest, subject: str, version_id: UUID) -> "PolicyVersion":
    return visible_versions(request.user, subject).get(pk=version_id)


def _may(request: HttpRequest, found: "PolicyVersion", permission: Any) -> bool:
    return found.effective_from is None and may(request.user, permission, found.region_code)


def _today() -> date:
    return timezone.localtime(current_time()).date()
