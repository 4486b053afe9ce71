"""Objects from tables: the file is given, its rows are looked at, then taken over or dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import Organisation, may_anywhere, regions_within
from tocsin.screens.acts import Act, Attempt, perform_and_tell
from tocsin.screens.lists import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.objects import shown as told
from tocsin.supervision.objects.models import ObjectImport
from tocsin.supervision.objects.policy.register import trade_name, trades
from tocsin.supervision.objects.queries.register import region_name, visible_imports
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import RiskClass
from tocsin.supervision.objects.rules.tables import HEADINGS, NEEDED, RowVerdict
from tocsin.supervision.objects.services import mending
from tocsin.supervision.objects.services import tables as services
from tocsin.supervision.objects.services.rows import KeptRow, Row, changes_of, judge_rows

PAGE_SIZE = 100
EXAMPLE = {
    **{"类型": "企业", "名称": "示例：海诺化工有限公司", "统一社会信用代码": "91350100M000100Y43", "站点号": "1"},
    **{"行业": "化工", "风险等级": "较大", "行政区划代码": "370213", "地址": "九水路12号", "经度": "120.41", "纬度": "36.16"},
    **{"从业人数": "86", "班次": "08:00-17:30", "重大危险源": "否", "直管": "否"},
}


@never_cache
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Takes a file in, and lists those that were."""
    if not may_anywhere(request.user, rights.MANAGE):
        raise NotAllowed(_("Your roles do not let you keep the register."))
    if request.method == "POST" and (made := _preview(request)) is not None:
        return redirect("object_import", made.pk)
    context = {
        "imports": [_summary(one) for one in visible_imports(request.user).select_related("by")[:50]],
        "regions": regions_within(request.user, rights.MANAGE),
        "headings": [(name, " / ".join(words), name in NEEDED) for name, words in HEADINGS.items()],
        "trades": sorted(((key, one.zh, one.en) for key, one in trades().items()), key=lambda one: one[0]),
    }
    return render(request, "supervision/objects/tables.html", context)


@never_cache
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """A table with the headings and an example, to be filled."""
    return as_csv("objects-template", [words[0] for words in HEADINGS.values()], [EXAMPLE])


@never_cache
@require_GET
def object_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One file, row by row: first what is wrong, with how to mend it. `?format=csv` gives the wrong rows to be mended."""
    made = _visible(request, import_id)
    waiting = made.taken_at is None and made.dropped_at is None
    if waiting:
        rows = [_shown(row) for row in judge_rows(actor_of(request), made.region_code, made.rows)]
    else:
        rows = [_as_taken(one) for one in made.rows]
    if wants_csv(request):
        return _wrong_rows(rows)
    verdicts = [RowVerdict(row.verdict) for row in rows]
    order = list(RowVerdict)[::-1]
    shown = sorted(rows, key=lambda row: (order.index(RowVerdict(row.verdict)), row.line))
    context = {
        "made": made,
        "waiting": waiting,
        "counts": [(one.value, told.ROW_NAMES[one], verdicts.count(one)) for one in order],
        "wrong": verdicts.count(RowVerdict.WRONG),
        "left_out": sorted({heading for row in rows for heading in row.rest}),
        "trades": [one.name for one in trades().values()],
        "to_write": verdicts.count(RowVerdict.NEW) + verdicts.count(RowVerdict.CHANGED),
    }
    return list_page(
        request, shown, "supervision/objects/table.html", part="", describe=lambda row: row, context=context, per_page=PAGE_SIZE
    )


def _take(actor: Actor, import_id: UUID, *, leave_wrong: bool) -> str:
    services.take_over(actor=actor, import_id=import_id, leave_wrong=leave_wrong)
    return _("The rows are in the register.")


def _drop(actor: Actor, import_id: UUID) -> None:
    services.drop_import(actor=actor, import_id=import_id)


def _leave(actor: Actor, import_id: UUID, *, line: int, left: bool) -> None:
    mending.leave_row(actor=actor, import_id=import_id, line=line, left=left)


def _mend(actor: Actor, import_id: UUID, *, line: int, column: str, text: str) -> None:
    mending.mend_cell(actor=actor, import_id=import_id, line=line, column=column, text=text)


ACTS: dict[str, Act] = {"take": _take, "drop": _drop, "leave": _leave, "mend": _mend}


@require_POST
def act(request: HttpRequest, import_id: UUID, name: str) -> HttpResponse:
    """Takes the rows over or drops the file; leaves a row out, or mends one of its cells."""
    made = _visible(request, import_id)
    perform_and_tell(request, ACTS, name, actor_of(request), made.pk)
    return redirect("object_import", made.pk)


def _preview(request: HttpRequest) -> ObjectImport | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        region = request.POST.get("region_code", "")
        return services.preview_import(
            actor=actor_of(request), region_code=region, file_name=file.name or "", content=file.read()
        )
    return None


@dataclass(frozen=True)
class ImportLine:
    """A file that was given, and what became of it."""

    made: ObjectImport
    rows: int
    state: str

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(told.IMPORT_NAMES[self.state])


def _summary(made: ObjectImport) -> ImportLine:
    state = "taken" if made.taken_at else "dropped" if made.dropped_at else "waiting"
    return ImportLine(made, len(made.rows), state)


@dataclass(frozen=True)
class ProblemLine:
    """What is wrong with a row, under the heading that offices use."""

    column: str
    field: str
    text: str
    value: str

    @property
    def may_mend(self) -> bool:
        """Whether the cell can be written on the page."""
        return self.field in HEADINGS


@dataclass(frozen=True)
class RowLine:
    """One row of a file: what would become of it, what is wrong with it, what it would change."""

    line: int
    name: str
    verdict: str
    cells: dict[str, str]
    rest: dict[str, str]
    problems: list[ProblemLine]
    changes: list[tuple[str, str, str]]
    object_id: UUID | None

    @property
    def credit_code(self) -> str:
        """The credit code as the file has it."""
        return self.cells.get("credit_code", "")

    @property
    def verdict_name(self) -> str:
        """The verdict in words."""
        return str(told.ROW_NAMES[RowVerdict(self.verdict)])


def _shown(row: Row) -> RowLine:
    name = row.cells.get("name") or (row.before.name if row.before else "")
    changed = changes_of(row.before, row.new) if row.before and row.new and row.verdict is RowVerdict.CHANGED else {}
    return RowLine(
        line=row.line,
        name=name,
        verdict=row.verdict.value,
        cells=row.cells,
        rest=row.rest,
        problems=[_problem(one.field, one.text, row.cells) for one in row.problems],
        changes=_changes(changed),
        object_id=row.before.pk if row.before else None,
    )


def _as_taken(kept: KeptRow) -> RowLine:
    """A row of a file that was taken over, as it was judged then."""
    cells = kept["cells"]
    return RowLine(
        line=kept["line"],
        name=cells.get("name", ""),
        verdict=kept["verdict"],
        cells=cells,
        rest=kept.get("rest", {}),
        problems=[_problem(field, text, cells) for field, text in kept.get("problems", [])],
        changes=_changes(kept.get("changes", {})),
        object_id=None,
    )


def _problem(field: str, text: str, cells: dict[str, str]) -> ProblemLine:
    return ProblemLine(_heading(field), field, text, cells.get(field, ""))


def _heading(field: str) -> str:
    """A column as offices call it."""
    return HEADINGS.get({"competent_id": "competent"}.get(field, field), (field,))[0]


def _changes(changed: Mapping[str, Sequence[str | None]]) -> list[tuple[str, str, str]]:
    """What changes in words, under the headings that offices use."""
    bodies = {value for pair in (changed.get("competent_id", ()),) for value in pair if value}
    names = {str(one.pk): str(one) for one in Organisation.objects.filter(pk__in=bodies)} if bodies else {}

    def words(field: str, value: str | None) -> str:
        match field:
            case "competent_id":
                return names.get(value or "", "")
            case "trade":
                return trade_name(value) if value else ""
            case "region_code":
                return region_name(value) if value else ""
            case "risk_class":
                return str(told.RISK_NAMES[RiskClass(value)]) if value else ""
            case "major_hazard" | "directly_supervised":
                return _("yes") if value == "True" else _("no")
            case _:
                return value or ""

    return [(_heading(field), words(field, old), words(field, new)) for field, (old, new) in changed.items()]


def _wrong_rows(rows: list[RowLine]) -> HttpResponse:
    """The wrong rows with every column of the file, to be mended and given again."""
    wrong = [row for row in rows if row.verdict == RowVerdict.WRONG.value]
    more = sorted({heading for row in wrong for heading in row.rest})
    columns, heading = [words[0] for words in HEADINGS.values()], _("What is wrong")
    told_rows = (
        {
            **{words[0]: row.cells.get(name, "") for name, words in HEADINGS.items()},
            **row.rest,
            heading: [f"{one.column}: {one.text}" for one in row.problems],
        }
        for row in wrong
    )
    return as_csv("wrong-rows", [*columns, *more, heading], told_rows)


def _visible(request: HttpRequest, import_id: UUID) -> ObjectImport:
    return visible_imports(request.user).get(pk=import_id)
