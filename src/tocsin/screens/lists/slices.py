"""The same lists for programs: how many rows, from which on, by which groups."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypedDict, cast

from ninja import Field, Schema

from tocsin.screens.lists.groups import AskedGroups, Group, Groups, found_rows, grouped_rows


class _Cuttable[T](Protocol):
    def __getitem__(self, index: slice, /) -> T: ...


class _Countable[T](Protocol):
    def __getitem__(self, index: slice, /) -> Iterable[T]: ...
    def count(self) -> int: ...


class Part[T](TypedDict):
    """Some rows of a list, and how many it has in all."""

    items: Iterable[T]
    total: int


class ListGroupOut(Schema):
    """The rows of one value. `key`: the value as text, empty for rows that have none; `worst`: the highest alarm level, 0 where
    rows have none; `oldest`: the earliest moment or day.
    """

    key: str
    words: str
    count: int
    worst: int
    worst_name: str
    oldest: datetime | None

    @classmethod
    def of(cls, group: Group) -> "ListGroupOut":
        """One group as programs read it."""
        return cls(
            key=group.key,
            words=group.words,
            count=group.count,
            worst=group.worst,
            worst_name=group.worst_words,
            oldest=group.oldest,
        )


class GroupedPart[T](TypedDict):
    """Some rows of a list, how many it has in all, and the groups of all of them."""

    items: Iterable[T]
    total: int
    groups: list[ListGroupOut]


class Grouped(Schema):
    """What the answer of a list that is grouped says besides its rows."""

    groups: list[ListGroupOut] = Field([], description="of `group_by`, over all rows: the worst first, then the largest")


class Slice(Schema):
    """Parameters of a list: at most `limit` rows from number `offset` on."""

    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)

    def cut[T](self, rows: _Cuttable[T]) -> T:
        """The rows that are asked for."""
        return rows[self.offset : self.offset + self.limit]

    def part[T](self, rows: _Countable[T]) -> Part[T]:
        """The rows that are asked for, and how many there are."""
        return {"items": self.cut(rows), "total": rows.count()}


class _Sized[T](Protocol):
    def __getitem__(self, index: slice, /) -> Iterable[T]: ...
    def __len__(self) -> int: ...


class GroupedSlice(Slice):
    """The same of a list whose page offers groups. `group_by`: the name of a grouping, as the page's address has it."""

    group_by: str = Field("", max_length=40, description="counts all rows by group, and brings them group by group")

    def grouped[T](self, rows: "_Countable[T] | _Sized[T]", groups: Groups) -> GroupedPart[T]:
        """The rows that are asked for, how many there are, and their groups. InvalidInput for a grouping that the list does not
        have, or that makes more than `screens.lists.groups.MOST_GROUPS`.
        """
        found = grouped_rows(AskedGroups.named(groups, self.group_by), rows)
        if found is None:
            counted = found_rows(rows)
            count = cast("_Countable[T]", rows).count() if counted is None else counted.count()
            return {"items": self.cut(rows), "total": count, "groups": []}
        told = [ListGroupOut.of(one) for one in found.groups]
        return {"items": self.cut(found), "total": len(found), "groups": told}
