"""Which part of a file is asked for (RFC 9110, 14), so that a download that broke off goes on where it ended."""

import re
from dataclasses import dataclass
from typing import Final

_RANGE: Final = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")


@dataclass(frozen=True)
class Span:
    """Bytes from `first` to `last`, both counted."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


class OutsideFileError(Exception):
    """No byte of the file lies in the part that is asked for."""


def part_of(asked: str, size: int, *, tag: str, only_if: str = "") -> Span | None:
    """The part that `Range` asks for of a file of so many bytes; None for the whole file.

    The whole is meant where nothing is asked, where it is no one range of bytes, and where `If-Range` names another `tag`, since
    the file is another one. OutsideFileError where nothing of the part is there.

    >>> part_of("bytes=10-", 100, tag='"a"'), part_of("bytes=-5", 100, tag='"a"'), part_of("bytes=0-9,20-", 100, tag='"a"')
    (Span(first=10, last=99), Span(first=95, last=99), None)
    >>> part_of("bytes=10-", 100, tag='"a"', only_if='"b"')
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not any(found.groups()) or (only_if and only_if.strip() != tag):
        return None
    begin, end = found.groups()
    if not begin:
        first, last = max(0, size - int(end)), size - 1
        if not int(end):
            raise OutsideFileError
    else:
        first, last = int(begin), min(int(end), size - 1) if end else size - 1
        if end and int(end) < int(begin):
            return None
    if first >= size:
        raise OutsideFileError
    return Span(first, last)
