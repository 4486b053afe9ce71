"""The same lists for programs: how many rows, from which on."""

from typing import Protocol

from ninja import Field, Schema


class _Cuttable[T](Protocol):
    def __getitem__(self, index: slice, /) -> T: ...


class Slice(Schema):
    """Parameters of a list: at most `limit` rows from number `offset` on."""

    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)

    def cut[T](self, rows: _Cuttable[T]) -> T:
        """The rows that are asked for."""
        return rows[self.offset : self.offset + self.limit]
