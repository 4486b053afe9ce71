"""Items from a spreadsheet: the file is given, its rows are looked at, then taken over or dropped."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supplies.catalogue.models import CatalogueTable
from tocsin.supplies.catalogue.queries.items import visible_imports
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.tables import HEADINGS, NEEDED, RowVerdict
from tocsin.supplies.catalogue.services import tables as services
from tocsin.supplies.catalogue.shown.tables import VERDICT_NAMES, describe_import, describe_row


@dataclass(frozen=True)
class Region:
    """Whose catalogue the file is for."""

    region_code: Line = ""


EXAMPLE = {"名称": "示例：棉被", "国标编码": "1010203", "类别": "基本生活保障", "计量单位": "床", "折合件数": "1", "保质期": "72"}


@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Takes a file in, and lists those that were; `?format=csv` is an empty table to be filled."""
    if not may_anywhere(request.user, rights.LEAD):
        raise NotAllowed(_("Your roles do not let you keep the catalogue of supplies."))
    if request.method == "POST" and (made := _preview(request)) is not None:
        return redirect("supply_item_import", made.pk)
    if wants_csv(request):
        return as_csv("supplies-template", [words[0] for words in HEADINGS.values()], [EXAMPLE])
    context = {
        "imports": [describe_import(one) for one in visible_imports(request.user).select_related("by")[:50]],
        "regions": regions_within(request.user, rights.LEAD),
        "headings": [(name, " / ".join(words), name in NEEDED) for name, words in HEADINGS.items()],
    }
    return render(request, "supplies/catalogue/tables.html", context)


@never_cache
@require_GET
def item_import(request: HttpRequest, table_id: UUID) -> HttpResponse:
    """One file, row by row, what is wrong first; `?format=csv` gives the wrong rows to be mended."""
    made = visible_imports(request.user).select_related("by").get(pk=table_id)
    told = describe_import(made)
    rows = services.judged_rows(made) if told.state == "waiting" else []
    shown = [describe_row(one.line, one.verdict, one.cells, one.problems) for one in rows]
    if wants_csv(request):
        wrong = [one for one in shown if one.verdict is RowVerdict.WRONG]
        heading = _("What is wrong")
        lines = (
            {
                **{words[0]: one.cells.get(name, "") for name, words in HEADINGS.items()},
                heading: "; ".join(f"{each.column}: {each.text}" for each in one.problems),
            }
            for one in wrong
        )
        return as_csv("wrong-rows", [*(words[0] for words in HEADINGS.values()), heading], lines)
    order = list(RowVerdict)
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
        request, shown, "supplies/catalogue/table.html", part="", describe=lambda row: row, context=context, per_page=100
    )


def _take(actor: Actor, table_id: UUID, *, leave_wrong: bool) -> str:
    services.take_items(actor=actor, table_id=table_id, leave_wrong=leave_wrong, now=current_time())
    return _("The rows are in the catalogue.")


def _drop(actor: Actor, table_id: UUID) -> None:
    services.drop_items(actor=actor, table_id=table_id, now=current_time())


ACTS: dict[str, Act] = {"take": _take, "drop": _drop}


@never_cache
@require_POST
def act(request: HttpRequest, table_id: UUID, name: str) -> HttpResponse:
    """Takes the rows over or drops the file."""
    perform_and_tell(request, ACTS, name, actor_of(request), table_id)
    return redirect("supply_item_import", table_id)


def _preview(request: HttpRequest) -> CatalogueTable | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        return services.preview_items(
            actor=actor_of(request),
            region_code=read_form(Region, request.POST).region_code,
            file_name=file.name or "",
            content=file.read(),
            now=current_time(),
        )
    return None
