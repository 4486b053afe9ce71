"""Bodies from a file, and population grids: given, looked at, taken over or dropped."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.atlas.exposure.models import BodyTable
from tocsin.atlas.exposure.queries.bodies import KEEP, visible_grids, visible_tables
from tocsin.atlas.exposure.rules import BodyVerdict
from tocsin.atlas.exposure.services import grids as grid_services
from tocsin.atlas.exposure.services import tables as services
from tocsin.atlas.exposure.shown.bodies import VERDICT_NAMES, describe_grid, describe_import, describe_row
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv

EXAMPLE = {
    "编码": "示例-1",
    "类型": "学校",
    "名称": "示例：第一小学",
    "经度": "120.42",
    "纬度": "36.16",
    "学生人数": "900",
    "职工人数": "60",
}


@dataclass(frozen=True)
class Region:
    """Whose register the file is for."""

    region_code: Line = ""


@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Takes a file in, and lists those that were; `?format=csv` is an empty table to be filled."""
    if not may_anywhere(request.user, KEEP):
        raise NotAllowed(_("Your roles do not let you keep exposed bodies."))
    if request.method == "POST" and (made := _preview(request)) is not None:
        return redirect("body_import", made.pk)
    headings = services.headings()
    if wants_csv(request):
        return as_csv("exposed-bodies-template", [words[0] for words in headings.values()], [EXAMPLE])
    context = {
        "imports": [describe_import(one) for one in visible_tables(request.user)[:50]],
        "grids": [describe_grid(one, current_time()) for one in visible_grids(request.user)[:50]],
        "regions": regions_within(request.user, KEEP),
        "headings": [(name, " / ".join(words), name in services.NEEDED) for name, words in headings.items()],
    }
    return render(request, "atlas/exposure/tables.html", context)


@never_cache
@require_GET
def body_import(request: HttpRequest, body_table_id: UUID) -> HttpResponse:
    """One file, row by row, what is wrong first; `?format=csv` gives the wrong rows to be mended."""
    made = visible_tables(request.user).get(pk=body_table_id)
    told, headings = describe_import(made), services.headings()
    rows = services.judged_rows(made, current_time()) if told.state == "waiting" else []
    shown = [describe_row(one.line, one.verdict, one.cells, one.problems, headings) for one in rows]
    if wants_csv(request):
        heading = _("What is wrong")
        lines = (
            {
                **{words[0]: one.cells.get(name, "") for name, words in headings.items()},
                heading: "; ".join(f"{each.column}: {each.text}" for each in one.problems),
            }
            for one in shown
            if one.verdict is BodyVerdict.WRONG
        )
        return as_csv("wrong-rows", [*(words[0] for words in headings.values()), heading], lines)
    order = list(BodyVerdict)
    shown.sort(key=lambda one: (order.index(one.verdict), one.line))
    verdicts = [one.verdict.value for one in shown]
    counts = [
        (one.value, name, made.counts.get(one.value, 0) or verdicts.count(one.value)) for one, name in VERDICT_NAMES.items()
    ]
    context = {
        "one": told,
        "counts": counts,
        "wrong": verdicts.count("wrong"),
        "to_write": verdicts.count("new") + verdicts.count("changed"),
    }
    return list_page(
        request, shown, "atlas/exposure/table.html", part="", describe=lambda row: row, context=context, per_page=100
    )


def _take(actor: Actor, table_id: UUID, *, leave_wrong: bool) -> str:
    services.take_bodies(actor=actor, table_id=table_id, leave_wrong=leave_wrong, now=current_time())
    return _("The rows are in the register.")


def _drop(actor: Actor, table_id: UUID) -> None:
    services.drop_bodies(actor=actor, table_id=table_id, now=current_time())


ACTS: dict[str, Act] = {"take": _take, "drop": _drop}


@never_cache
@require_POST
def act(request: HttpRequest, body_table_id: UUID, name: str) -> HttpResponse:
    """Takes the rows over or drops the file."""
    perform_and_tell(request, ACTS, name, actor_of(request), body_table_id)
    return redirect("body_import", body_table_id)


@never_cache
@one_act("body_imports", alone=True)
def take_grid(request: HttpRequest, *, region_code: Line, source: Line, figures_on: date | None) -> str:
    """Puts a population grid in force."""
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Choose a file."))
    made = grid_services.take_grid(
        actor=actor_of(request),
        region_code=region_code,
        file_name=file.name or "",
        content=file.read(),
        source=source,
        figures_on=figures_on,
        now=current_time(),
    )
    return _("The grid is in force: %(cells)s cells.") % {"cells": made.cells}


@never_cache
@one_act("body_imports", alone=True)
def grid_from_bodies(request: HttpRequest, *, region_code: Line) -> str:
    """Makes a region's grid from its bodies."""
    made = grid_services.grid_from_bodies(actor=actor_of(request), region_code=region_code, now=current_time())
    return _("The grid is in force: %(cells)s cells.") % {"cells": made.cells}


def _preview(request: HttpRequest) -> BodyTable | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        return services.preview_bodies(
            actor=actor_of(request),
            region_code=read_form(Region, request.POST).region_code,
            file_name=file.name or "",
            content=file.read(),
            now=current_time(),
        )
    return None
