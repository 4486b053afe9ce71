"""The same lists for programs: how many rows, from which on."""

from collections.abc import Iterable
from typing import Protocol, TypedDict

from ninja import Field, Schema


class _Cuttable[T](Protocol):
    def __getitem__(self, index: slice, /) -> T: ...


class _Countable[T](Protocol):
    def __getitem__(self, index: slice, /) -> Iterable[T]: ...
    def count(self) -> int: ...


class Part[T](TypedDict):
    """Some rows of a list, and how many it has in all."""

    items: Iterable[T]
    total: int


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
