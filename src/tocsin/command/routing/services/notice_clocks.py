"""Notices of a case that were delivered meet the clocks that waited; what a transaction has looked up to tell people."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.services import clocks
from tocsin.command.routing.queries import ConcernedBodies
from tocsin.command.routing.rules import Why
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Directory, notices_about
from tocsin.notices.messages.rules.subjects import CASE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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


def meet_clocks(delivered: "Sequence[Notice]", now: datetime) -> None:
    """A clock that waits until bodies are told is met when each body that its step names has heard of the case, by whichever
    notice of it: the owners and departments; the duty rooms above, or the local one where none above is known.
    """
    ids = {one.subject_id for one in delivered if one.subject_kind == CASE and one.subject_id is not None}
    rows = notices_about(CASE, ids).filter(organisation__isnull=False, instead_of__isnull=True)
    named: dict[UUID | None, dict[str, set[UUID]]] = {pk: {} for pk in ids}
    heard: dict[UUID | None, set[UUID]] = {pk: set() for pk in ids}
    for case_id, why, body_id, fate, at in rows.values_list("subject_id", "why", "organisation_id", "fate", "delivered_at"):
        if at is not None:
            heard[case_id].add(body_id)
        if at is not None or fate != Fate.SUPERSEDED:
            named[case_id].setdefault(why, set()).add(body_id)
    cases = Case.objects.in_bulk(ids)
    for step in (Step.NOTIFY_OWNER, Step.NOTIFY_CITY):
        met = [case for pk, case in cases.items() if (bodies := _bodies_of(step, named[pk])) and bodies <= heard[pk]]
        clocks.meet_own(met, step, now=now)


def _bodies_of(step: Step, told: "Mapping[str, set[UUID]]") -> set["UUID"]:
    """The bodies that this step names, among those `told` by their roles."""
    above = (Why.CITY_DUTY,) if Why.CITY_DUTY in told else _CITY
    roles = _OWNERS if step is Step.NOTIFY_OWNER else above
    return set().union(*(told.get(role, set()) for role in roles))
