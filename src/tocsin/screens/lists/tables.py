"""The table of a list: which columns a reader wants to see, and by which of them its rows are sorted.

A list declares its columns once; `ordered` sorts its rows, `list_page(…, table=…)` gives the page `table`, and the template asks
of every cell whether its column is shown:

    TABLE = (Column("number", _("Number"), order="number", fixed=True), Column("place", _("Place")))

    found = ordered(request, found, TABLE)
    return list_page(request, found, "…/cases.html", table=TABLE)

    {% include "portal/_headings.html" %} … {% if "place" in table.shown %}<td>{{ row.place }}</td>{% endif %}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F, Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SORT: Final = "sort"
COLUMNS: Final = "columns"


@dataclass(frozen=True)
class Column:
    """One column. `order`: the field by which its rows are sorted, of the list's own capability; empty where they are not.

    `falling`: the first press shows the largest, the newest or the most urgent first. `fixed`: it is never left out, because it
    says which row is which.
    """

    name: str
    words: "_StrPromise | str"
    order: str = ""
    falling: bool = False
    number: bool = False
    fixed: bool = False


@dataclass(frozen=True)
class Heading:
    """What stands above a column. `following`: the value of `?sort=` to which a press leads, None where nothing is sorted by it,
    empty for the list's own order; `standing`: how it is sorted now, as `aria-sort` says it.
    """

    name: str
    words: Promise | str
    number: bool
    following: str | None
    standing: str


@dataclass(frozen=True)
class ListTable:
    """The table as one reader asks for it: `?sort=-name`, `?columns=name&columns=place`. What can't be read asks for nothing."""

    columns: tuple[Column, ...]
    shown: frozenset[str]
    sort: str = ""

    @classmethod
    def read(cls, columns: Sequence[Column], query: QueryDict) -> "ListTable":
        """The columns that are asked for, all where none is, and the order."""
        wanted = set(query.getlist(COLUMNS)) & {one.name for one in columns}
        shown = frozenset(one.name for one in columns if one.fixed or not wanted or one.name in wanted)
        asked = query.get(SORT, "")
        known = any(one.order and one.name == asked.removeprefix("-") for one in columns)
        return cls(tuple(columns), shown, asked if known else "")

    @property
    def sortable(self) -> bool:
        """Whether rows are sorted by any column."""
        return any(one.order for one in self.columns)

    @property
    def headings(self) -> list[Heading]:
        """Those of the columns that are shown."""
        return [self._heading(one) for one in self.columns if one.name in self.shown]

    @property
    def choices(self) -> list[tuple[str, Promise | str, bool]]:
        """The columns that may be left out: name, words, whether it is shown."""
        return [(one.name, one.words, one.name in self.shown) for one in self.columns if not one.fixed]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """What rows may be sorted by, both ways, for a choice: a phone shows no headings."""
        named = [(one.name, str(one.words)) for one in self.columns if one.order]
        return [pair for name, words in named for pair in ((name, f"{words} ↑"), (f"-{name}", f"{words} ↓"))]

    def ordered[T: Model](self, rows: QuerySet[T]) -> QuerySet[T]:
        """The rows as asked for, those without a value last; in their own order where nothing is asked."""
        name, falls = self.sort.removeprefix("-"), self.sort.startswith("-")
        column = next((one for one in self.columns if one.name == name and one.order), None)
        if column is None:
            return rows
        field = F(column.order)
        return rows.order_by(field.desc(nulls_last=True) if falls else field.asc(nulls_last=True), "pk")

    def _heading(self, column: Column) -> Heading:
        rising, falling = column.name, f"-{column.name}"
        standing = {rising: "ascending", falling: "descending"}.get(self.sort, "")
        first, second = (falling, rising) if column.falling else (rising, falling)
        following = {first: second, second: ""}.get(self.sort, first) if column.order else None
        return Heading(column.name, column.words, column.number, following, standing)


def ordered[T: Model](request: HttpRequest, rows: QuerySet[T], columns: Sequence[Column]) -> QuerySet[T]:
    """The rows in the order that `?sort=` asks for, by one of these columns."""
    return ListTable.read(columns, request.GET).ordered(rows)
