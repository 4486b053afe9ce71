"""List pages: one page of the rows, its part alone for htmx, or all rows as a file; and the same cut for programs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.lists.empty import EmptyState, nothing_in
from tocsin.screens.lists.groups import AskedGroups, GroupedPaginator, GroupedRows, Groups, Section, grouped_rows, sections_of
from tocsin.screens.lists.many import MOST, ListActs
from tocsin.screens.lists.maps import ListMap, as_points, asked_map, wants_points
from tocsin.screens.lists.saved_views import answer_probe, beside_list, probe_of
from tocsin.screens.lists.tables import Column, ListTable
from tocsin.screens.tables import Columns, as_csv, wants_csv

PAGE_SIZE: Final = 50
CHUNK: Final = 2000  # rows that a file takes from the database at a time

if TYPE_CHECKING:
    from django.core.paginator import _SupportsPagination

type Row = object


def list_page[T](
    request: HttpRequest,
    rows: "_SupportsPagination[T]",
    template: str,
    *,
    describe: Callable[[T], Row] | None = None,
    describe_page: Callable[[list[T]], Sequence[object]] | None = None,
    context: Mapping[str, Any] | None = None,
    part: str = "rows",
    per_page: int = PAGE_SIZE,
    status: int = 200,
    table: Sequence[Column] = (),
    groups: Groups | None = None,
    acts: ListActs | None = None,
    places: ListMap | None = None,
    empty: EmptyState | None = None,
) -> HttpResponse:
    """The page `?page=` of the rows, as `template` or as its part for htmx: with `page`, `rows` as described, `table`
    where its columns are declared (`screens.lists.tables`), `sections` of rows and `grouping` where they may be grouped
    (`screens.lists.groups`), `list_acts` for what may be done with several (`screens.lists.many`), `list_map` where they lie on a
    map (`screens.lists.maps`), `nothing` for what it says without rows (`screens.lists.empty`), and the context.

    A list that is opened without any parameter leads to the reader's own default among the views that they keep of it
    (`screens.lists.saved_views`).
    """
    asked = ListTable.read(table, request.GET) if table else None
    grouping = None if groups is None else AskedGroups.read(groups, request.GET)
    map_beside = asked_map(request, places, per_page)
    if (probe := probe_of(request)) is not None:
        return answer_probe(probe, rows, grouping, acts)
    if places is not None and wants_points(request):
        return as_points(rows, places)
    beside = beside_list(request) if request.method == "GET" and not getattr(request, "htmx", False) else None
    if beside is not None and beside.default_url and not request.GET and status == 200:
        return redirect(beside.default_url)
    grouped, told = _grouped(grouping, rows)
    pages = Paginator(rows, per_page) if grouped is None else GroupedPaginator(grouped, per_page)
    page = pages.get_page(request.GET.get("page"))
    shown: dict[str, Any] = {"page": page, "list_views": beside, "table": asked, "part": part, "list_acts": acts, **told}
    shown |= {"list_map": map_beside, "list_path": request.path, "list_query": request.GET.urlencode(), "most_rows": MOST}
    if not page.paginator.count:
        shown["nothing"] = nothing_in(request, empty, context or {})
    lines: Sequence[object] = list(page)
    if describe_page is not None:
        lines = shown["rows"] = describe_page(list(page))
    elif describe is not None:
        lines = shown["rows"] = [describe(one) for one in page]
    shown["sections"] = [Section(None, lines)] if grouped is None else sections_of(grouped, lines)
    return page_or_part(request, template, part, {**shown, **(context or {})}, status=status)


def _grouped(grouping: AskedGroups | None, rows: object) -> tuple[GroupedRows | None, dict[str, Any]]:
    """The rows by groups, and what the page says of the grouping: of one that is refused the reason, above rows without it."""
    if grouping is None:
        return None, {}
    with Attempt() as attempt:
        attempt.answer = grouped_rows(grouping, rows)
    grouped: GroupedRows | None = attempt.answer
    told = {"grouping": grouping, "groups": grouped.groups if grouped else (), "grouping_refused": attempt.reason}
    return grouped, {**told, "now": current_time()}


def page_or_part(
    request: HttpRequest, template: str, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template, or its part alone where htmx asks and there is one."""
    name = f"{template}#{part}" if part and getattr(request, "htmx", False) else template
    return render(request, name, {**context}, status=status)


def list_file[T](
    request: HttpRequest,
    rows: Iterable[T],
    name: str,
    columns: Columns,
    describe: Callable[[T], Row] | None = None,
    most: int | None = None,
    describe_page: Callable[[list[T]], Sequence[object]] | None = None,
) -> HttpResponse | None:
    """The rows as a file where `?format=csv` asks for one, at most so many; None for a page. They are described one by one, or
    some thousand at once by `describe_page`.

    A query set is read through a cursor, so the file never holds all rows at once.
    """
    if not wants_csv(request):
        return None
    if isinstance(rows, QuerySet):
        rows = (rows if most is None else rows[:most]).iterator(chunk_size=CHUNK)
    if describe_page is not None:
        parts = (describe_page(list(part)) for part in batched(rows, CHUNK))
        return as_csv(name, columns, chain.from_iterable(parts))
    return as_csv(name, columns, rows if describe is None else map(describe, rows))
