"""Notices of a case that were handed over meet the clocks that waited for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.routing.rules import Why
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.directory import Directory
from tocsin.notices.messages.rules.fates import Purpose

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.command.casebook.services.log import Book


_OWNERS = (Why.SYMPTOM_OWNER, Why.LIKELY_CAUSE_OWNER, Why.INDUSTRY_DEPARTMENT)


_CITY = (Why.LOCAL_GOVERNMENT, Why.CITY_DUTY)


def directory_of(book: "Book") -> Directory:
    """The directory of the transaction that holds this book."""
    found = book.memo.setdefault("directory", Directory(book.now))
    assert isinstance(found, Directory)  # noqa: S101 - this module alone puts it there
    return found


def meet_clocks(handed: Iterable[Notice], now: datetime) -> None:
    """The first notice of a case to its owners, and to the city, meets the clock that waited for it."""
    met: dict[Step, list[Case]] = {Step.NOTIFY_OWNER: [], Step.NOTIFY_CITY: []}
    for notice in handed:
        if notice.case is None or notice.purpose != Purpose.TOLD:
            continue
        if notice.why in _OWNERS:
            met[Step.NOTIFY_OWNER].append(notice.case)
        elif notice.why in _CITY:
            met[Step.NOTIFY_CITY].append(notice.case)
    for step, cases in met.items():
        clocks.meet_own(cases, step, now=now)
