"""The list of drills with a form for a new one, and the page of one drill: script, cases, evaluation."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.command.casebook.models import Drill
from tocsin.command.casebook.rules import rights
from tocsin.command.drills import queries, services
from tocsin.command.drills import shown as told
from tocsin.command.drills.policy import DRILLS
from tocsin.command.guidance.shown import said
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import fields_of
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv

COLUMNS = ("name", "region_code", "state_name", "made_by", "made_at", "began_at", "ended_at", "cases", "remarks")


@never_cache
@require_http_methods(["GET", "POST"])
def drills(request: HttpRequest) -> HttpResponse:
    """The list; whoever may run drills makes one here."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you drills."))
    if request.method == "POST":
        with Attempt(request):
            return redirect("drill", _make(request, **fields_of(_make, request.POST)).pk)
    if wants_csv(request):
        return as_csv("drills", COLUMNS, map(told.describe_drill, queries.visible_drills(request.user)))
    may_run = may_anywhere(request.user, rights.DRILLS)
    scripts = DRILLS.current()
    chosen = next((one for one in scripts if one.code == request.GET.get("script")), scripts[0])
    context = {
        "drills": [told.describe_drill(one) for one in queries.visible_drills(request.user)[:200]],
        "may_run": may_run,
        "regions": regions_within(request.user, rights.DRILLS) if may_run else (),
        "organisations": visible_organisations(request.user) if may_run else (),
        "scripts": [(one.code, said(one.words)) for one in scripts],
        "chosen": chosen.code,
        "form": {
            "name": request.POST.get("name", said(chosen.words)),
            "script": request.POST.get("script", _as_text(chosen.told(get_language() or "zh"))),
            "people": request.POST.get("people", ""),
        },
        "opened": request.method == "POST" or "script" in request.GET,
    }
    return render(request, "command/drills/drills.html", context)


@never_cache
@require_GET
def drill(request: HttpRequest, drill_id: UUID) -> HttpResponse:
    """One drill."""
    found = _visible(request, drill_id)
    steps = queries.evaluation_of(found, now=current_time())
    one = told.describe_whole(found, list(queries.acts_of(found)), queries.cases_of(found), steps)
    context = {
        "one": one,
        "percent_in_time": None if one.share_in_time is None else round(100 * one.share_in_time),
        "named": visible_organisations(request.user).filter(pk__in=found.recipients.get("organisations", [])),
        "people_named": len(found.recipients.get("people", [])),
        "may_run": may(request.user, rights.DRILLS, found.region_code),
        "drill": found.name,
    }
    return render(request, "command/drills/drill.html", context)


def _begin(actor: Actor, drill_id: UUID) -> None:
    services.begin_drill(actor=actor, drill_id=drill_id)


def _end(actor: Actor, drill_id: UUID) -> None:
    services.end_drill(actor=actor, drill_id=drill_id)


def _remark(actor: Actor, drill_id: UUID, *, text: str) -> None:
    services.write_remarks(actor=actor, drill_id=drill_id, text=text)


ACTS: dict[str, Act] = {"begin": _begin, "end": _end, "remarks": _remark}


@require_POST
def act(request: HttpRequest, drill_id: UUID, name: str) -> HttpResponse:
    """Begins or ends it, or keeps what the evaluation says in words."""
    _visible(request, drill_id)
    perform_and_tell(request, ACTS, name, actor_of(request), drill_id)
    return redirect("drill", drill_id)


def _make(request: HttpRequest, *, region_code: str, name: str, script: str, organisations: list[UUID], people: str) -> Drill:
    acts = read_json(script)
    if not isinstance(acts, list):
        raise InvalidInput(_("The form can't be read."))
    return services.make_drill(
        actor=actor_of(request),
        region_code=region_code,
        name=name,
        script=acts,
        organisation_ids=organisations,
        usernames=people.split(),
    )


def _as_text(acts: list[dict[str, object]]) -> str:
    """One act a line, so that people can edit it."""
    return "[\n" + ",\n".join(f"  {json.dumps(act, ensure_ascii=False)}" for act in acts) + "\n]"


def _visible(request: HttpRequest, drill_id: UUID) -> Drill:
    return queries.visible_drills(request.user).get(pk=drill_id)
