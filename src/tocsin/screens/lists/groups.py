"""Rows of a list by groups: one column whose values stand above their rows, with how many there are, how bad and how old.

A list declares by what its rows may be grouped; `list_page(…, groups=GROUPS)` reads the choice from the address
(`?group_by=street`, `&fold=all`, `&turned=KEY`), counts every group right across pages in one query, and gives the page
`sections`, each with its group and its rows:

    GROUPS = Groups((Grouping("street", _("Street"), "street"),), oldest="raised_at")

    {% for section in sections %}{% include "portal/_group.html" %}{% for row in section.rows %}…{% endfor %}{% endfor %}
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, cast, runtime_checkable
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, When
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.screens.words import LEVEL_NAMES

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrPromise

GROUP_BY: Final = "group_by"
FOLD: Final = "fold"
TURNED: Final = "turned"
MOST_GROUPS: Final = 2000
WITHOUT: Final = gettext_lazy("nothing said")
"""What stands above the rows that have no value there."""

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator  # it takes no parameters when it runs

type Names = Callable[[Sequence[Any]], Mapping[Any, str]]


@dataclass(frozen=True)
class Grouping:
    """One way to group rows. `value`: the field or expression by whose values they are; `names`: from all values at once to what
    people call them, the value itself where it answers nothing.
    """

    name: str
    words: "_StrPromise | str"
    value: "str | Combinable"
    names: Names | None = None


@dataclass(frozen=True)
class Groups:
    """How the rows of a list may be grouped. `worst`: the field or expression of an alarm level; `oldest`: of a moment or day."""

    by: tuple[Grouping, ...]
    worst: "str | Combinable | None" = None
    oldest: "str | Combinable | None" = None


@dataclass(frozen=True)
class Group:
    """The rows of one value. `key`: as an address names it, empty for rows that have none; `worst`: 0 where nothing is judged."""

    key: str
    words: str
    count: int
    worst: int = 0
    oldest: datetime | None = None
    folded: bool = False
    url: str = ""
    values: tuple[Any, ...] = ()

    @property
    def worst_words(self) -> str:
        """The worst level in words."""
        return str(LEVEL_NAMES[self.worst]) if self.worst else ""

    @property
    def worst_class(self) -> str:
        """The worst level as styles call it."""
        return AlarmLevel(self.worst).name.lower() if self.worst else ""


@dataclass(frozen=True)
class Section:
    """Rows of a page that stand below one head; `group` is None for a list that is not grouped."""

    group: Group | None
    rows: Sequence[object]


@runtime_checkable
class FetchedBy(Protocol):
    """Rows that are fetched in a way of their own: from a query set to the sequence that fetches."""

    found: QuerySet[Any]

    def over(self, found: QuerySet[Any]) -> Sequence[Any]:
        """The same over another order and part of the query set."""


@dataclass(frozen=True)
class AskedGroups:
    """The grouping that an address asks for; what can't be read asks for none. `query`: the address's parameters."""

    groups: Groups
    chosen: Grouping | None
    fold_all: bool
    turned: frozenset[str]
    query: str = ""

    @classmethod
    def read(cls, groups: Groups, query: QueryDict) -> "AskedGroups":
        """`group_by`: the name of a grouping; `fold`: `all` where groups are folded but those that are turned, else none is but
        those.
        """
        name, fold, turned = query.get(GROUP_BY, ""), query.get(FOLD, ""), query.getlist(TURNED)
        chosen = next((one for one in groups.by if one.name == name), None)
        return cls(groups, chosen, fold == "all", frozenset(turned), query.urlencode())

    @classmethod
    def named(cls, groups: Groups, name: str) -> "AskedGroups":
        """The grouping of that name with no group folded, none where it is empty. InvalidInput for one that the list has not."""
        asked = cls.read(groups, QueryDict(f"{GROUP_BY}={quote(name)}"))
        asked.check(name)
        return asked

    def check(self, name: str) -> None:
        """InvalidInput where a grouping of that name was asked for and the list does not have it."""
        if name and self.chosen is None:
            words = {"given": name, "names": ", ".join(one for one, _words in self.choices)}
            raise InvalidInput(_("The list is not grouped by “%(given)s”, but by one of: %(names)s.") % words)

    @property
    def choices(self) -> list[tuple[str, Promise | str]]:
        """The groupings of the list for a choice: name and words."""
        return [(one.name, one.words) for one in self.groups.by]

    @property
    def fold_url(self) -> str:
        """The list with every group folded."""
        return self._url("all", ())

    @property
    def unfold_url(self) -> str:
        """The list with no group folded."""
        return self._url("", ())

    def count(self, rows: QuerySet[Any]) -> list[Group]:
        """The groups of all rows: the worst first, then the largest. One query, and what the names need.

        InvalidInput where there are more than MOST_GROUPS.
        """
        assert self.chosen is not None  # noqa: S101 -- asked only where a grouping is chosen
        figures: dict[str, Any] = {"group_count": Count("pk", distinct=rows.query.distinct)}
        if self.groups.worst is not None:
            figures["group_worst"] = Max(self.groups.worst)
        if self.groups.oldest is not None:
            figures["group_oldest"] = Min(self.groups.oldest)
        valued = _valued(rows, self.chosen).order_by().values("group_value").annotate(**figures)
        found = list(valued[: MOST_GROUPS + 1])
        if len(found) > MOST_GROUPS:
            words = {"what": self.chosen.words, "most": MOST_GROUPS}
            raise InvalidInput(
                _("“%(what)s” would make more than %(most)s groups: narrow the filters, or group by something else.") % words
            )
        return self._merged(found)

    def _merged(self, found: Iterable[Mapping[str, Any]]) -> list[Group]:
        assert self.chosen is not None  # noqa: S101 -- as above
        by_key: dict[str, list[Mapping[str, Any]]] = {}
        for row in found:
            by_key.setdefault(_key(row["group_value"]), []).append(row)
        values = [row["group_value"] for key, rows in by_key.items() if key for row in rows]
        names = self.chosen.names(values) if self.chosen.names and values else {}
        groups = [self._group(key, rows, names) for key, rows in by_key.items()]
        return sorted(groups, key=lambda one: (-one.worst, -one.count, one.words))

    def _group(self, key: str, rows: Sequence[Mapping[str, Any]], names: Mapping[Any, str]) -> Group:
        value = rows[0]["group_value"]
        oldest = [one["group_oldest"] for one in rows if one.get("group_oldest") is not None]
        turned = self.turned ^ {key}
        return Group(
            key=key,
            words=str(names.get(value) or value) if key else str(WITHOUT),
            count=sum(one["group_count"] for one in rows),
            worst=max((one.get("group_worst") or 0 for one in rows), default=0),
            oldest=min(oldest, default=None),
            folded=self.fold_all != (key in self.turned),
            url=self._url("all" if self.fold_all else "", sorted(turned), page=True),
            values=tuple(one["group_value"] for one in rows),
        )

    def _url(self, fold: str, turned: Iterable[str], *, page: bool = False) -> str:
        query = QueryDict(self.query, mutable=True)
        for name in (FOLD, TURNED, *(() if page else ("page",))):
            query.pop(name, None)
        if fold:
            query[FOLD] = fold
        query.setlist(TURNED, list(turned))
        return f"?{query.urlencode()}"


@dataclass
class GroupedRows:
    """Heads and rows in the order of a page: a folded group is one entry, another as many as it has rows."""

    rows: QuerySet[Any]
    grouping: Grouping
    groups: Sequence[Group]
    fetch: Callable[[QuerySet[Any]], Sequence[Any]] | None
    sections: list[tuple[Group, int]] = field(default_factory=list)
    """Of the entries that were cut last: each group and how many of its rows."""

    def __len__(self) -> int:
        return sum(1 if one.folded else one.count for one in self.groups)

    def __getitem__(self, part: slice) -> list[Any]:
        """The rows of those entries; their groups are in `sections`."""
        first, last = part.start or 0, len(self) if part.stop is None else part.stop
        at, skipped, self.sections = 0, 0, []
        for group in self.groups:
            size = 1 if group.folded else group.count
            start, stop = max(first, at), min(last, at + size)
            if start < stop:
                self.sections.append((group, 0 if group.folded else stop - start))
                if not group.folded and not any(number for _group, number in self.sections[:-1]):
                    skipped = start - at
            at += size
        number = sum(count for _group, count in self.sections)
        if not number:
            return []
        rows, cut = self._ordered(), slice(skipped, skipped + number)
        return list(rows[cut] if self.fetch is None else self.fetch(rows)[cut])

    def _ordered(self) -> QuerySet[Any]:
        """The rows of the groups that are cut, group by group, within each in the list's own order."""
        wanted = [group for group, number in self.sections if number]
        rows = _valued(self.rows, self.grouping)
        own = rows.query.order_by or (rows.model._meta.ordering if rows.query.default_ordering else ())
        places = Case(*(When(_within(one), then=place) for place, one in enumerate(wanted)), output_field=IntegerField())
        there = Q()
        for one in wanted:
            there |= _within(one)
        return rows.filter(there).order_by(places, *own)


class GroupedPaginator(_Paginator):
    """Pages of entries; `count` says how many rows there are, whether they are folded or not."""

    def __init__(self, grouped: GroupedRows, per_page: int) -> None:
        super().__init__(cast("Any", grouped), per_page)  # pages are cut from it, nothing else is asked
        self._grouped = grouped

    @property
    def count(self) -> int:
        """All rows."""
        return sum(one.count for one in self._grouped.groups)

    @property
    def num_pages(self) -> int:
        """Pages of entries, one where there is none."""
        return max(1, -(-len(self._grouped) // self.per_page))


def words_of(names: Mapping[Any, Promise | str]) -> Names:
    """Names from a table of words."""
    return lambda values: {one: str(names[one]) for one in values if one in names}


def grouped_rows(asked: AskedGroups, rows: Any) -> GroupedRows | None:
    """The rows by the groups that are asked for; None where none is, or rows are no query set."""
    found = found_rows(rows)
    if asked.chosen is None or found is None:
        return None
    fetch = rows.over if isinstance(rows, FetchedBy) else None
    return GroupedRows(found, asked.chosen, asked.count(found), fetch)


def found_rows(rows: object) -> QuerySet[Any] | None:
    """The query set of a list's rows; None where they are none."""
    found = rows.found if isinstance(rows, FetchedBy) else rows
    return found if isinstance(found, QuerySet) else None


def sections_of(grouped: GroupedRows, described: Sequence[object]) -> list[Section]:
    """The described rows of the entries that were cut last, each below the head of its group; one without a head where there is
    no row, so that the list says what it always says then.
    """
    if not grouped.groups:
        return [Section(None, ())]
    sections, at = [], 0
    for group, number in grouped.sections:
        sections.append(Section(group, described[at : at + number]))
        at += number
    return sections


def _valued(rows: QuerySet[Any], grouping: Grouping) -> QuerySet[Any]:
    value = grouping.value
    valued: QuerySet[Any] = rows.annotate(group_value=F(value) if isinstance(value, str) else value)
    return valued


def _key(value: object) -> str:
    return "" if value is None else str(value)


def _within(group: Group) -> Q:
    known = [one for one in group.values if one is not None]
    there = Q(group_value__in=known) if known else Q(pk__in=())
    return there | Q(group_value__isnull=True) if None in group.values else there
