"""One page for everything that comes as a table: give a file, look at its rows, mend them, take them over, undo it."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.datums import Datum
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.tables import csv_text
from tocsin.records.imports import queries, shown
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportKind, ImportState, ImportVerdict, Row
from tocsin.records.imports.services import giving, taking
from tocsin.records.imports.services.judging import rows_of
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, csv_file, wants_csv, workbook_file

PAGE_SIZE = 100
FORMATS = ("csv", "xlsx")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Given:
    """Whose the rows are, and to which datum their coordinates refer."""

    region_code: Line = ""
    datum: Datum = Datum.CGCS2000


@never_cache
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """What can be imported, and the files that were given."""
    kinds = queries.kinds_for(request.user)
    if not kinds:
        raise NotAllowed(_("Your roles do not let you take tables over."))
    context = {"kinds": [shown.describe_kind(one) for one in kinds]}
    rows = queries.visible_imports(request.user)
    return list_page(request, rows, "records/imports/imports.html", part="", describe=shown.describe_import, context=context)


@never_cache
@require_http_methods(["GET", "POST"])
def import_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Takes a file of one kind in; `?format=csv` and `?format=xlsx` are empty tables to be filled, `?language=en` in English."""
    chosen = queries.kinds().get(kind)
    if chosen is None:
        raise Http404(kind)
    if not queries.may_give(request.user, chosen):
        raise NotAllowed(_("Your roles do not let you take such tables over."))
    if request.method == "POST" and (made := _give(request, chosen)) is not None:
        return redirect("table_import", made.pk)
    if request.GET.get("format") in FORMATS:
        return _empty_table(request, chosen)
    context = {
        "kind": shown.describe_kind(chosen),
        "page_name": chosen.page,
        "regions": queries.regions_for(request.user, chosen),
        "datums": shown.DATUM_NAMES.items(),
        "accept": ", ".join(chosen.suffixes),
        "templates": [
            (form, language, words)
            for form, of in (("xlsx", "Excel"), ("csv", "CSV"))[: 1 if chosen.sheets else 2]
            for language, words in _template_words(of)
        ],
        "imports": [shown.describe_import(one) for one in queries.visible_imports(request.user).filter(kind=kind)[:30]],
    }
    return render(request, "records/imports/kind.html", context)


@never_cache
@require_GET
def table_import(request: HttpRequest, table_import_id: UUID) -> HttpResponse:
    """One file, row by row, what is wrong first; `?format=csv` gives the wrong rows to be mended."""
    made = queries.visible_imports(request.user).get(pk=table_import_id)
    kind = queries.kind_of(made.kind)
    rows = rows_of(actor=actor_of(request), made=made, now=current_time())
    if wants_csv(request):
        return _wrong_rows(kind, made, rows)
    order = list(ImportVerdict)
    counts = shown.counted(rows)
    by_verdict = {verdict: count for verdict, _name, count in counts}
    wanted = request.GET.get("verdict", "")
    picked = [row for row in rows if row.verdict == wanted] if wanted in order else rows
    context = {
        "one": shown.describe_import(made),
        "kind": shown.describe_kind(kind),
        "page_name": kind.page,
        "counts": counts,
        "wanted": wanted,
        "wrong": by_verdict[ImportVerdict.WRONG],
        "to_write": by_verdict[ImportVerdict.NEW] + by_verdict[ImportVerdict.CHANGED],
        "unread": [name for name, column in zip(made.headings, made.columns, strict=True) if name and not column],
        "lacking": [shown.heading_of(kind, one) for one in kind.needed if one not in made.columns],
        "columns": [(one, shown.heading_of(kind, one)) for one in kind.headings()],
        "datums": shown.DATUM_NAMES.items(),
        "may_undo": kind.undo is not None and queries.may_be_undone(made),
        "follow_up": kind.follow_up if made.state is ImportState.TAKEN and made.forgotten_at is None else None,
    }
    picked.sort(key=lambda row: (order.index(row.verdict), row.line))
    return list_page(
        request,
        picked,
        "records/imports/import.html",
        part="",
        describe=lambda row: shown.describe_line(kind, row),
        context=context,
        per_page=PAGE_SIZE,
    )


def _take(actor: Actor, table_import_id: UUID, *, leave_wrong: bool) -> str:
    made = taking.take_file(actor=actor, import_id=table_import_id, leave_wrong=leave_wrong, now=current_time())
    if made.state is ImportState.TAKEN:
        return _("The rows are taken over.")
    return _("The rows are being taken over; this page shows how far it is.")


def _resume(actor: Actor, table_import_id: UUID) -> None:
    taking.resume_file(actor=actor, import_id=table_import_id, now=current_time())


def _undo(actor: Actor, table_import_id: UUID) -> str:
    taking.undo_file(actor=actor, import_id=table_import_id, now=current_time())
    return _("What this file brought is undone.")


def _drop(actor: Actor, table_import_id: UUID) -> None:
    giving.drop_file(actor=actor, import_id=table_import_id, now=current_time())


def _match(actor: Actor, table_import_id: UUID, *, position: int, column: Line = "") -> None:
    giving.match_column(actor=actor, import_id=table_import_id, position=position, column=column)


def _datum(actor: Actor, table_import_id: UUID, *, datum: Datum) -> None:
    giving.name_datum(actor=actor, import_id=table_import_id, datum=datum)


def _mend(actor: Actor, table_import_id: UUID, *, line: int, column: Line, text: str = "") -> None:
    giving.mend_cell(actor=actor, import_id=table_import_id, line=line, column=column, text=text)


def _leave(actor: Actor, table_import_id: UUID, *, line: int, left: bool) -> None:
    giving.leave_row(actor=actor, import_id=table_import_id, line=line, left=left)


ACTS: dict[str, Act] = {
    "take": _take,
    "resume": _resume,
    "undo": _undo,
    "drop": _drop,
    "match": _match,
    "datum": _datum,
    "mend": _mend,
    "leave": _leave,
}


@never_cache
@require_POST
def act_on_import(request: HttpRequest, table_import_id: UUID, name: str) -> HttpResponse:
    """Takes the rows over, undoes it, or drops the file; matches a column, names the datum, mends or leaves out a row."""
    perform_and_tell(request, ACTS, name, actor_of(request), table_import_id)
    return redirect("table_import", table_import_id)


def _give(request: HttpRequest, kind: ImportKind) -> TableImport | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        given = read_form(Given, request.POST)
        return giving.give_file(
            actor=actor_of(request),
            kind=kind.name,
            region_code=given.region_code,
            file_name=file.name or "",
            content=file.read(),
            datum=given.datum,
            now=current_time(),
        )
    return None


def _template_words(form: str) -> list[tuple[str, str]]:
    return [("zh", f"{form} 中文"), ("en", f"{form} English")]


def _empty_table(request: HttpRequest, kind: ImportKind) -> HttpResponse:
    """Headings in the language that is asked for, else the reader's, and a row as an example."""
    language = request.GET.get("language", "")
    in_chinese = (language if language in LANGUAGES else get_language() or "zh").startswith("zh")
    sheets = _sheets(kind, in_chinese=in_chinese)
    name = f"{kind.name}-template-{'zh' if in_chinese else 'en'}"
    if request.GET.get("format") == "xlsx" or len(sheets) > 1:
        return workbook_file(name, sheets)
    ((_title, rows),) = sheets.items()
    return csv_file(name, csv_text(rows[0], rows[1:]))


@never_cache
@require_GET
def empty_tables(request: HttpRequest) -> HttpResponse:
    """The empty tables of all kinds that the reader may give, as workbooks in their language."""
    kinds = queries.kinds_for(request.user)
    if not kinds:
        raise NotAllowed(_("Your roles do not let you take tables over."))
    in_chinese = (get_language() or "zh").startswith("zh")
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for number, kind in enumerate(kinds, 1):
            book = workbook_file(kind.name, _sheets(kind, in_chinese=in_chinese))
            name = str(kind.title).replace("/", " ")
            archive.writestr(f"{number:02} {name} ({kind.name}).xlsx", book.content)
    response = HttpResponse(content.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="tables.zip"'
    return response


def _sheets(kind: ImportKind, *, in_chinese: bool) -> dict[str, list[list[str]]]:
    """The tables of an empty file by their titles: headings and an example."""
    with override("zh-hans" if in_chinese else "en"):
        sheets = {str(one.title): one.columns for one in kind.sheets} or {kind.name: tuple(kind.headings())}
    example = {**kind.example} if in_chinese else {**kind.example, **kind.english_example}
    return {
        title: [
            [shown.heading_in(kind, one, in_chinese=in_chinese) for one in columns],
            [example.get(one, "") for one in columns],
        ]
        for title, columns in sheets.items()
    }


def _wrong_rows(kind: ImportKind, made: TableImport, rows: list[Row]) -> HttpResponse:
    """The wrong rows with every column that is known, to be mended and given again."""
    heading = _("What is wrong")
    columns = [shown.heading_of(kind, one) for one in kind.headings()]
    lines = (
        {shown.heading_of(kind, column): text for column, text in row.cells.items()}
        | {heading: "; ".join(f"{shown.heading_of(kind, one.column)}: {one.text}" for one in row.problems)}
        for row in rows
        if row.verdict is ImportVerdict.WRONG
    )
    return as_csv("wrong-rows", [*columns, heading], lines)
