"""What a subject keeps for a time, and what goes as one thing."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import StrPromise

    from tocsin.jurisdiction.rights.rules import Permission


@dataclass(frozen=True)
class Kept:
    """One kind of rows with its time; the subject names it, the catalogue's `RETENTION` gathers all.

    `days` is the policy in force, under the key `key` of the file `policy`; 0 is for good. `count`: how many are older than a
    time and would go; `numbers`: the first of them by name. `forget` lets up to a batch of them go, in a transaction of its own,
    and returns how many rows went; None where the subject's own process does it. `why` says what holds them back, or by which
    law they stay.
    """

    code: str
    words: "StrPromise"
    policy: str
    days: "Callable[[], float]"
    key: str = "keep_days"
    count: "Callable[[datetime], int] | None" = None
    numbers: "Callable[[datetime], Iterable[str]] | None" = None
    forget: "Callable[[datetime], int] | None" = None
    why: "StrPromise | str" = ""


@dataclass(frozen=True)
class Named:
    """An object that goes, as its tombstone tells of it."""

    id: "UUID"
    number: str
    region_code: str
    began_at: "datetime | None" = None
    ended_at: "datetime | None" = None
    ended_by: str = ""
    kind: str = ""  # where it is of another kind than what it goes with


@dataclass(frozen=True)
class Part:
    """Rows that go with an object, asked for anew, a slice at a time, until there are none.

    `first` is called with a slice before it goes, to cut what else points at it. Where `stays`, the rows are cut and not deleted:
    `first` has to take them out of the question. `kind`: each of them leaves a tombstone of its own.
    """

    rows: "Callable[[], QuerySet[Any]]"
    first: "Callable[[Sequence[Any]], object] | None" = None
    kind: str = ""
    stays: bool = False


@dataclass(frozen=True)
class Whole:
    """A kind of objects that go as one thing, the parts first, and leave a tombstone.

    `due`: those that ended before a time and that nothing holds back, oldest first. `take` locks one of them, asks once more
    whether it may go, marks it so that nobody sees it any more, and names it and all that it stands for; nothing where it may
    not. `parts` of the objects of these ids, in the order in which they go; it ends with the object itself.
    """

    kind: str
    key: str
    permission: "Permission"
    due: "Callable[[datetime], QuerySet[Any]]"
    take: "Callable[[Any, datetime], Sequence[Named]]"
    parts: "Callable[[Sequence[UUID]], Iterable[Part]]"
    name: "Callable[[Any], str]" = str


def digest_with(digest: str, rows: "Iterable[Mapping[str, Any]]") -> str:
    """The digest of what went so far and of these rows: SHA-256 over the digest before and plain JSON of each row.

    >>> first = digest_with("", [{"number": "1", "text": "气"}])
    >>> first == digest_with("", [{"text": "气", "number": "1"}]), first == digest_with(first, [])
    (True, False)
    """
    hashed = hashlib.sha256(digest.encode())
    for row in rows:
        told = json.dumps(row, default=str, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        hashed.update(told.encode("utf-8", "replace") + b"\n")
    return f"sha256:{hashed.hexdigest()}"
