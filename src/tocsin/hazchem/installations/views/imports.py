"""Plants from workbooks: the file is given, its rows are looked at, then taken over or dropped."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.hazchem.installations.models import PlantImport
from tocsin.hazchem.installations.queries.imports import own_imports
from tocsin.hazchem.installations.rules.workbook import COLUMNS, NEEDED, TITLES, ImportVerdict, PlantSheet
from tocsin.hazchem.installations.services import importing
from tocsin.hazchem.installations.shown import imports as told
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.requests import claim
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_form
from tocsin.screens.lists import list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.face import visible_objects
from tocsin.supervision.objects.rules import rights

PAGE_SIZE = 100
SHOWN = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLES: dict[PlantSheet, tuple[str, ...]] = {
    PlantSheet.UNITS: ("", "液氯罐区", "储存单元", "罐区", "60", "120.41", "36.16", "", "", "2026-03-01"),
    PlantSheet.EQUIPMENT: ("", "液氯罐区", "V-101", "液氯储罐", "压力容器", "卧式", "50", "3", "是", "北围堰", "", "", ""),
    PlantSheet.SUBSTANCES: ("", "液氯罐区", "V-101", "液氯", "50", "7782-50-5", "", "", "", "1400"),
    PlantSheet.POINTS: ("", "液氯罐区", "V-101", "LT-101", "液位", "tank-7/level", "0.3", "0.45", "2.5", "2.7"),
    PlantSheet.JOINTS: ("", "液氯罐区", "V-101", "", "V-102", "XV-101", "有"),
}


@dataclass(frozen=True)
class OwnFirm:
    """Whose rows are without a credit code."""

    object: UUID | None = None


@dataclass(frozen=True)
class Leave:
    """Whether wrong rows are left out."""

    leave_wrong: bool = False


@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Takes a workbook in, and lists those that the reader gave."""
    if not any(may_anywhere(request.user, one) for one in (rights.OWN, rights.MANAGE)):
        raise NotAllowed(_("Your roles do not let you keep plants."))
    if request.method == "POST":
        with Attempt(request):
            return redirect("plant_import", _preview(request).pk)
    context = {
        "imports": [told.describe_import(one) for one in own_imports(actor_of(request))[:SHOWN]],
        "firms": list(visible_objects(request.user).filter(kind__in=("enterprise", "site"))[:2]),
        "sheets": [
            (TITLES[sheet][0], [(name, " / ".join(words), name in NEEDED[sheet]) for name, words in columns.items()])
            for sheet, columns in COLUMNS.items()
        ],
    }
    return render(request, "hazchem/installations/imports.html", context)


@never_cache
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """A workbook with all sheets, their headings and an example, to be filled."""
    from openpyxl import Workbook  # a fifth of a second of every start, and few come here

    claim()
    book = Workbook(write_only=True)
    for sheet, columns in COLUMNS.items():
        page = book.create_sheet(TITLES[sheet][0])
        page.append([f"{words[0]}*" if name in NEEDED[sheet] else words[0] for name, words in columns.items()])
        page.append(list(EXAMPLES[sheet]))
    content = BytesIO()
    book.save(content)
    response = HttpResponse(content.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="plant-template.xlsx"'
    return response


@never_cache
@require_GET
def plant_import(request: HttpRequest, plant_import_id: UUID) -> HttpResponse:
    """One workbook, row by row, what is wrong first; `?format=csv` gives the wrong rows."""
    made = own_imports(actor_of(request)).get(pk=plant_import_id)
    waiting = made.taken_at is None and made.dropped_at is None
    if waiting:
        claim()
    rows = importing.judged(actor=actor_of(request), made=made) if waiting else []
    if wants_csv(request):
        wrong = [told.describe_row(row) for row in rows if row.verdict is ImportVerdict.WRONG]
        lines = [
            {"sheet": one.sheet_name, "line": one.line, "name": one.name}
            | {"wrong": [f"{each.column}: {each.text}" for each in one.problems]}
            for one in wrong
        ]
        heads = {"sheet": _("Sheet"), "line": _("Row"), "name": _("Unit and tag"), "wrong": _("What is wrong")}
        return as_csv("wrong-rows", heads, lines)
    verdicts = [row.verdict for row in rows]
    order = list(ImportVerdict)
    rows.sort(key=lambda row: order.index(row.verdict))
    context = {
        "made": told.describe_import(made),
        "waiting": waiting,
        "counts": [(told.VERDICT_COLOURS[one], name, verdicts.count(one)) for one, name in told.VERDICT_NAMES.items()],
        "taken": [(name, made.counts.get(one.value, 0)) for one, name in told.VERDICT_NAMES.items()],
        "wrong": verdicts.count(ImportVerdict.WRONG),
        "to_write": verdicts.count(ImportVerdict.NEW) + verdicts.count(ImportVerdict.CHANGED),
    }
    page = "hazchem/installations/import.html"
    return list_page(request, rows, page, part="", describe=told.describe_row, context=context, per_page=PAGE_SIZE)


@never_cache
@require_POST
def act_on_import(request: HttpRequest, plant_import_id: UUID, name: str) -> HttpResponse:
    """`take` writes what is right; `drop` forgets the file."""
    now = current_time()
    with Attempt(request):
        match name:
            case "take":
                leave = read_form(Leave, request.POST).leave_wrong
                importing.take_plants(actor=actor_of(request), import_id=plant_import_id, leave_wrong=leave, now=now)
                messages.success(request, _("The workbook is taken over, its units are graded."))
            case "drop":
                importing.drop_plants(actor=actor_of(request), import_id=plant_import_id, now=now)
                return redirect("plant_imports")
            case _:
                raise Http404
    return redirect("plant_import", plant_import_id)


def _preview(request: HttpRequest) -> PlantImport:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Choose a file."))
    wanted, content, name = read_form(OwnFirm, request.POST), file.read(), file.name or ""
    return importing.preview_plants(
        actor=actor_of(request), object_id=wanted.object, file_name=name, content=content, now=current_time()
    )
