"""The list of cases and the page of one."""

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.case_page.shown.groups import GROUPS
from tocsin.command.case_page.shown.overview import CaseRow
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries.standing import next_clocks
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OPEN_STATES
from tocsin.command.casebook.shown.cases import STATE_NAMES, describe_case
from tocsin.command.casebook.shown.clocks import describe_clock
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.maps import LEVEL_SHAPES, ListMap, MapPoint
from tocsin.screens.lists.page import list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.screens.words import LEVEL_NAMES

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
TABLE = (
    Column("number", gettext_lazy("Number"), order="number", falling=True, fixed=True),
    Column("level", gettext_lazy("Level"), order="level", falling=True),
    Column("title", gettext_lazy("What was measured")),
    Column("place", gettext_lazy("Place")),
    Column("alarms", gettext_lazy("Alarms"), number=True),
    Column("state", gettext_lazy("State")),
    Column("due", gettext_lazy("Next due")),
    Column("cause", gettext_lazy("Possible cause")),
    Column("opened", gettext_lazy("Opened"), order="opened_at", falling=True),
)
EMPTY = EmptyState(
    gettext_lazy("A case opens when the cause of an alarm has been looked for, or when somebody takes an event in."),
    link=gettext_lazy("Take a case in"),
    to="new_case",
    may="may_take_in",
    over="state=all",
)


@dataclass(frozen=True)
class Filters:
    """Which cases are listed."""

    state: str = "open"
    level: Literal["", "1", "2", "3", "4"] = ""
    search: str = ""


@never_cache
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The list, as a page or as its `rows` for htmx."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))
    asked = read_filters(Filters, request.GET)
    chosen = Filters(asked.state if asked.state in dict(STATE_CHOICES) else "open", asked.level, asked.search)
    level = int(chosen.level) if chosen.level else None
    searched = queries.search_cases(request.user, state=chosen.state, level=level, search=chosen.search)
    found = queries.CaseList(ordered(request, searched, TABLE))
    context = {
        "may_take_in": may_anywhere(request.user, rights.HANDLE),
        "sees_alarms": may_anywhere(request.user, "alarms.see"),
        "chosen": chosen,
        "states": STATE_CHOICES,
        "levels": [(str(one.value), LEVEL_NAMES[one.value]) for one in sorted(AlarmLevel, reverse=True) if one],
    }
    if wants_csv(request):
        return as_csv("cases", CSV_COLUMNS, map(describe_case, found[:MOST_IN_A_FILE]))
    return list_page(
        request,
        found,
        "command/case_page/cases.html",
        empty=EMPTY,
        describe_page=_rows,
        context=context,
        table=TABLE,
        groups=GROUPS,
        places=ListMap(_points),
    )


def _points(rows: list[Case]) -> list[MapPoint]:
    return [
        MapPoint(
            *(one.lon, one.lat, f"{one.number} {one.title}", " · ".join(filter(None, (one.place, one.state_name)))),
            reverse("case", args=[one.number]),
            LEVEL_SHAPES.get(one.level, "plain"),
        )
        for one in map(describe_case, rows)
    ]


def _rows(shown: list[Case]) -> list[CaseRow]:
    now = current_time()
    due = next_clocks(one.pk for one in shown)
    alarms = queries.count_alarms(one.pk for one in shown)
    return [
        CaseRow(
            **dict(describe_case(one)),
            alarms=alarms.get(one.pk, 0),
            next_clock=describe_clock(due[one.pk], now) if one.pk in due else None,
        )
        for one in shown
    ]
