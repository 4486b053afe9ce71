"""Notices of a case that were handed over meet the clocks that waited; what a transaction has looked up to tell people."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.routing.queries import ConcernedBodies
from tocsin.command.routing.rules import Why
from tocsin.notices.face import Directory
from tocsin.notices.messages.rules.subjects import CASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.command.casebook.services.log import Book
    from tocsin.notices.face import Notice


_OWNERS = (Why.SYMPTOM_OWNER, Why.LIKELY_CAUSE_OWNER, Why.INDUSTRY_DEPARTMENT)
_CITY = (Why.LOCAL_GOVERNMENT, Why.CITY_DUTY)


def directory_of(book: "Book") -> Directory:
    """The directory of the transaction that holds this book."""
    known = book.memo.setdefault("directory", Directory(book.now))
    assert isinstance(known, Directory)  # noqa: S101 - this module alone puts it there
    return known


def concerned_by(book: "Book") -> ConcernedBodies:
    """Whom cases concern, as looked up in the transaction that holds this book."""
    known = book.memo.setdefault("concerned", ConcernedBodies(book.now))
    assert isinstance(known, ConcernedBodies)  # noqa: S101 - this module alone puts it there
    return known


def meet_clocks(handed: "Sequence[Notice]", now: datetime) -> None:
    """The first notice of a case to its owners, and to the city, meets the clock that waited for it."""
    met: dict[Step, set[UUID]] = {Step.NOTIFY_OWNER: set(), Step.NOTIFY_CITY: set()}
    for notice in handed:
        if notice.subject_kind != CASE or notice.subject_id is None:
            continue
        if notice.why in _OWNERS:
            met[Step.NOTIFY_OWNER].add(notice.subject_id)
        elif notice.why in _CITY:
            met[Step.NOTIFY_CITY].add(notice.subject_id)
    cases = Case.objects.in_bulk(set().union(*met.values()))
    for step, ids in met.items():
        clocks.meet_own([cases[pk] for pk in ids], step, now=now)
