"""The list of cases and the page of one."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command import queries
from tocsin.command.descriptions import STATE_NAMES, describe_case, describe_change, describe_member, describe_proposal
from tocsin.command.descriptions.handling import describe_clock
from tocsin.command.queries.handling import next_clocks
from tocsin.command.rules import rights
from tocsin.command.rules.cases import OPEN_STATES, CaseState
from tocsin.command.views.files import files_context
from tocsin.command.views.handling import handling_context
from tocsin.command.views.notices import notices_context
from tocsin.command.views.orders import orders_context
from tocsin.command.views.plans import plan_context
from tocsin.command.views.reports import reports_context
from tocsin.command.views.tables import as_csv
from tocsin.command.views.telephone import telephone_context
from tocsin.jurisdiction.queries import may, may_anywhere
from tocsin.warning.descriptions import describe_diagnosis, describe_shown
from tocsin.warning.queries import newest_diagnosis, shown_of
from tocsin.warning.rules import PERMISSION_DIAGNOSIS, told_percent
from tocsin.warning.sentences import LEVEL_NAMES
from tocsin.warning.services import note_shown

PAGE_SIZE = 50
MOST_IN_A_FILE = 10_000
CSV_COLUMNS = (
    "number",
    "title",
    "place",
    "state_name",
    "scale",
    "level_name",
    "origin_name",
    "region_code",
    "begun_at",
    "opened_at",
    "closed_at",
    "drill",
    "merged_into",
)
SHOWN_PROBABILITY = 0.02
STATE_CHOICES = (
    ("open", gettext_lazy("Open")),
    ("waiting", gettext_lazy("Waiting for analysis")),
    ("analysing", gettext_lazy("In analysis")),
    *((state.value, STATE_NAMES[state]) for state in OPEN_STATES[2:]),
    ("closed", gettext_lazy("Closed")),
    ("merged", gettext_lazy("Merged")),
    ("all", gettext_lazy("All")),
)


@never_cache
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The list, as a page or as its `rows` for htmx."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))
    state, level = request.GET.get("state", "open"), request.GET.get("level", "")
    chosen = {
        "state": state if state in dict(STATE_CHOICES) else "open",
        "level": level if level in ("1", "2", "3", "4") else "",
        "search": request.GET.get("search", "")[:100],
    }
    found = queries.search_cases(
        request.user,
        state=chosen["state"],
        level=int(chosen["level"]) if chosen["level"] else None,
        search=chosen["search"],
    )
    if request.GET.get("format") == "csv":
        return as_csv("cases", CSV_COLUMNS, (describe_case(one) for one in queries.CaseList(found)[:MOST_IN_A_FILE]))
    page: Any = Paginator(queries.CaseList(found), PAGE_SIZE).get_page(request.GET.get("page"))
    now = settings.CONFIGURATION.clock.now()
    due = next_clocks(one.pk for one in page)
    alarms = queries.count_alarms(one.pk for one in page)
    context = {
        "page": page,
        "rows": [
            {
                **describe_case(one),
                "class": _class(one.level),
                "alarms": alarms.get(one.pk, 0),
                "next_clock": describe_clock(due[one.pk], now) if one.pk in due else None,
            }
            for one in page
        ],
        "may_take_in": may_anywhere(request.user, rights.HANDLE),
        "chosen": chosen,
        "states": STATE_CHOICES,
        "levels": [(str(one.value), LEVEL_NAMES[one.value]) for one in sorted(AlarmLevel, reverse=True) if one],
    }
    return render(request, "command/cases.html#rows" if getattr(request, "htmx", False) else "command/cases.html", context)


@never_cache
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case by its number. A number that was merged leads on to the case in which the matter goes on."""
    try:
        found = queries.case_of_number(request.user, number)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such case, or your rights do not reach it.")) from None
    if found.number != number:
        return redirect("case", found.number)
    return render(request, "command/case.html", case_context(request.user, found))


def case_context(user: Any, found: Any, error: str = "") -> dict[str, Any]:
    """Everything that `case.html` names."""
    members = [{**describe_member(row, found.lead_id), "class": _class(row.alarm.level)} for row in queries.members_of(found)]
    sees_diagnosis = may(user, PERMISSION_DIAGNOSIS, found.region_code)
    diagnosis = newest_diagnosis(user, found.lead_id) if sees_diagnosis and found.lead_id else None
    hypotheses = _hypotheses(diagnosis)
    if diagnosis:
        shown = {"id": diagnosis.pk, "hypotheses": hypotheses}
        note_shown(person=user, alarm_id=found.lead_id, diagnosis=shown, story="", channel="case")
    may_handle = may(user, rights.HANDLE, found.region_code) and found.state != CaseState.MERGED
    others = queries.search_cases(user).filter(region_code=found.region_code).exclude(pk=found.pk)[:100] if may_handle else ()
    return {
        "case": {**describe_case(found), "class": _class(found.level)},
        "aliases": queries.aliases_of(found),
        "members": members,
        "changes": _time_line(found, with_shown=sees_diagnosis),
        "proposals": [describe_proposal(one) for one in queries.open_proposals(found)],
        "may_see_diagnosis": sees_diagnosis,
        "hypotheses": hypotheses,
        "diagnosed_at": diagnosis.at if diagnosis else None,
        "may_handle": may_handle,
        "others": [describe_case(one) for one in others],
        "error": error,
        **handling_context(user, found),
        **plan_context(user, found),
        **reports_context(user, found),
        **telephone_context(user, found),
        **orders_context(user, found),
        **notices_context(user, found),
        **files_context(found),
        "drill": found.drill.name if found.drill else "",
    }


def _time_line(found: Any, *, with_shown: bool) -> list[dict[str, Any]]:
    """What happened to the case and, for those who may see diagnoses, what of them was shown to whom; newest first."""
    lines = [describe_change(one) for one in queries.time_line_of(found)]
    if with_shown:
        alarm_ids = queries.members_of(found).values_list("alarm_id", flat=True)
        lines += [{**line, "actor": line["where"]} for line in map(describe_shown, shown_of(alarm_ids))]
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def _hypotheses(diagnosis: Any) -> list[dict[str, Any]]:
    if diagnosis is None:
        return []
    found = describe_diagnosis(diagnosis)["hypotheses"]
    return [{**one, "percent": told_percent(one["probability"])} for one in found if one["probability"] >= SHOWN_PROBABILITY]


def _class(level: int) -> str:
    return AlarmLevel(level).name.lower()
