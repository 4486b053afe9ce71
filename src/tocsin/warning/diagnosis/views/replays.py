"""Past alarms judged again with edited causes: the list of runs with the form, one run, and switching on."""

from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere, region_prefixes, regions_within
from tocsin.warning.alarms import queries
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.shown.alarms import alarm_words
from tocsin.warning.diagnosis.models import ReplayRun
from tocsin.warning.diagnosis.queries import replays as queries_replays
from tocsin.warning.diagnosis.queries.template_sets import text_of
from tocsin.warning.diagnosis.rules import PERMISSION_REPLAY, PERMISSION_SWITCH
from tocsin.warning.diagnosis.services import replays as services
from tocsin.warning.diagnosis.services.replays import MOST_ALARMS
from tocsin.warning.diagnosis.shown.replays import changes_of_text, describe_replay
from tocsin.warning.diagnosis.views.hit_rates import SPANS

PAGE_SIZE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replays(request: HttpRequest) -> HttpResponse:
    """The runs so far and the form for a new one, which a POST begins; a refusal leaves the form as it was filled."""
    if not may_anywhere(request.user, PERMISSION_REPLAY):
        raise NotAllowed(_("Your roles do not let you replay alarms."))
    given = request.POST if request.method == "POST" else request.GET
    regions = _regions(request)
    alarm = _alarm(request, given.get("alarm", ""))
    region = alarm.region_code if alarm else given.get("region", "")
    if alarm is None and region not in dict(regions):
        region = regions[0][0]
    days = given.get("days", "30")
    days = days if days in dict(SPANS) else "30"
    text, error = None, ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        since = settings.CONFIGURATION.clock.now() - timedelta(days=int(days)) if days else None
        try:
            run = services.start_replay(
                actor=cast("Any", request.user),
                region_code=region,
                text=text,
                since=since,
                alarm_id=alarm.pk if alarm else None,
            )
        except Refusal as refusal:
            error = str(refusal)
        else:
            return redirect("replay", run.pk)
    in_force = queries.causes_in_force(region)
    context = {
        "regions": regions,
        "chosen": {"region": region, "days": days},
        "spans": SPANS,
        "alarm": {"id": alarm.pk, **alarm_words(alarm)} if alarm else None,
        "text": text_of(in_force) if text is None else text,
        "error": error,
        "most": MOST_ALARMS,
        "in_force": in_force,
        "may_switch": may(request.user, PERMISSION_SWITCH, region),
        "sets": queries.visible_causes(request.user)[:PAGE_SIZE],
        "page": Paginator(queries_replays.visible_replays(request.user).defer("text"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "warning/diagnosis/replays.html", context, status=400 if error else 200)


@never_cache
@require_safe
def replay(request: HttpRequest, replay_id: UUID) -> HttpResponse:
    """One run: its progress and, when it is over, what the edited causes change; `results` alone for htmx."""
    run = _run(request, replay_id)
    in_force = queries.causes_in_force(run.region_code)
    context = {
        "run": run,
        "replay": describe_replay(run),
        "changes": changes_of_text(run),
        "is_in_force": in_force is not None and in_force.text == run.text,
        "is_stale": in_force != run.before,
        "may_switch": may(request.user, PERMISSION_SWITCH, run.region_code),
    }
    page = "warning/diagnosis/replay.html"
    return render(request, f"{page}#results" if getattr(request, "htmx", False) else page, context)


@require_POST
def switch(request: HttpRequest, replay_id: UUID) -> HttpResponse:
    """Puts the edited causes of a run in force; a refusal is told on its page."""
    run = _run(request, replay_id)
    try:
        services.switch_causes(actor=cast("Any", request.user), run_id=replay_id, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("replay", replay_id)
    messages.success(request, _("These causes are in force."))
    return redirect(f"{reverse('replays')}?{urlencode({'region': run.region_code})}")


@require_POST
def switch_back(request: HttpRequest) -> HttpResponse:
    """Puts the causes of the program in force again."""
    region = request.POST.get("region", "")
    reason = request.POST.get("reason", "").strip() or _("back to the causes of the program")
    try:
        services.switch_causes_back(actor=cast("Any", request.user), region_code=region, reason=reason)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The causes of the program are in force."))
    return redirect(f"{reverse('replays')}?{urlencode({'region': region})}")


def _run(request: HttpRequest, replay_id: UUID) -> ReplayRun:
    try:
        return queries_replays.visible_replays(request.user).get(pk=replay_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such replay, or your rights do not reach it.")) from None


def _alarm(request: HttpRequest, identity: str) -> Alarm | None:
    """The alarm that alone is to be replayed; None where none is named."""
    if not identity:
        return None
    try:
        return queries.visible_alarm(request.user, UUID(identity))
    except (ObjectDoesNotExist, ValueError):
        raise Http404(_("There is no such alarm, or your rights do not reach it.")) from None


def _regions(request: HttpRequest) -> list[tuple[str, str]]:
    """Where the person may replay, the widest first; the whole installation where that is everywhere."""
    regions = [(one.code, f"{one} {one.code}") for one in regions_within(request.user, PERMISSION_REPLAY)]
    regions.sort(key=lambda one: (len(one[0].rstrip("0")), one[0]))
    everywhere = [(EVERYWHERE, _("The whole installation"))] if "" in region_prefixes(request.user, PERMISSION_REPLAY) else []
    return everywhere + regions
