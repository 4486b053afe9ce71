"""Response plans as data: the plans of an area, one plan with its versions, its draft, and the second person's switch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.rules import rights
from tocsin.command.guidance.policy import GUIDANCE
from tocsin.command.guidance.shown import class_name
from tocsin.command.plans.policy import PlanCard, card_from
from tocsin.command.plans.queries import versions as queries
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.services import versions as services
from tocsin.command.plans.shown import versions as told
from tocsin.command.plans.shown.plans import WHO_NAMES
from tocsin.jurisdiction.face import may, regions_within
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_value
from tocsin.screens.request import actor_of
from tocsin.screens.words import LEVEL_NAMES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Region

LEVELS = tuple(level for level in sorted(AlarmLevel, reverse=True) if level is not AlarmLevel.NONE)
WORDS = ("code", "who", "lifeline", "zh", "en", "source", "confidence")


@never_cache
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The plans in force in an area, and the drafts that wait."""
    region, areas = _area(request)
    if code := request.GET.get("open", ""):
        return redirect(f"{reverse('plan_card', args=[code])}?region={region.code}") if code.isidentifier() else _no_plan()
    now = current_time()
    context = {
        "region": region,
        "areas": areas,
        "plans": [told.describe_whole(plan) for plan in plans_of(region.code, at=now)],
        "drafts": [told.describe_version(row, holds=False, now=now) for row in queries.drafts_waiting(request.user)],
        "may_edit": may(request.user, rights.PLANS, region.code),
    }
    return render(request, "command/plans/plan_cards.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, code: str) -> HttpResponse:
    """One plan in an area: as it is in force, its versions, its draft; whoever may edit plans writes the draft here."""
    region, areas = _area(request)
    now = current_time()
    form: CardForm | None = None
    if request.method == "POST":
        form = form_of(request.POST, code)
        if _save(request, region.code, form):
            return _to_card(code, region.code)
    draft = queries.draft_of(code, region.code)
    holds = queries.in_force(code, region.code, at=now)
    versions = list(queries.versions_for(region.code, code))
    may_edit = may(request.user, rights.PLANS, region.code)
    begin = card_from(draft.content) if draft else queries.card_in_force(code, region.code, at=now)
    if begin is None and versions:
        begin = card_from(versions[0].content)
    if begin is None and not may_edit:
        _no_plan()
    context = {
        "code": code,
        "region": region,
        "areas": areas,
        "plan": told.describe_whole(holds) if holds else None,
        "versions": [
            told.describe_version(row, holds=holds is not None and str(holds.version) == row.version, now=now) for row in versions
        ],
        "draft": told.describe_version(draft, holds=False, now=now) if draft else None,
        "changes": told.describe_changes(draft, now=now) if draft else [],
        "may_edit": may_edit,
        "may_switch": draft is not None
        and draft.made_by_id != request.user.pk
        and (may_edit or may(request.user, rights.LEAD, region.code)),
        "form": form or values_of(begin, code, reason=draft.reason if draft else "", withdrawn=bool(draft and draft.withdrawn)),
        "is_open": form is not None,
        "classes": [(one, class_name(one)) for one in GUIDANCE.current().classes],
        "whos": [(who.value, name) for who, name in WHO_NAMES.items()],
    }
    return render(request, "command/plans/plan_card.html", context)


def _to_same_card(request: HttpRequest, code: str) -> HttpResponse:
    return _to_card(code, _area(request)[0].code)


@act(_to_same_card)
def switch_on(request: HttpRequest, code: str, *, seen_at: datetime, effective_from: datetime | None) -> None:
    """The second person switches the draft on; then the plan's page."""
    region, _areas = _area(request)
    services.switch_on(
        actor=actor_of(request), code=code, region_code=region.code, seen_at=seen_at, effective_from=effective_from
    )


def _to_cards(request: HttpRequest, code: str) -> HttpResponse:
    return redirect(f"{reverse('plan_cards')}?region={_area(request)[0].code}")


@act(_to_cards)
def drop_draft(request: HttpRequest, code: str) -> None:
    """The draft is thrown away; then the plan's page."""
    region, _areas = _area(request)
    services.drop_draft(actor=actor_of(request), code=code, region_code=region.code)


@dataclass(frozen=True)
class TaskForm:
    """A task as the form has it; `minutes` by level: its name in the form, in words, and what stands there."""

    minutes: list[tuple[str, str, str]]
    code: str = ""
    who: str = ""
    lifeline: str = ""
    zh: str = ""
    en: str = ""
    source: str = ""
    confidence: str = ""
    check: str = ""
    met_by: str = ""


@dataclass(frozen=True)
class CardForm:
    """A plan as the form has it, one empty task at the end."""

    code: str
    zh: str
    en: str
    needs: list[str]
    reason: str
    withdrawn: bool
    tasks: list[TaskForm]
    seen_at: str = ""


def values_of(card: PlanCard | None, code: str, *, reason: str, withdrawn: bool) -> CardForm:
    """What the form shows: the fields of a card."""
    tasks = [
        TaskForm(
            minutes=_minutes({level: f"{minutes:g}" for level, minutes in task.within_min.items()}),
            check="\n".join(f"{line.zh} | {line.en}" for line in task.check),
            met_by=" ".join(task.met_by),
            **{name: str(getattr(task, name)) for name in WORDS},
        )
        for task in (card.task if card else ())
    ]
    return CardForm(
        code=code,
        zh=card.zh if card else "",
        en=card.en if card else "",
        needs=list(card.needs) if card else [],
        reason=reason,
        withdrawn=withdrawn,
        tasks=[*tasks, TaskForm(_minutes({}))],
    )


def _minutes(found: Mapping[str, str]) -> list[tuple[str, str, str]]:
    names = [(level.name.lower(), str(LEVEL_NAMES[level])) for level in LEVELS]
    return [(level, name, found.get(level, "")) for level, name in names]


def form_of(form: QueryDict, code: str) -> CardForm:
    """The same from what was posted; a task that is marked to be left out, or has no code, is none."""
    rows = min(int(form.get("rows") or 0), 100) if (form.get("rows") or "0").isdigit() else 0
    tasks = [
        TaskForm(
            minutes=_minutes({level.name.lower(): form.get(f"{number}-{level.name.lower()}", "").strip() for level in LEVELS}),
            check=form.get(f"{number}-check", ""),
            met_by=form.get(f"{number}-met_by", ""),
            **{name: form.get(f"{number}-{name}", "").strip() for name in WORDS},
        )
        for number in range(rows)
        if form.get(f"{number}-code", "").strip() and not form.get(f"{number}-left-out")
    ]
    return CardForm(
        code=code,
        zh=form.get("zh", "").strip(),
        en=form.get("en", "").strip(),
        needs=form.getlist("needs"),
        reason=form.get("reason", "").strip(),
        withdrawn="withdrawn" in form,
        tasks=[*tasks, TaskForm(_minutes({}))],
        seen_at=form.get("seen_at", ""),
    )


def content_of(form: CardForm) -> dict[str, object]:
    """In the form of `plans.toml`; FormRefused for a number that is none."""
    return {
        "code": form.code,
        "zh": form.zh,
        "en": form.en,
        "needs": form.needs,
        "task": [
            {
                **{name: getattr(task, name) for name in WORDS},
                "within_min": {level: read_value(float, level, minutes) for level, _name, minutes in task.minutes if minutes},
                "check": [_said(line) for line in task.check.splitlines() if line.strip()],
                "met_by": task.met_by.split(),
            }
            for task in form.tasks
            if task.code
        ],
    }


def _said(line: str) -> dict[str, str]:
    zh, _bar, en = line.partition("|")
    return {"zh": zh.strip(), "en": en.strip()}


def _save(request: HttpRequest, region_code: str, form: CardForm) -> bool:
    with Attempt(request) as attempt:
        services.save_draft(
            actor=actor_of(request),
            region_code=region_code,
            content=content_of(form),
            reason=form.reason,
            withdrawn=form.withdrawn,
            seen_at=read_value(datetime, "seen_at", form.seen_at) if form.seen_at else None,
        )
        messages.success(request, _("The draft is kept: another person switches it on."))
    return attempt.done


def _area(request: HttpRequest) -> "tuple[Region, list[Region]]":
    """The area that is looked at, one of the user's, and what there is to choose from."""
    areas = list(queries.areas_of(request.user))
    if not areas:
        raise NotAllowed(_("Your roles do not show you response plans."))
    wanted = request.GET.get("region", "")
    found = [area for area in areas if area.code == wanted] if wanted else [_first(request, areas)]
    if not found:
        raise Http404(_("There is no such area, or your rights do not reach it."))
    return found[0], areas


def _first(request: HttpRequest, areas: "list[Region]") -> "Region":
    editable = regions_within(request.user, rights.PLANS).order_by("code").first()
    return editable or areas[0]


def _to_card(code: str, region_code: str) -> HttpResponse:
    return redirect(f"{reverse('plan_card', args=[code])}?region={region_code}")


def _no_plan() -> HttpResponse:
    raise Http404(_("There is no such plan."))
