"""Past alarms judged again with edited causes: the list of runs with the form, one run, and switching on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere, region_prefixes, regions_within
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.page import page_or_part
from tocsin.screens.request import actor_of
from tocsin.warning.alarms.queries.alarms import visible_alarm
from tocsin.warning.alarms.shown.alarms import AlarmWords
from tocsin.warning.diagnosis.models import ReplayRun
from tocsin.warning.diagnosis.queries.replays import causes_in_force, visible_causes, visible_replays
from tocsin.warning.diagnosis.queries.template_sets import text_of
from tocsin.warning.diagnosis.rules import PERMISSION_REPLAY, PERMISSION_SWITCH
from tocsin.warning.diagnosis.services import replays as services
from tocsin.warning.diagnosis.services.replays import MOST_ALARMS
from tocsin.warning.diagnosis.shown.replays import changes_of_text, describe_replay
from tocsin.warning.diagnosis.views.hit_rates import SPANS

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

PAGE_SIZE = 20


@dataclass(frozen=True)
class Wanted:
    """What is to be judged again: one alarm, or those of a region and a time."""

    alarm: UUID | None = None
    region: str = ""
    days: Literal["30", "90", "365", ""] = "30"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replays(request: HttpRequest) -> HttpResponse:
    """The runs so far and the form for a new one, which a POST begins; a refusal leaves the form as it was filled."""
    if not may_anywhere(request.user, PERMISSION_REPLAY):
        raise NotAllowed(_("Your roles do not let you replay alarms."))
    given = request.POST if request.method == "POST" else request.GET
    wanted = read_filters(Wanted, given)
    regions = _regions(request)
    alarm = visible_alarm(request.user, wanted.alarm) if wanted.alarm else None
    region = alarm.region_code if alarm else wanted.region
    if alarm is None and region not in dict(regions):
        region = regions[0][0]
    text, attempt = None, Attempt()
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        since = current_time() - timedelta(days=int(wanted.days)) if wanted.days else None
        with attempt:
            run = services.start_replay(
                actor=actor_of(request),
                region_code=region,
                text=text,
                since=since,
                alarm_id=alarm.pk if alarm else None,
            )
            return redirect("replay", run.pk)
    in_force = causes_in_force(region)
    context = {
        "regions": regions,
        "chosen": {"region": region, "days": wanted.days},
        "spans": SPANS,
        "alarm": {"id": alarm.pk, **dict(AlarmWords.from_orm(alarm))} if alarm else None,
        "text": text_of(in_force) if text is None else text,
        "error": attempt.reason,
        "most": MOST_ALARMS,
        "in_force": in_force,
        "may_switch": may(request.user, PERMISSION_SWITCH, region),
        "sets": visible_causes(request.user)[:PAGE_SIZE],
        "page": Paginator(visible_replays(request.user).defer("text"), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "warning/diagnosis/replays.html", context, status=200 if attempt.done else 400)


@never_cache
@require_safe
def replay(request: HttpRequest, replay_id: UUID) -> HttpResponse:
    """One run: its progress and, when it is over, what the edited causes change; `results` alone for htmx."""
    run = _run(request, replay_id)
    in_force = causes_in_force(run.region_code)
    context = {
        "run": run,
        "replay": describe_replay(run),
        "changes": changes_of_text(run),
        "is_in_force": in_force is not None and in_force.text == run.text,
        "is_stale": in_force != run.before,
        "may_switch": may(request.user, PERMISSION_SWITCH, run.region_code),
    }
    page = "warning/diagnosis/replay.html"
    return page_or_part(request, page, "results", context)


@act("replay")
def switch(request: HttpRequest, replay_id: UUID, *, reason: str) -> HttpResponse:
    """Proposes the edited causes of a run; a refusal is told on its page."""
    _run(request, replay_id)
    return _proposed(request, services.propose_causes(actor=actor_of(request), run_id=replay_id, reason=reason))


def _to_region(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('replays')}?{urlencode({'region': request.POST.get('region', '')})}")


@act(_to_region)
def switch_back(request: HttpRequest, *, region: str, reason: Line) -> HttpResponse:
    """Proposes that the causes of the program are in force again."""
    words = reason or _("back to the causes of the program")
    return _proposed(request, services.propose_causes_back(actor=actor_of(request), region_code=region, reason=words))


def _proposed(request: HttpRequest, row: "PolicyVersion") -> HttpResponse:
    messages.success(request, _("These causes wait for a second person, who confirms or declines them."))
    return redirect("policy_version", row.pk)


def _run(request: HttpRequest, replay_id: UUID) -> ReplayRun:
    return visible_replays(request.user).get(pk=replay_id)


def _regions(request: HttpRequest) -> list[tuple[str, str]]:
    """Where the person may replay, the widest first; the whole installation where that is everywhere."""
    regions = [(one.code, f"{one} {one.code}") for one in regions_within(request.user, PERMISSION_REPLAY)]
    regions.sort(key=lambda one: (len(one[0].rstrip("0")), one[0]))
    everywhere = [(EVERYWHERE, _("The whole installation"))] if "" in region_prefixes(request.user, PERMISSION_REPLAY) else []
    return everywhere + regions
